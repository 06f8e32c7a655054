import Kernels
import SweepModel
import Testing
import Training

@testable import Workloads

/// The last position's attention, which modular addition computes for itself, beside the general one.
@Suite struct ModaddAttentionTests {
  private let settings = ModaddSettings(
    parameters(
      of: OmnigrokModadd.self,
      [
        "p": .integer(7), "width": .integer(32), "heads": .integer(2), "hidden": .integer(16),
        "steps": .integer(1), "alpha": .real(2),
      ]))
  private let team = ThreadTeam(threads: 2)

  /// Gradients of what the heads attended to, `samples × width`.
  private func outputGradients(_ core: ModaddCore) -> Matrix {
    let gradients = Matrix(rows: core.train.count, columns: settings.shape.width)
    let stream = RandomStream(seed: 5, stream: 1)
    for place in 0..<gradients.buffer.count {
      gradients.buffer[place] = Float(2 * stream.uniform(index: UInt64(place)) - 1)
    }
    return gradients
  }

  /// What modular addition attends to, `samples × width`; the gradients go to the core's group.
  private func attendedByLastQuery(_ core: ModaddCore) -> Matrix {
    let (shape, group) = (settings.shape, core.group)
    let weights = ModaddFactors(shape, group.parameters)
    let tokens = ModaddTokens(shape, kernels: core.kernels)
    let attention = tokens.attention(core.train.tokens)
    let attended = Matrix(rows: core.train.count, columns: shape.width)
    tokens.forward(weights, attention: attention, team: team)
    attention.forward(first: 0, rows: 0..<core.train.count, outputs: attended)
    tokens.clearGradients()
    let gradients = outputGradients(core)
    for head in 0..<shape.heads {
      attention.backward(
        head: head, first: 0, count: core.train.count, outputGradients: gradients,
        valueGradients: tokens.valueRowGradients, scoreGradients: tokens.scoreGradients)
    }
    tokens.backward(
      weights, gradients: ModaddFactors(shape, group.gradients), attention: attention, team: team)
    return attended
  }

  /// General attention with the core's weights and the identity as W_O.
  private func attention(_ core: ModaddCore) -> CausalAttention {
    let attention = CausalAttention(
      shape: AttentionShape(width: settings.shape.width, heads: settings.shape.heads),
      kernels: core.kernels)
    let weights = ModaddFactors(settings.shape, core.group.parameters)
    for row in 0..<settings.shape.width {
      attention.weights(.output)[row, row] = 1
      for column in 0..<settings.shape.width {
        attention.weights(.query)[row, column] = weights[.query][row, column]
        attention.weights(.key)[row, column] = weights[.key][row, column]
        attention.weights(.value)[row, column] = weights[.value][row, column]
      }
    }
    return attention
  }

  /// The general attention's last outputs, `samples × width`, sample by sample.
  private func attendedByAll(_ core: ModaddCore, _ attention: CausalAttention) -> Matrix {
    let shape = settings.shape
    let weights = ModaddFactors(shape, core.group.parameters)
    let gradients = outputGradients(core)
    let pass = AttentionPass(shape: attention.shape, positions: 3)
    let attended = Matrix(rows: core.train.count, columns: shape.width)
    for sample in 0..<core.train.count {
      for position in 0..<3 {
        let place = Int(core.train.tokens[3 * sample + position])
        let token = position == 2 ? shape.modulus : place - position * shape.modulus
        for row in 0..<shape.width {
          pass.inputs[row, position] =
            weights[.embedding][row, token] + weights[.position][row, position]
        }
      }
      for row in 0..<shape.width { pass.outputGradients[row, 2] = gradients[sample, row] }
      attention.forward(pass, team: team)
      attention.backward(pass, accumulates: sample > 0, team: team)
      for row in 0..<shape.width { attended[sample, row] = pass.outputs[row, 2] }
    }
    return attended
  }

  @Test func lastQuery_besideGeneralAttention_givesTheSameNumbers() {
    let core = ModaddCore(settings: settings, threads: 1)
    core.initialise()
    let found = attendedByLastQuery(core)
    let general = attention(core)
    let expected = attendedByAll(core, general)
    let gradients = ModaddFactors(settings.shape, core.group.gradients)
    // Numbers of the order of 1, from sums of a few dozen; the gradients sum over 14 samples.
    for row in 0..<settings.shape.width {
      for sample in 0..<core.train.count {
        #expect(abs(found[sample, row] - expected[sample, row]) < 1e-5)
      }
      for column in 0..<settings.shape.width {
        for (own, other) in [
          (ModaddFactor.query, CausalAttention.Factor.query), (.key, .key), (.value, .value),
        ] {
          let difference =
            gradients[own][row, column] - general.gradients(other)[row, column]
          #expect(abs(difference) < 1e-4, "\(own) \(row) \(column)")
        }
      }
    }
  }
}
