/// Softmax of a batch's outputs, sample s in column s, apart for each sample's label and all others.
public struct Softmax: Sendable {
  /// The outputs, one row a class.
  public let outputs: Matrix
  /// Each sample's class, padded to whole vectors.
  public let labels: Buffer<Int32>
  /// Receives `scale`·(softmax − one-hot label), zero in columns from `count` on; may be nil,
  /// or the outputs themselves.
  public let gradients: Matrix?
  /// The factor of the gradients.
  public let scale: Float
  /// Samples.
  public let count: Int
  /// Receives each sample's Σ e^(z − largest) over all classes but its label.
  public let others: Buffer<Float>
  /// Receives each sample's z − largest of its label.
  public let chosen: Buffer<Float>

  /// Names the operands and makes room for the sums.
  public init(
    outputs: Matrix, labels: Buffer<Int32>, gradients: Matrix?, scale: Float, count: Int
  ) {
    precondition(labels.count >= outputs.stride, "every column has a label")
    self.outputs = outputs
    self.labels = labels
    self.gradients = gradients
    self.scale = scale
    self.count = count
    others = Buffer(count: outputs.stride)
    chosen = Buffer(count: outputs.stride)
  }

  /// Σ −ln softmax[label], nats, over the samples of a vector of 16 whose sums are there; no number if
  /// some output is none.
  public func loss(vector: Int) -> Double {
    var sum = 0.0
    for sample in vector * 16..<max(vector * 16, min(count, (vector + 1) * 16)) {
      guard others[sample].isFinite, chosen[sample].isFinite else { return .nan }
      let (others, chosen) = (Double(others[sample]), Double(chosen[sample]))
      let ratio = others * Elementary.exponential(-max(chosen, -600))
      let small = ratio * (1 - ratio / 2)
      sum +=
        ratio < 1e-8
        ? small : Elementary.logarithm(others + Elementary.exponential(chosen)) - chosen
    }
    return sum
  }
}

extension PortableKernels {
  @Sendable
  static func softmax(_ softmax: Softmax, _ vectors: Range<Int>) {
    let places = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    let outputs = softmax.outputs
    for vector in vectors {
      let label = softmax.labels.vectors[vector]
      var largest = outputs.lanes(0)[vector]
      for row in 1..<max(1, outputs.rows) {
        let z = outputs.lanes(row)[vector]
        largest = largest.replacing(with: z, where: z .> largest)
      }
      var others = Lanes()
      var chosen = Lanes()
      for row in 0..<outputs.rows {
        let z = outputs.lanes(row)[vector] - largest
        let share = Lanes.exponential(nonPositive: z)
        softmax.gradients?.lanes(row)[vector] = share
        others += share.replacing(with: 0, where: label .== Int32(row))
        chosen = chosen.replacing(with: z, where: label .== Int32(row))
      }
      softmax.others.lanes[vector] = others
      softmax.chosen.lanes[vector] = chosen
      guard let gradients = softmax.gradients else { continue }
      let used = places .< Int32(softmax.count - vector * 16)
      let scale = Lanes().replacing(with: softmax.scale, where: used)
      let inverse = scale / (others + Lanes.exponential(nonPositive: chosen))
      for row in 0..<outputs.rows {
        let share = gradients.lanes(row)[vector]
        gradients.lanes(row)[vector] =
          share.replacing(with: -others, where: label .== Int32(row)) * inverse
      }
    }
  }
}
