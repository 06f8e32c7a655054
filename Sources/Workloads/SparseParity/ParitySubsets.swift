import Kernels

/// Draws the subtasks' bit sets.
enum ParitySubsets {
  /// Distinct sets of `size` positions below `bits`, each ascending, uniformly among all such sets;
  /// there must be at least `count` of them.
  static func draw(_ count: Int, size: Int, bits: Int, from stream: RandomStream) -> [[Int]] {
    var subsets: [[Int]] = []
    var seen: Set<[Int]> = []
    var attempt: UInt64 = 0
    while subsets.count < count {
      let subset = stream.subset(of: bits, size: size, index: attempt).sorted()
      attempt += 1
      if seen.insert(subset).inserted { subsets.append(subset) }
    }
    return subsets
  }

  /// The number of sets of `size` out of `bits` positions, or `limit` when there are more.
  static func count(size: Int, bits: Int, limit: Int) -> Int {
    guard size <= bits else { return 0 }
    var count = 1
    for place in 0..<min(size, bits - size) {
      let (product, overflow) = count.multipliedReportingOverflow(by: bits - place)
      guard !overflow else { return limit }
      count = product / (place + 1)
      if count >= limit { return limit }
    }
    return min(count, limit)
  }
}
