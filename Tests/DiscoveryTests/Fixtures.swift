import Kernels

@testable import Discovery

/// Normal numbers of a seed.
func noise(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
  let stream = RandomStream(seed: seed, stream: 7)
  let result = Matrix(rows: rows, columns: columns)
  for row in 0..<rows {
    for column in 0..<columns {
      result[row, column] = Float(stream.normal(index: UInt64(row), block: UInt32(column)))
    }
  }
  return result
}

/// All numbers of a matrix, row after row.
func numbers(_ matrix: Matrix) -> [Float] {
  (0..<matrix.rows).flatMap { row in (0..<matrix.columns).map { matrix[row, $0] } }
}

/// Bits of all numbers.
func bits(_ matrix: Matrix) -> [UInt32] { numbers(matrix).map(\.bitPattern) }

/// Gradients of two layers of noise.
func noiseGradients(_ samples: Int, seed: UInt64 = 1) -> SampleGradients {
  SampleGradients([
    LayerGradients(
      inputs: noise(samples, 21, seed: seed), errors: noise(samples, 17, seed: seed + 100)),
    LayerGradients(
      inputs: noise(samples, 18, seed: seed + 200), errors: noise(samples, 2, seed: seed + 300)),
  ])
}

/// Every sample's gradient as one vector, layer after layer.
func dense(_ gradients: SampleGradients) -> [[Double]] {
  (0..<gradients.count).map { sample in
    gradients.layers.flatMap { layer in
      (0..<layer.errors.columns).flatMap { output in
        (0..<layer.inputs.columns).map {
          Double(layer.errors[sample, output]) * Double(layer.inputs[sample, $0])
        }
      }
    }
  }
}

func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Symmetric likenesses: blocks of `sizes` with a mean of `within`, elsewhere 0, and noise.
func planted(_ sizes: [Int], within: Double, noise level: Double, seed: UInt64 = 1) -> Matrix {
  let labels = sizes.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
  let stream = RandomStream(seed: seed, stream: 8)
  let result = Matrix(rows: labels.count, columns: labels.count)
  for row in labels.indices {
    for column in 0...row {
      let own = labels[row] == labels[column] ? within : 0
      let draw = stream.normal(index: UInt64(row), block: UInt32(column))
      let value = row == column ? 1 : Float(abs(own + level * draw))
      result[row, column] = value
      result[column, row] = value
    }
  }
  return result
}

/// The labels of planted blocks.
func blocks(_ sizes: [Int]) -> Partition {
  Partition(sizes.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) })
}
