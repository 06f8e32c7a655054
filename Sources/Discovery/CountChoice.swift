import Kernels

/// The count of clusters that likenesses themselves ask for, by one of two rules.
///
/// Where likenesses are not negative and near 0 for strangers, such as ``GradientMeasure/absolute`` of
/// whitened gradients: those of pairs within clusters and of pairs between them are exponential, each
/// kind with its own mean, and the count is the one of greatest likelihood. It is the cut of the tree at
/// the height `ln(w/b) / (1/b − 1/w)`, w and b the two means, and has no number to set.
///
/// Where they have signs that average to 0 between strangers, such as ``GradientMeasure/cosine`` of
/// margins' gradients: by the *kinship* of the clusters that join, ``init(kinshipsOf:floor:)``.
///
/// Likenesses that are published (angular) start at 0.5 and have no such rule.
public struct CountChoice: Hashable, Sendable {
  /// Clusters.
  public let count: Int
  /// The mean likeness of pairs within clusters, or the mean kinship (geometric) of joins below the cut;
  /// nil without such pairs.
  public let within: Double?
  /// The mean likeness of pairs of different clusters, or the mean kinship of joins above the cut; nil
  /// without such pairs.
  public let between: Double?
  /// By likelihood: its logarithm less that of one mean for all, a pair. By kinships: the share of the
  /// variance of their logarithms that lies between the two kinds of joins. At least 0, and 0 where
  /// nothing speaks for clusters.
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

  /// Chooses a cut of a tree of mean likenesses that have signs, by the kinships of its joins.
  ///
  /// Two clusters' kinship is the mean likeness of their pairs over the geometric mean of that of each
  /// one's own pairs: the cosine of their centroids without the samples' noise. It is about 1 for
  /// halves of one quantum drawn at random, from 0.05 to 0.8 for the parts into which a quantum's
  /// patterns split, and about 0 for two quanta, whatever their sizes and how many pairs they have.
  /// The cut splits all pairs, each with the logarithm of the kinship at which it is joined, in two
  /// kinds with the largest variance between them. Kinships below `floor` count as `floor`, since
  /// there is nothing to tell among them.
  public init(kinshipsOf tree: MergeTree, floor: Double) {
    precondition(floor > 0 && floor < 1, "a floor of kinships is between 0 and 1")
    let joins = Self.kinships(tree).map { join in
      (
        pairs: join.pairs,
        logarithm: Elementary.logarithm(min(1, max(floor, join.kinship)))
      )
    }
    let pairs = joins.reduce(0) { $0 + $1.pairs }
    let total = joins.reduce(0) { $0 + $1.pairs * $1.logarithm }
    let square = joins.reduce(0) { $0 + $1.pairs * $1.logarithm * $1.logarithm }
    let variance = pairs > 0 ? square / pairs - (total / pairs) * (total / pairs) : 0
    var best = (
      count: tree.sampleCount > 0 ? 1 : 0, gain: 0.0,
      within: pairs > 0 ? Elementary.exponential(total / pairs) : Double?.none,
      between: Double?.none
    )
    var inside = (pairs: 0.0, sum: 0.0)
    for (step, join) in joins.enumerated().dropLast() where variance > Self.leastVariance {
      inside.pairs += join.pairs
      inside.sum += join.pairs * join.logarithm
      let within = inside.sum / inside.pairs
      let between = (total - inside.sum) / (pairs - inside.pairs)
      let share = inside.pairs / pairs
      let gain = share * (1 - share) * (within - between) * (within - between) / variance
      if gain > best.gain, within > between {
        best = (
          tree.sampleCount - step - 1, gain, Elementary.exponential(within),
          Elementary.exponential(between)
        )
      }
    }
    (count, gain, within, between) = (best.count, best.gain, best.within, best.between)
    range = Self.range(tree, about: best.count)
  }

  /// Logarithms of kinships that vary less are all the same.
  private static let leastVariance = 1e-9

  /// The pairs that each join unites and their kinship. A single sample has no pairs of its own: it is
  /// measured by the other cluster's, and two single ones are kin.
  private static func kinships(_ tree: MergeTree) -> [(pairs: Double, kinship: Double)] {
    var clusters = [(size: Double, sum: Double)](repeating: (1, 0), count: tree.sampleCount)
    return tree.steps.map { step in
      let (first, second) = (clusters[step.first], clusters[step.second])
      let pairs = first.size * second.size
      let likeness = Double(step.likeness)
      clusters.append((first.size + second.size, first.sum + second.sum + pairs * likeness))
      let own = [first, second].filter { $0.size > 1 }.map {
        max(0, $0.sum) / ($0.size * ($0.size - 1) / 2)
      }
      let scale = own.count == 2 ? (own[0] * own[1]).squareRoot() : own.first ?? likeness
      return (pairs, scale > 0 ? likeness / scale : likeness > 0 ? 1 : 0)
    }
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
