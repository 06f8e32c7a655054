import Kernels
import Training

/// Predicts what dense networks cost on one thread of the reference core, an AMD EPYC (Zen 5) server
/// core at 3.8 GHz.
struct DenseCost: Sendable {
  /// Operations of matrix products in a nanosecond, with all that surrounds a product of 200 units.
  let operations: Double
  /// Nanoseconds of a parameter at an AdamW update.
  let update: Double
  /// Nanoseconds that GELU with its derivative takes longer than tanh for a unit of a sample.
  let gelu: Double

  /// The cost with the kernels of this processor.
  static var here: DenseCost {
    switch KernelSet.best.instructionSet {
    case "avx512": DenseCost(operations: 190, update: 0.25, gelu: 0.8)
    case "avx2": DenseCost(operations: 95, update: 0.35, gelu: 1.7)
    default: DenseCost(operations: 14, update: 1, gelu: 3.5)
    }
  }

  /// Nanoseconds of a step with so many samples.
  func step(_ shape: DenseShape, samples: Int) -> Double {
    let operations = Double(shape.operationsPerSample * Matrix.padded(samples))
    return operations / self.operations + update * Double(shape.parameterCount)
      + activation(shape, samples: samples)
  }

  /// Nanoseconds of a forward pass alone.
  func evaluation(_ shape: DenseShape, samples: Int) -> Double {
    Double(shape.operationsPerSample / 3 * Matrix.padded(samples)) / operations
      + activation(shape, samples: samples) / 2
  }

  /// Nanoseconds of a step's activations beyond those of tanh.
  private func activation(_ shape: DenseShape, samples: Int) -> Double {
    guard shape.activation == .gelu else { return 0 }
    let units = shape.layers.dropLast().reduce(0) { $0 + $1.outputs }
    return gelu * Double(units * Matrix.padded(samples))
  }
}
