public import Kernels

/// The count of clusters that likenesses themselves ask for.
///
/// The rule: likenesses of pairs within clusters and of pairs between them are exponential, each kind
/// with its own mean, and the count is the one of greatest likelihood. It is the cut of the tree at the
/// height `ln(w/b) / (1/b − 1/w)`, w and b the two means, and has no number to set. It needs likenesses
/// that are near 0 for strangers, such as ``GradientMeasure/absolute`` of whitened gradients; those that
/// are published (angular) start at 0.5 and have no such rule.
public struct CountChoice: Hashable, Sendable {
  /// Clusters.
  public let count: Int
  /// The mean likeness of pairs within clusters; nil without such pairs.
  public let within: Double?
  /// The mean likeness of pairs of different clusters; nil without such pairs.
  public let between: Double?
  /// The log-likelihood less that of one mean for all, a pair; at least 0, and 0 where nothing speaks
  /// for clusters.
  public let gain: Double
  /// The counts about the chosen one whose partitions agree with it to an adjusted Rand index of 0.9:
  /// how much the count matters.
  public let range: ClosedRange<Int>

  /// Chooses a cut of a tree of mean likenesses, which are not negative.
  public init(_ tree: MergeTree) {
    var sizes = [Double](repeating: 1, count: tree.sampleCount)
    let joins = tree.steps.map { step in
      let joined = sizes[step.first] * sizes[step.second]
      sizes.append(sizes[step.first] + sizes[step.second])
      return (pairs: joined, sum: joined * max(0, Double(step.likeness)))
    }
    self.init(tree, joins)
  }

  /// Chooses a cut of a tree by magnitudes of likenesses, `samples × samples`, where those of the tree
  /// have signs, as the cosines of margins' gradients: strangers' average to 0 there, but no pair's is.
  public init(_ tree: MergeTree, magnitudesOf likenesses: Matrix) {
    precondition(likenesses.rows == tree.sampleCount, "every pair of samples has a likeness")
    var members = (0..<tree.sampleCount).map { [$0] }
    let joins = tree.steps.map { step in
      let (first, second) = (members[step.first], members[step.second])
      var sum = 0.0
      for a in first {
        for b in second { sum += Double(abs(likenesses[a, b])) }
      }
      (members[step.first], members[step.second]) = ([], [])
      members.append(first + second)
      return (pairs: Double(first.count) * Double(second.count), sum: sum)
    }
    self.init(tree, joins)
  }

  private init(_ tree: MergeTree, _ joins: [(pairs: Double, sum: Double)]) {
    let samples = tree.sampleCount
    let pairs = Double(samples) * Double(samples - 1) / 2
    let total = joins.reduce(0) { $0 + $1.sum }
    var best = (count: max(1, samples), gain: 0.0, within: Double?.none, between: Double?.none)
    if pairs > 0 { best.between = total / pairs }
    var inside = (pairs: 0.0, sum: 0.0)
    for (step, join) in joins.enumerated() {
      inside.pairs += join.pairs
      inside.sum += join.sum
      guard step + 1 < joins.count else { break }
      let within = inside.sum / inside.pairs
      let between = max(0, total - inside.sum) / (pairs - inside.pairs)
      guard within > 0, between > 0 else { continue }
      let gain =
        Elementary.logarithm(total / pairs)
        - inside.pairs / pairs * Elementary.logarithm(within)
        - (1 - inside.pairs / pairs) * Elementary.logarithm(between)
      if gain > best.gain, within > between {
        best = (samples - step - 1, gain, within, between)
      }
    }
    (count, gain, within, between) = (best.count, best.gain, best.within, best.between)
    range = Self.range(tree, about: best.count)
  }

  private static func range(_ tree: MergeTree, about count: Int) -> ClosedRange<Int> {
    guard tree.sampleCount > 0 else { return count...count }
    let chosen = tree.partition(count: count)
    func agrees(_ other: Int) -> Bool {
      (1...tree.sampleCount).contains(other)
        && PartitionScores(tree.partition(count: other), chosen).adjustedRand >= 0.9
    }
    var (low, high) = (count, count)
    while agrees(low - 1) { low -= 1 }
    while high < 2 * count, agrees(high + 1) { high += 1 }
    return low...high
  }
}
