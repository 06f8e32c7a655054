/// Softmax attention of one query to three tokens a sample, in several heads: what the last position
/// of the prompts x, y, = needs. The query and the third token are the same for all samples, so keys
/// and values have only as many distinct rows as there are tokens.
///
/// Head h owns components h·headWidth ..< (h + 1)·headWidth of every row; headWidth is a multiple of
/// 16. All sets share these portable forms; they are small beside the matrix products.
public struct TokenAttention: Sendable {
  /// Heads.
  public let heads: Int
  /// Components of a head.
  public let headWidth: Int
  /// The tokens' values, `tokens × heads·headWidth`.
  public let values: Matrix
  /// The tokens' scores, `heads × tokens`.
  public let scores: Matrix
  /// Each sample's tokens, three numbers below `tokens`.
  public let tokens: Buffer<Int32>

  /// Names the operands.
  public init(
    heads: Int, headWidth: Int, values: Matrix, scores: Matrix, tokens: Buffer<Int32>
  ) {
    precondition(
      headWidth % 16 == 0 && values.columns == heads * headWidth && scores.rows == heads
        && scores.columns == values.rows, "the shapes of an attention disagree")
    self.heads = heads
    self.headWidth = headWidth
    self.values = values
    self.scores = scores
    self.tokens = tokens
  }

  private func token(_ sample: Int, _ place: Int) -> Int { Int(tokens[sample * 3 + place]) }

  /// The softmax of a sample's three scores in a head.
  private func weights(_ sample: Int, _ head: Int) -> (Float, Float, Float) {
    let a = scores[head, token(sample, 0)]
    let b = scores[head, token(sample, 1)]
    let c = scores[head, token(sample, 2)]
    let largest = max(a, b, c)
    let parts = Lanes.exponential(
      nonPositive: Lanes(lowHalf: SIMD8(a, b, c, a, a, a, a, a), highHalf: SIMD8(repeating: a))
        - largest)
    let total = parts[0] + parts[1] + parts[2]
    return (parts[0] / total, parts[1] / total, parts[2] / total)
  }

  /// Writes weighted values to some rows of `outputs`; row r belongs to sample `first + r`.
  public func forward(first: Int, rows: Range<Int>, outputs: Matrix) {
    let vectors = headWidth / 16
    for row in rows {
      let (a, b, c) = (token(first + row, 0), token(first + row, 1), token(first + row, 2))
      for head in 0..<heads {
        let w = weights(first + row, head)
        for vector in head * vectors..<(head + 1) * vectors {
          outputs.lanes(row)[vector] =
            w.0 * values.lanes(a)[vector] + w.1 * values.lanes(b)[vector]
            + w.2 * values.lanes(c)[vector]
        }
      }
    }
  }

  /// Adds the gradients of a head's values and scores, whose shapes are theirs, from those of the
  /// outputs; one sample after the other.
  public func backward(
    head: Int, first: Int, count: Int, outputGradients: Matrix, valueGradients: Matrix,
    scoreGradients: Matrix
  ) {
    let vectors = headWidth / 16
    for row in 0..<count {
      let places = (token(first + row, 0), token(first + row, 1), token(first + row, 2))
      let w = weights(first + row, head)
      var products = (Lanes(), Lanes(), Lanes())
      for vector in head * vectors..<(head + 1) * vectors {
        let gradient = outputGradients.lanes(row)[vector]
        products.0 += gradient * values.lanes(places.0)[vector]
        products.1 += gradient * values.lanes(places.1)[vector]
        products.2 += gradient * values.lanes(places.2)[vector]
        valueGradients.lanes(places.0)[vector] += w.0 * gradient
        valueGradients.lanes(places.1)[vector] += w.1 * gradient
        valueGradients.lanes(places.2)[vector] += w.2 * gradient
      }
      let slopes = (products.0.total, products.1.total, products.2.total)
      let mean = w.0 * slopes.0 + w.1 * slopes.1 + w.2 * slopes.2
      scoreGradients[head, places.0] += w.0 * (slopes.0 - mean)
      scoreGradients[head, places.1] += w.1 * (slopes.1 - mean)
      scoreGradients[head, places.2] += w.2 * (slopes.2 - mean)
    }
  }

  /// Scores of keys, `heads·headWidth × tokens`, with a query: q·k/√headWidth.
  public func score(keys: Matrix, query: Matrix) {
    let scale = 1 / Float(headWidth).squareRoot()
    for head in 0..<heads {
      for vector in 0..<scores.vectors {
        var sum = Lanes()
        for row in head * headWidth..<(head + 1) * headWidth {
          sum += query[row, 0] * keys.lanes(row)[vector]
        }
        scores.lanes(head)[vector] = sum * scale
      }
    }
  }

  /// Gradients of keys and query from those of the scores, whose padding is zero.
  public func scoreBackward(
    scoreGradients: Matrix, keys: Matrix, query: Matrix, keyGradients: Matrix,
    queryGradients: Matrix
  ) {
    let scale = 1 / Float(headWidth).squareRoot()
    for row in 0..<heads * headWidth {
      let gradients = scoreGradients.lanes(row / headWidth)
      var sum = Lanes()
      for vector in 0..<scores.vectors {
        keyGradients.lanes(row)[vector] = gradients[vector] * (query[row, 0] * scale)
        sum += gradients[vector] * keys.lanes(row)[vector]
      }
      queryGradients[row, 0] = sum.total * scale
    }
  }
}

extension Matrix {
  /// Adds another matrix of the same shape to some rows, padding included.
  public func add(_ other: Matrix, rows: Range<Int>) {
    precondition(other.stride == stride && other.rows >= rows.upperBound, "another shape")
    for row in rows {
      for vector in 0..<vectors { lanes(row)[vector] += other.lanes(row)[vector] }
    }
  }

  /// Sets all numbers to zero.
  public func clear() { buffer.fill(places(0..<rows), with: 0) }
}
