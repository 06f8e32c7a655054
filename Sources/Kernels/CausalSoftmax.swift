/// What one head of causal self-attention takes of every position: softmax of scaled scores over the
/// keys up to each query. Keys are rows, queries columns.
public struct CausalSoftmax: Sendable {
  /// The scores, `positions × positions`, to be filled with q·k; ``forward(_:)`` replaces them by
  /// their softmax, zero for keys after the query.
  public let shares: Matrix
  /// The factor of the scores, 1/√components of a key.
  public let scale: Float
  /// Every query's label is its own key, which the mask never hides.
  private let softmax: Softmax

  /// Creates a matrix for so many positions.
  public init(positions: Int, scale: Float) {
    shares = Matrix(rows: positions, columns: positions)
    self.scale = scale
    let labels = Buffer<Int32>(count: shares.stride)
    for position in 0..<positions { labels[position] = Int32(position) }
    softmax = Softmax(
      outputs: shares, labels: labels, gradients: shares, scale: 1, count: positions)
  }

  /// Turns the scores into shares; queries of padding columns take nothing.
  public func forward(_ kernels: KernelSet) {
    let places = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    for key in 0..<shares.rows {
      for vector in 0..<shares.vectors {
        let isLater = places &+ Int32(vector * 16) .< Int32(key)
        let score = shares.lanes(key)[vector] * scale
        shares.lanes(key)[vector] = score.replacing(with: -.infinity, where: isLater)
      }
    }
    // Cross-entropy's gradient is the softmax less 1 at each label.
    kernels.softmax(softmax, 0..<shares.vectors)
    for position in 0..<shares.rows { shares[position, position] += 1 }
  }

  /// Turns gradients of the shares into those of the scores in place.
  public func backward(_ gradients: Matrix) {
    for vector in 0..<shares.vectors {
      var mean = Lanes()
      for key in 0..<shares.rows {
        mean += shares.lanes(key)[vector] * gradients.lanes(key)[vector]
      }
      for key in 0..<shares.rows {
        let slope = gradients.lanes(key)[vector] - mean
        gradients.lanes(key)[vector] = shares.lanes(key)[vector] * slope * scale
      }
    }
  }
}
