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
      let subset = candidate(size: size, bits: bits, from: stream, attempt: attempt)
      attempt += 1
      if seen.insert(subset).inserted { subsets.append(subset) }
    }
    return subsets
  }

  /// A partial Fisher–Yates shuffle.
  private static func candidate(
    size: Int, bits: Int, from stream: RandomStream, attempt: UInt64
  ) -> [Int] {
    var positions = Array(0..<bits)
    for place in 0..<size {
      let other = stream.integer(below: bits - place, index: attempt, block: UInt32(place))
      positions.swapAt(place, place + other)
    }
    return positions[..<size].sorted()
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
