/// Losses of a batch whose outputs are `outputs × samples`: sample s is column s. All sets share these
/// portable forms; outputs are few beside hidden units. Cross-entropy is of ``Softmax``.
public struct DenseLoss: Sendable {
  /// The network's outputs, one row an output.
  public var outputs: Matrix
  /// Receives the gradients of the mean loss with respect to the outputs, zero in padding columns;
  /// nil when only the loss is wanted.
  public var gradients: Matrix?
  /// Samples: the columns that count.
  public var count: Int
  /// Samples that the mean is taken over, when these are a part of a batch.
  public var total: Int

  /// Names the operands.
  public init(outputs: Matrix, gradients: Matrix?, count: Int, of total: Int? = nil) {
    precondition(count > 0 && count <= outputs.columns, "a loss needs samples")
    precondition(
      gradients.map { $0.rows == outputs.rows && $0.stride == outputs.stride } ?? true,
      "gradients have the outputs' shape")
    self.outputs = outputs
    self.gradients = gradients
    self.count = count
    self.total = total ?? count
  }

  /// The mean of (z − t)² over samples and outputs, as PyTorch's `MSELoss`.
  public func meanSquare(targets: Matrix) -> Double {
    precondition(
      targets.rows == outputs.rows && targets.stride == outputs.stride,
      "targets have the outputs' shape")
    let scale = 2 / Float(total * outputs.rows)
    var sum = 0.0
    for vector in 0..<outputs.vectors {
      let used = used(vector)
      var squares = Lanes()
      for row in 0..<outputs.rows {
        let difference = (outputs.lanes(row)[vector] - targets.lanes(row)[vector]) * used
        squares += difference * difference
        gradients?.lanes(row)[vector] = difference * scale
      }
      sum += Double(squares.total)
    }
    return sum / Double(total * outputs.rows)
  }

  /// Samples whose label's row is the largest; of equal rows the first counts.
  public func hits(labels: Buffer<Int32>) -> Int {
    var hits = 0
    for vector in 0..<outputs.vectors {
      var largest = outputs.lanes(0)[vector]
      var best = SIMD16<Int32>()
      for row in 1..<max(1, outputs.rows) {
        let z = outputs.lanes(row)[vector]
        best.replace(with: Int32(row), where: z .> largest)
        largest = largest.replacing(with: z, where: z .> largest)
      }
      let right = best .== labels.vectors[vector]
      for lane in 0..<max(0, min(16, count - vector * 16)) where right[lane] { hits += 1 }
    }
    return hits
  }

  /// 1 in the lanes of samples, 0 in those of padding.
  private func used(_ vector: Int) -> Lanes {
    let lanes = SIMD16<Float>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return Lanes().replacing(with: 1, where: lanes .< Float(count - vector * 16))
  }
}

extension Matrix {
  /// A row's vectors.
  @inline(__always)
  func lanes(_ row: Int) -> UnsafeMutablePointer<Lanes> {
    buffer.lanes + (offset + row * stride) / 16
  }

  /// Sums each of some rows over all columns, padding included, and puts row r's sum at place
  /// `offset + r` of a buffer, or adds it to what is there.
  public func sumRows(
    _ rows: Range<Int>, into sums: Buffer<Float>, offset: Int, accumulates: Bool = false
  ) {
    for row in rows {
      var sum = Lanes()
      for vector in 0..<vectors { sum += lanes(row)[vector] }
      sums[offset + row] = accumulates ? sums[offset + row] + sum.total : sum.total
    }
  }
}

extension Buffer<Int32> {
  /// Whole vectors of labels; the buffer's size is a multiple of 16.
  @inline(__always)
  var vectors: UnsafeMutablePointer<SIMD16<Int32>> {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: SIMD16<Int32>.self)
  }
}

extension Buffer<Float> {
  /// Σ x² over whole vectors, in single precision within 1024 numbers and in double precision over
  /// those.
  public func sumOfSquares() -> Double {
    precondition(count % 16 == 0, "only whole vectors are summed")
    var sum = 0.0
    for first in stride(from: 0, to: count / 16, by: 64) {
      var part = Lanes()
      for place in first..<Swift.min(first + 64, count / 16) { part += lanes[place] * lanes[place] }
      sum += Double(part.total)
    }
    return sum
  }

  /// Multiplies all numbers of whole vectors by a factor.
  public func scale(by factor: Float) {
    precondition(count % 16 == 0, "only whole vectors are scaled")
    for place in 0..<count / 16 { lanes[place] *= factor }
  }
}
