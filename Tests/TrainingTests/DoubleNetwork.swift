import Glibc
import Kernels

@testable import Training

/// The same network in double precision over dense inputs, written from the definition: what the
/// passes must compute, and what finite differences are taken of.
struct DoubleNetwork {
  let shape: NetworkShape
  var parameters: [Double]

  init(_ network: BinaryNetwork) {
    shape = network.shape
    parameters = network.parameters.elements(0..<network.parameters.count).map(Double.init)
  }

  /// Places of the parameters that are not padding.
  var places: [Int] {
    var places: [Int] = []
    for unit in 0..<shape.input.width {
      for row in 0..<shape.input.tileRows where !summed.contains(row) {
        places.append(inputPlace(row, unit))
      }
      for layer in 1..<max(1, shape.depth - 1) {
        for row in Array(0..<shape.input.width) + [shape.input.paddedWidth] {
          places.append(hiddenPlace(layer, row, unit))
        }
      }
      for label in 0..<2 { places.append(shape.outputOffset(class: label) + unit) }
    }
    return places + [shape.biasOffset, shape.biasOffset + 1]
  }

  /// Tasks whose weights are sums of others'.
  private var summed: Range<Int> { shape.controls..<shape.input.tasks }

  private func inputPlace(_ row: Int, _ unit: Int) -> Int {
    unit / 16 * shape.input.tileStride + row * 16 + unit % 16
  }

  private func hiddenPlace(_ layer: Int, _ row: Int, _ unit: Int) -> Int {
    shape.hiddenOffset(layer) + unit / 16 * shape.hidden.tileStride + row * 16 + unit % 16
  }

  private func activate(_ z: Double) -> Double {
    switch shape.activation {
    case .relu: max(0, z)
    case .sigmoid: 1 / (1 + Elementary.exponential(-z))
    case .gelu: z * erfc(-z / 2.0.squareRoot()) / 2
    case .tanh: 2 / (1 + Elementary.exponential(-2 * z)) - 1
    }
  }

  /// Both logits of a sample.
  func logits(_ batch: BinaryBatch, _ sample: Int) -> (Double, Double) {
    let input = shape.input
    var values = (0..<input.width).map { unit in
      let task = Int(batch.tasks[sample])
      let controls = summed.contains(task) ? shape.sums[task - summed.lowerBound] : [task]
      var sum = controls.reduce(0) { $0 + parameters[inputPlace($1, unit)] }
      for bit in 0..<input.bits {
        let word = batch.rows[sample * input.rowWords + bit / 64]
        guard word >> UInt64(bit % 64) & 1 == 1 else { continue }
        sum += parameters[inputPlace(input.tasks + bit, unit)]
      }
      return activate(sum + parameters[inputPlace(input.tasks + input.bits, unit)])
    }
    for layer in 1..<max(1, shape.depth - 1) {
      values = (0..<input.width).map { unit in
        var sum = parameters[hiddenPlace(layer, input.paddedWidth, unit)]
        for below in 0..<input.width {
          sum += values[below] * parameters[hiddenPlace(layer, below, unit)]
        }
        return activate(sum)
      }
    }
    let sums = (0..<2).map { label in
      (0..<input.width).reduce(parameters[shape.biasOffset + label]) { sum, unit in
        sum + values[unit] * parameters[shape.outputOffset(class: label) + unit]
      }
    }
    return (sums[0], sums[1])
  }

  /// Mean cross-entropy over the batch, nats.
  func loss(_ batch: BinaryBatch) -> Double {
    var sum = 0.0
    for sample in 0..<batch.count {
      let (zero, one) = logits(batch, sample)
      let top = max(zero, one)
      let normaliser =
        top
        + Elementary.logarithm(
          Elementary.exponential(zero - top) + Elementary.exponential(one - top))
      sum += normaliser - (batch.labels[sample] == 1 ? one : zero)
    }
    return sum / Double(batch.count)
  }
}
