import Glibc
import Kernels

@testable import Training

/// A fixture's network in double precision, written from the definition: what finite differences are
/// taken of.
struct DoubleDense {
  let shape: DenseShape
  let fixture: DenseFixture
  var parameters: [Double]
  var inputs: [Double]

  init(_ fixture: DenseFixture) {
    self.fixture = fixture
    shape = fixture.network.shape
    parameters = Self.doubles(fixture.network.group.parameters)
    inputs = Self.doubles(fixture.inputs.parameters)
  }

  private static func doubles(_ buffer: Buffer<Float>) -> [Double] {
    buffer.elements(0..<buffer.count).map(Double.init)
  }

  /// The mean loss over the samples.
  func loss() -> Double {
    let sum = (0..<DenseFixture.samples).reduce(0.0) { $0 + loss(ofSample: $1) }
    return sum / Double(DenseFixture.samples)
  }

  private func loss(ofSample sample: Int) -> Double {
    var values = (0..<shape.inputs).map { inputs[$0 * fixture.pass.inputs.stride + sample] }
    for (index, layer) in shape.layers.enumerated() {
      values = (0..<layer.outputs).map { output in
        var sum = parameters[DenseFixture.place(layer, output, layer.inputs)]
        for input in 0..<layer.inputs {
          sum += parameters[DenseFixture.place(layer, output, input)] * values[input]
        }
        return index < shape.layers.count - 1 ? activate(sum) : sum
      }
    }
    switch fixture.loss {
    case .meanSquare:
      let squares = values.enumerated().map { row, value in
        pow(value - Double(fixture.targets[row, sample]), 2)
      }
      return squares.reduce(0, +) / Double(values.count)
    case .crossEntropy:
      return log(values.reduce(0) { $0 + exp($1) }) - values[Int(fixture.labels[sample])]
    }
  }

  private func activate(_ z: Double) -> Double {
    switch shape.activation {
    case .relu: max(0, z)
    case .tanh: tanh(z)
    case .sigmoid: 1 / (1 + exp(-z))
    case .gelu: z * erfc(-z / 2.0.squareRoot()) / 2
    }
  }
}
