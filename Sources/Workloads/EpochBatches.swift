import Kernels

/// Which of a fixed number of training samples a step takes. An epoch takes all of them in an order
/// that depends on the epoch alone; its last batch is the short rest, as in the published loaders.
struct EpochBatches: Sendable {
  /// Samples of an epoch.
  let count: Int
  /// Samples of a batch but the last.
  let size: Int
  /// Chooses the epochs' orders.
  let stream: RandomStream

  /// The batch of step `step`, counted from 1: `count` places of its epoch's order from `first` on.
  func batch(step: Int) -> (first: Int, count: Int, order: IndexPermutation) {
    let batches = (count + size - 1) / size
    let first = (step - 1) % batches * size
    let order = IndexPermutation(
      count: count, stream: stream, index: UInt64((step - 1) / batches))
    return (first, min(size, count - first), order)
  }

  /// The same batch's samples.
  func samples(step: Int) -> [Int] {
    let batch = batch(step: step)
    return (batch.first..<batch.first + batch.count).map(batch.order.element)
  }
}
