import Kernels

/// Which training samples a step takes, by their numbers.
///
/// Online, step s takes numbers (s−1)·batch and on, so no number ever comes twice. Fixed, an epoch
/// takes numbers 0..<D in an order that depends on the epoch alone; its last batch is the short
/// rest, as in the published loader.
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
    let size = settings.batchCapacity
    let batches = (settings.samples + size - 1) / size
    let first = (step - 1) % batches * size
    let permutation = IndexPermutation(
      count: settings.samples, stream: ParityStream.shuffles.of(settings.seed),
      index: UInt64((step - 1) / batches))
    return Batch(
      first: first, count: min(size, settings.samples - first), permutation: permutation)
  }
}
