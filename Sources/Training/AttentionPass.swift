public import Kernels

/// The sizes of multi-head attention.
public struct AttentionShape: Hashable, Sendable {
  /// Components of a position, d_model, which are those of all heads together.
  public let width: Int
  /// Heads; head h owns components h·headWidth ..< (h + 1)·headWidth.
  public let heads: Int

  /// Creates a shape; traps unless the heads divide the width.
  public init(width: Int, heads: Int) {
    precondition(width > 0 && heads > 0 && width % heads == 0, "heads divide the width")
    self.width = width
    self.heads = heads
  }

  /// Components of a head.
  public var headWidth: Int { width / heads }
  /// Trainable parameters.
  public var parameterCount: Int { 4 * width * width }
}

/// What the passes of a ``CausalAttention`` keep for one sequence. Position t is column t of every
/// matrix; columns beyond the positions hold numbers that nothing depends on.
public final class AttentionPass: Sendable {
  /// The inputs, `width × positions`; to be filled before a pass.
  public let inputs: Matrix
  /// The outputs, `width × positions`.
  public let outputs: Matrix
  /// Gradients of the loss with respect to the outputs; to be filled between the passes.
  public let outputGradients: Matrix
  /// Gradients of the inputs.
  public let inputGradients: Matrix
  /// All heads' queries, keys and values, and what they attended to, `width × positions`.
  let projections, projectionGradients: [Matrix]
  let attended, attendedGradients: Matrix
  /// By position, `positions × width`.
  let inputRows, attendedRows: Matrix
  let heads: [Head]

  /// One head's parts of those matrices, `headWidth × positions`, and what it has for itself.
  struct Head: Sendable {
    let queries, keys, values, attended: Matrix
    let queryGradients, keyGradients, valueGradients, attendedGradients: Matrix
    let softmax: CausalSoftmax
    /// Gradients of its shares, then scores, and room for transposes, `positions × positions`.
    let scoreGradients, transposed: Matrix
  }

  /// Creates room for a sequence of `positions` positions.
  public init(shape: AttentionShape, positions: Int) {
    func columns() -> Matrix { Matrix(rows: shape.width, columns: positions) }
    func rows() -> Matrix { Matrix(rows: positions, columns: shape.width) }
    func square() -> Matrix { Matrix(rows: positions, columns: positions) }
    (inputs, inputGradients, inputRows) = (columns(), columns(), rows())
    (outputs, outputGradients) = (columns(), columns())
    let (attended, attendedGradients) = (columns(), columns())
    let projections = [columns(), columns(), columns()]
    let gradients = [columns(), columns(), columns()]
    heads = (0..<shape.heads).map { head in
      let rows = head * shape.headWidth..<(head + 1) * shape.headWidth
      return Head(
        queries: projections[0].part(rows), keys: projections[1].part(rows),
        values: projections[2].part(rows), attended: attended.part(rows),
        queryGradients: gradients[0].part(rows), keyGradients: gradients[1].part(rows),
        valueGradients: gradients[2].part(rows), attendedGradients: attendedGradients.part(rows),
        softmax: CausalSoftmax(
          positions: positions, scale: 1 / Float(shape.headWidth).squareRoot()),
        scoreGradients: square(), transposed: square())
    }
    (self.attended, self.attendedGradients, attendedRows) = (attended, attendedGradients, rows())
    (self.projections, projectionGradients) = (projections, gradients)
  }
}
