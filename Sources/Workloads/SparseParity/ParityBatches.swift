import Kernels

/// Which training samples a step takes, by their numbers.
///
/// Online, step s takes numbers (s−1)·batch and on, so no number ever comes twice. Fixed, it takes
/// numbers 0..<D by ``EpochBatches``.
struct ParityBatches: Sendable {
  /// The samples of one step: `count` places of an order, from place `first` on.
  struct Batch: Sendable, Hashable {
    /// The first place.
    let first: Int
    /// Samples in the batch.
    let count: Int
    /// The epoch's order of the fixed set; nil online, where place and number are the same.
    let permutation: IndexPermutation?
  }

  let settings: ParitySettings

  /// The batch of step `step`, counted from 1.
  func batch(step: Int) -> Batch {
    guard settings.regime == .fixed else {
      return Batch(first: (step - 1) * settings.batch, count: settings.batch, permutation: nil)
    }
    let batch = EpochBatches(
      count: settings.samples, size: settings.batchCapacity,
      stream: ParityStream.shuffles.of(settings.seed)
    ).batch(step: step)
    return Batch(first: batch.first, count: batch.count, permutation: batch.order)
  }
}
