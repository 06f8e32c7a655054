public import Kernels

extension DenseLoss {
  /// The mean of −ln softmax(z)[label] over samples, nats, as PyTorch's `CrossEntropyLoss`. Samples
  /// are shared out 16 at a time.
  ///
  /// What all other classes have is summed apart from the label's share, so that tiny losses and
  /// gradients keep their relative precision; subtracting from 1 would leave 10⁻⁷ of them.
  public func crossEntropy(
    labels: Buffer<Int32>, kernels: KernelSet, team: ThreadTeam
  ) -> Double {
    let softmax = Softmax(
      outputs: outputs, labels: labels, gradients: gradients, scale: 1 / Float(total),
      count: count)
    let losses = Buffer<Double>(count: outputs.vectors)
    team.run(items: outputs.vectors) { vector, _ in
      kernels.softmax(softmax, vector..<vector + 1)
      losses[vector] = softmax.loss(vector: vector)
    }
    return losses.elements(0..<losses.count).reduce(0, +) / Double(total)
  }
}
