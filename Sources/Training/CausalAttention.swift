public import Kernels

/// Causal multi-head self-attention (Vaswani et al., arXiv:1706.03762, §3.2; no biases, no dropout)
/// with its gradients and AdamW's moments. Each head's output at position t is Σ softmax(q·k/√headWidth)·v
/// over the keys and values of positions up to t, and the layer's is W_O times all heads' together.
///
/// Passes share rows and heads out between a team's threads. Every sum has a fixed order, so any
/// number of threads gives the same bits. A batch is one sequence after the other.
///
/// Modular addition, whose sequences share all their tokens, trains a special case, `TokenAttention`,
/// which is tested against this.
public final class CausalAttention: Sendable {
  /// The matrices of weights.
  public enum Factor: Int, CaseIterable, Sendable {
    /// W_Q.
    case query
    /// W_K.
    case key
    /// W_V.
    case value
    /// W_O.
    case output
  }

  /// Width and heads.
  public let shape: AttentionShape
  /// The parameters: the factors one after the other, rows padded to whole vectors.
  public let group: ParameterGroup
  /// The operations for this processor.
  public let kernels: KernelSet

  /// Creates weights of zero; ``initialise(_:)`` or a checkpoint fills them.
  public init(shape: AttentionShape, kernels: KernelSet) {
    self.shape = shape
    self.kernels = kernels
    group = ParameterGroup(
      count: Factor.allCases.count * shape.width * Matrix.padded(shape.width))
  }

  /// A factor's weights, `width × width`, a row an output.
  public func weights(_ factor: Factor) -> Matrix { part(factor, of: group.parameters) }
  /// The gradients of a factor's weights.
  public func gradients(_ factor: Factor) -> Matrix { part(factor, of: group.gradients) }

  private func part(_ factor: Factor, of buffer: Buffer<Float>) -> Matrix {
    let width = shape.width
    return Matrix(
      buffer, offset: factor.rawValue * width * Matrix.padded(width), rows: width, columns: width)
  }

  /// Draws weights uniformly from ±1/√width, as PyTorch's `Linear` does by default.
  public func initialise(_ stream: RandomStream) {
    group.clear()
    let bound = 1 / Double(shape.width).squareRoot()
    for factor in Factor.allCases {
      let weights = weights(factor)
      for row in 0..<shape.width {
        for column in 0..<shape.width {
          let uniform = stream.uniform(
            index: UInt64(row * shape.width + column), block: UInt32(factor.rawValue))
          weights[row, column] = Float((2 * uniform - 1) * bound)
        }
      }
    }
  }

  /// The factors whose products with the inputs the heads share.
  private static let projections: [Factor] = [.query, .key, .value]

  /// Computes the outputs of a pass from its inputs.
  public func forward(_ pass: AttentionPass, team: ThreadTeam) {
    team.share(shape.width) { [self] rows in
      for (factor, result) in zip(Self.projections, pass.projections) {
        kernels.multiply(MatrixProduct(weights(factor), pass.inputs, result: result), rows)
      }
    }
    team.run(items: shape.heads) { [self] index, _ in
      let head = pass.heads[index]
      multiply(
        MatrixProduct(head.keys, transposed: true, head.queries, result: head.softmax.shares))
      head.softmax.forward(kernels)
      multiply(MatrixProduct(head.values, head.softmax.shares, result: head.attended))
    }
    team.share(shape.width) { [self] rows in
      kernels.multiply(
        MatrixProduct(weights(.output), pass.attended, result: pass.outputs), rows)
    }
  }

  /// Computes the gradients of weights and inputs from those of the outputs. `accumulates` adds the
  /// weights' to what is there, as for all sequences of a batch but the first.
  public func backward(_ pass: AttentionPass, accumulates: Bool = false, team: ThreadTeam) {
    team.share(shape.width) { [self] rows in
      let squares = rows.lowerBound..<Matrix.padded(rows.upperBound)
      kernels.transpose(MatrixTransposition(pass.inputs, result: pass.inputRows), squares)
      kernels.transpose(MatrixTransposition(pass.attended, result: pass.attendedRows), squares)
      let product = MatrixProduct(
        weights(.output), transposed: true, pass.outputGradients, result: pass.attendedGradients)
      kernels.multiply(product, rows)
    }
    team.run(items: shape.heads) { [self] head, _ in backward(pass.heads[head]) }
    team.share(shape.width) { [self] rows in
      func add(_ left: Matrix, _ right: Matrix, to factor: Factor) {
        let product = MatrixProduct(
          left, right, result: gradients(factor), accumulates: accumulates)
        kernels.multiply(product, rows)
      }
      add(pass.outputGradients, pass.attendedRows, to: .output)
      for (factor, gradients) in zip(Self.projections, pass.projectionGradients) {
        add(gradients, pass.inputRows, to: factor)
        let product = MatrixProduct(
          weights(factor), transposed: true, gradients, result: pass.inputGradients,
          accumulates: factor != Self.projections[0])
        kernels.multiply(product, rows)
      }
    }
  }

  /// Gradients of one head's queries, keys and values.
  private func backward(_ head: AttentionPass.Head) {
    let (shares, gradients) = (head.softmax.shares, head.scoreGradients)
    multiply(
      MatrixProduct(head.values, transposed: true, head.attendedGradients, result: gradients))
    transpose(shares, to: head.transposed)
    multiply(
      MatrixProduct(head.attendedGradients, head.transposed, result: head.valueGradients))
    head.softmax.backward(gradients)
    multiply(MatrixProduct(head.keys, gradients, result: head.queryGradients))
    transpose(gradients, to: head.transposed)
    multiply(MatrixProduct(head.queries, head.transposed, result: head.keyGradients))
  }

  private func multiply(_ product: MatrixProduct) {
    kernels.multiply(product, 0..<product.result.rows)
  }

  private func transpose(_ square: Matrix, to result: Matrix) {
    kernels.transpose(
      MatrixTransposition(square, result: result), 0..<Matrix.padded(square.rows))
  }
}
