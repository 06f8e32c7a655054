import Glibc
import Kernels

@testable import Training

/// A small attention whose numbers are formulas of their place, as in
/// `Tests/Peers/attention_reference.py`. Heads and positions fill no whole vectors.
final class AttentionFixture {
  static let shape = AttentionShape(width: 12, heads: 3)
  static let positions = 19
  let attention: CausalAttention
  let pass = AttentionPass(shape: shape, positions: positions)
  let team: ThreadTeam

  init(_ kernels: KernelSet, threads: Int = 1) {
    attention = CausalAttention(shape: Self.shape, kernels: kernels)
    team = ThreadTeam(threads: threads)
    Self.fill(pass.inputs, block: 1, scale: 4)
    Self.fill(pass.outputGradients, block: 6, scale: 1)
    for factor in CausalAttention.Factor.allCases {
      Self.fill(
        attention.weights(factor), block: 2 + factor.rawValue,
        scale: 6 / Double(Self.shape.width).squareRoot())
    }
  }

  private static func fill(_ matrix: Matrix, block: Int, scale: Double) {
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        let number = DenseFixture.number(row * matrix.columns + column, block: block)
        matrix[row, column] = Float(number * scale)
      }
    }
  }

  /// Both passes.
  func passes() {
    attention.forward(pass, team: team)
    attention.backward(pass, team: team)
  }

  /// The numbers of a matrix without padding, row-major.
  static func numbers(_ matrix: Matrix) -> [Float] {
    (0..<matrix.rows).flatMap { row in (0..<matrix.columns).map { matrix[row, $0] } }
  }
}

/// The fixture in double precision, written from the definition: what finite differences are taken
/// of.
struct DoubleAttention {
  /// Four factors, `width × width`, then the inputs, `width × positions`.
  var parameters: [Double]
  private let gradients: [Double]
  private let width = AttentionFixture.shape.width
  private let positions = AttentionFixture.positions

  init(_ fixture: AttentionFixture) {
    let matrices =
      CausalAttention.Factor.allCases.map { fixture.attention.weights($0) } + [fixture.pass.inputs]
    parameters = matrices.flatMap { AttentionFixture.numbers($0) }.map(Double.init)
    gradients = AttentionFixture.numbers(fixture.pass.outputGradients).map(Double.init)
  }

  /// A factor's product with a vector.
  private func product(_ factor: CausalAttention.Factor, _ vector: [Double]) -> [Double] {
    (0..<width).map { row in
      (0..<width).reduce(0.0) {
        $0 + parameters[(factor.rawValue * width + row) * width + $1] * vector[$1]
      }
    }
  }

  /// Σ of the outputs times their gradients.
  func loss() -> Double {
    let inputs = (0..<positions).map { position in
      (0..<width).map { parameters[4 * width * width + $0 * positions + position] }
    }
    let queries = inputs.map { product(.query, $0) }
    let keys = inputs.map { product(.key, $0) }
    let values = inputs.map { product(.value, $0) }
    let components = width / AttentionFixture.shape.heads
    var loss = 0.0
    for position in 0..<positions {
      let attended = (0..<width).map { component in
        let head = component / components * components..<(component / components + 1) * components
        let scores = (0...position).map { key in
          exp(
            head.reduce(0.0) { $0 + queries[position][$1] * keys[key][$1] }
              / Double(components).squareRoot())
        }
        let sum = (0...position).reduce(0.0) { $0 + scores[$1] * values[$1][component] }
        return sum / scores.reduce(0, +)
      }
      for (row, output) in product(.output, attended).enumerated() {
        loss += output * gradients[row * positions + position]
      }
    }
    return loss
  }
}
