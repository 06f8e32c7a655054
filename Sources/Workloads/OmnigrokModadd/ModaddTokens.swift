import Kernels
import Training

/// What a step computes once for all samples: the residual stream, keys and values of every pair of
/// token and position, and the one query; then their gradients, and those of what made them.
final class ModaddTokens: Sendable {
  private let shape: ModaddShape
  private let kernels: KernelSet
  /// Embedding plus position of x, then y, then "=": `width × tokens` and its transpose.
  private let stream, rows: Matrix
  /// The residual stream of "=".
  let last: Buffer<Float>
  private let keys, values, query: Matrix
  private let lastColumn: Matrix
  /// Values, `tokens × width`, and scores, `heads × tokens`, for ``TokenAttention``.
  let valueRows, scores: Matrix
  /// Their gradients, and those of `last` along the residual stream; samples add to them.
  let valueRowGradients, scoreGradients: Matrix
  let lastGradients: Buffer<Float>
  private let keyGradients, valueGradients, queryGradients, streamGradients,
    lastColumnGradients: Matrix

  init(_ shape: ModaddShape, kernels: KernelSet) {
    self.shape = shape
    self.kernels = kernels
    func wide() -> Matrix { Matrix(rows: shape.width, columns: shape.tokens) }
    func column() -> Matrix { Matrix(rows: shape.width, columns: 1) }
    (stream, keys, values) = (wide(), wide(), wide())
    (keyGradients, valueGradients, streamGradients) = (wide(), wide(), wide())
    (query, lastColumn, queryGradients, lastColumnGradients) = (
      column(), column(), column(), column()
    )
    rows = Matrix(rows: shape.tokens, columns: shape.width)
    valueRows = Matrix(rows: shape.tokens, columns: shape.width)
    valueRowGradients = Matrix(rows: shape.tokens, columns: shape.width)
    scores = Matrix(rows: shape.heads, columns: shape.tokens)
    scoreGradients = Matrix(rows: shape.heads, columns: shape.tokens)
    last = Buffer(count: Matrix.padded(shape.width))
    lastGradients = Buffer(count: Matrix.padded(shape.width))
  }

  /// The attention of samples that name their tokens by place in the streams.
  func attention(_ tokens: Buffer<Int32>) -> TokenAttention {
    TokenAttention(
      heads: shape.heads, headWidth: shape.headWidth, values: valueRows, scores: scores,
      tokens: tokens)
  }

  /// Computes streams, keys, values, query and scores.
  func forward(_ weights: ModaddFactors, attention: TokenAttention, team: ThreadTeam) {
    let (embedding, position) = (weights[.embedding], weights[.position])
    let equals = shape.modulus
    for row in 0..<shape.width {
      for token in 0..<shape.modulus {
        stream[row, token] = embedding[row, token] + position[row, 0]
        stream[row, equals + token] = embedding[row, token] + position[row, 1]
      }
      let number = embedding[row, equals] + position[row, 2]
      stream[row, 2 * equals] = number
      last[row] = number
      lastColumn[row, 0] = number
    }
    team.share(shape.width) { [self] range in
      kernels.multiply(MatrixProduct(weights[.key], stream, result: keys), range)
      kernels.multiply(MatrixProduct(weights[.value], stream, result: values), range)
      kernels.multiply(MatrixProduct(weights[.query], lastColumn, result: query), range)
      kernels.transpose(MatrixTransposition(values, result: valueRows), range)
      kernels.transpose(MatrixTransposition(stream, result: rows), range)
    }
    attention.score(keys: keys, query: query)
  }

  /// Sets the gradients that samples add to to zero.
  func clearGradients() {
    valueRowGradients.clear()
    scoreGradients.clear()
    lastGradients.fill(0..<lastGradients.count, with: 0)
  }

  /// Computes the gradients of embeddings, positions, keys', queries' and values' factors.
  func backward(
    _ weights: ModaddFactors, gradients: ModaddFactors, attention: TokenAttention,
    team: ThreadTeam
  ) {
    attention.scoreBackward(
      scoreGradients: scoreGradients, keys: keys, query: query, keyGradients: keyGradients,
      queryGradients: queryGradients)
    kernels.transpose(
      MatrixTransposition(valueRowGradients, result: valueGradients),
      0..<Matrix.padded(shape.tokens))
    let lastRow = rows.part(2 * shape.modulus..<shape.tokens)
    team.share(shape.width) { [self] range in
      for product in [
        MatrixProduct(keyGradients, rows, result: gradients[.key]),
        MatrixProduct(valueGradients, rows, result: gradients[.value]),
        MatrixProduct(queryGradients, lastRow, result: gradients[.query]),
        MatrixProduct(weights[.value], transposed: true, valueGradients, result: streamGradients),
        MatrixProduct(
          weights[.key], transposed: true, keyGradients, result: streamGradients,
          accumulates: true),
        MatrixProduct(
          weights[.query], transposed: true, queryGradients, result: lastColumnGradients),
      ] { kernels.multiply(product, range) }
    }
    embeddingGradients(gradients)
  }

  /// Sums the streams' gradients over positions and over tokens.
  private func embeddingGradients(_ gradients: ModaddFactors) {
    let (embedding, position) = (gradients[.embedding], gradients[.position])
    let equals = shape.modulus
    for row in 0..<shape.width {
      var sums: (Float, Float) = (0, 0)
      for token in 0..<shape.modulus {
        let (x, y) = (streamGradients[row, token], streamGradients[row, equals + token])
        embedding[row, token] = x + y
        sums.0 += x
        sums.1 += y
      }
      let number =
        streamGradients[row, 2 * equals] + lastColumnGradients[row, 0] + lastGradients[row]
      embedding[row, equals] = number
      (position[row, 0], position[row, 1], position[row, 2]) = (sums.0, sums.1, number)
    }
  }
}
