import Glibc
import Kernels
import Training

@testable import Workloads

/// The transformer in double precision, written from its definition: every prompt of three tokens by
/// itself, with causal attention at its last position.
struct DoubleModadd {
  let core: ModaddCore
  var parameters: [Double]
  private let shape: ModaddShape
  private let sizes: [ModaddShape.Place]

  init(_ core: ModaddCore) {
    self.core = core
    shape = core.settings.shape
    sizes = shape.places
    let buffer = core.group.parameters
    parameters = buffer.elements(0..<buffer.count).map(Double.init)
  }

  func place(_ factor: ModaddFactor, _ row: Int, _ column: Int) -> Int {
    let place = sizes[factor.rawValue]
    return place.offset + row * Matrix.padded(place.columns) + column
  }

  /// All places that are not padding.
  var places: [Int] {
    zip(ModaddFactor.allCases, sizes).flatMap { factor, size in
      (0..<size.rows).flatMap { row in (0..<size.columns).map { place(factor, row, $0) } }
    }
  }

  private func product(_ factor: ModaddFactor, _ x: [Double]) -> [Double] {
    (0..<sizes[factor.rawValue].rows).map { row in
      let first = place(factor, row, 0)
      var sum = 0.0
      for column in 0..<x.count { sum += parameters[first + column] * x[column] }
      return sum
    }
  }

  /// The mean loss over the training set.
  func loss() -> Double {
    var sum = 0.0
    for sample in 0..<core.train.count {
      let x = Int(core.train.tokens[3 * sample])
      let y = Int(core.train.tokens[3 * sample + 1]) - shape.modulus
      sum += loss(x, y)
    }
    return sum / Double(core.train.count)
  }

  private func loss(_ x: Int, _ y: Int) -> Double {
    let stream = [x, y, shape.modulus].enumerated().map { position, token in
      (0..<shape.width).map {
        parameters[place(.embedding, $0, token)] + parameters[place(.position, $0, position)]
      }
    }
    let (keys, values) = (stream.map { product(.key, $0) }, stream.map { product(.value, $0) })
    let query = product(.query, stream[2])
    var attended = [Double](repeating: 0, count: shape.width)
    for head in 0..<shape.heads {
      let part = head * shape.headWidth..<(head + 1) * shape.headWidth
      let scores = keys.map { key in
        exp(part.reduce(0.0) { $0 + query[$1] * key[$1] } / Double(shape.headWidth).squareRoot())
      }
      let total = scores.reduce(0, +)
      for (score, value) in zip(scores, values) {
        for component in part { attended[component] += score / total * value[component] }
      }
    }
    let middle = zip(stream[2], product(.output, attended)).map { $0 + $1 }
    let active = product(.inward, middle).enumerated().map {
      max(0, $1 + parameters[place(.inwardBias, 0, $0)])
    }
    let final = product(.outward, active).enumerated().map {
      middle[$0] + $1 + parameters[place(.outwardBias, 0, $0)]
    }
    let logits = product(.unembedding, final)
    return log(logits.reduce(0) { $0 + exp($1) }) - logits[(x + y) % shape.modulus]
  }
}
