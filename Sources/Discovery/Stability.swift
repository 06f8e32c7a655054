public import Kernels

/// How stable clusters are: across counts, over halves of the samples, over seeds.
public enum Stability {
  /// The adjusted Rand index of every pair of partitions of the same samples, row-major: for counts
  /// and for seeds alike.
  public static func table(_ partitions: [Partition]) -> [[Double]] {
    partitions.map { a in partitions.map { PartitionScores(a, $0).adjustedRand } }
  }

  /// For every cluster of a partition its best Jaccard index in each of the others, by other.
  public static func bestJaccards(_ partition: Partition, in others: [Partition]) -> [[Double]] {
    others.map { PartitionScores.bestJaccard(partition, in: $0) }
  }

  /// What halves of the samples say of a partition of all of them.
  public struct Halves: Sendable {
    /// The adjusted Rand index of each half's own partition with the whole one, cut to the half.
    public let adjustedRand: [Double]
    /// The count that each half chooses by itself, and the adjusted Rand index of its partition with the
    /// whole one, cut to the half: how sure the chosen count is.
    public let choices: [(count: Int, adjustedRand: Double)]
    /// Every cluster's best Jaccard index, mean over the halves that have two of its samples; nil where
    /// none has.
    public let clusters: [Double?]
  }

  /// Clusters random halves of the samples by average linkage of their likenesses, `samples ×
  /// samples` by a recipe, into as many clusters as the whole partition has in the half.
  public static func halves(
    _ partition: Partition, likenesses: Matrix, recipe: DiscoveryRecipe, count: Int = 4,
    seed: UInt64 = 0, crew: Crew
  ) -> Halves {
    let samples = partition.labels.count
    let chosen = (0..<count).map { half in
      RandomStream(seed: seed, stream: 0x4841_4C46)
        .subset(of: samples, size: samples / 2, index: UInt64(half)).sorted()
    }
    var (indices, choices) = ([Double](), [(count: Int, adjustedRand: Double)]())
    var sums = partition.sizes.map { _ in (sum: 0.0, count: 0) }
    for half in chosen {
      let part = Matrix(rows: half.count, columns: half.count)
      crew.runRows(half.count, by: 64) { rows, _ in
        for row in rows {
          for (column, place) in half.enumerated() {
            part[row, column] = likenesses[half[row], place]
          }
        }
      }
      let whole = partition.selecting(half)
      let tree = AverageLinkage.tree(using: part)
      let own = tree.partition(count: max(1, whole.count))
      let choice = recipe.choice(tree).count
      choices.append(
        (choice, PartitionScores(whole, tree.partition(count: choice)).adjustedRand))
      indices.append(PartitionScores(whole, own).adjustedRand)
      let jaccards = PartitionScores.bestJaccard(whole, in: own)
      for cluster in jaccards.indices where whole.sizes[cluster] > 1 {
        guard let member = whole.labels.firstIndex(of: cluster) else { continue }
        let label = partition.labels[half[member]]
        sums[label] = (sums[label].sum + jaccards[cluster], sums[label].count + 1)
      }
    }
    return Halves(
      adjustedRand: indices, choices: choices,
      clusters: sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil })
  }
}
