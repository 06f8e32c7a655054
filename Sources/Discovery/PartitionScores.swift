import Kernels

/// How two partitions of the same samples agree.
public struct PartitionScores: Hashable, Sendable {
  /// The adjusted Rand index (Hubert & Arabie 1985): 1 for equal partitions, 0 on average for chance.
  public let adjustedRand: Double
  /// Mutual information over the arithmetic mean of the entropies, as scikit-learn has it by default;
  /// 1 where both partitions are one cluster.
  public let normalisedMutualInformation: Double

  /// Compares; traps unless both are of as many samples.
  public init(_ a: Partition, _ b: Partition) {
    let table = Contingency(a, b)
    adjustedRand = table.adjustedRand
    normalisedMutualInformation = table.normalisedMutualInformation
  }

  /// The Jaccard index, shared over all samples of both, of every cluster of `a` with that cluster of
  /// `b` for which it is largest.
  public static func bestJaccard(_ a: Partition, in b: Partition) -> [Double] {
    var best = [Double](repeating: 0, count: a.count)
    for (pair, shared) in Contingency(a, b).cells {
      let union = a.sizes[pair.row] + b.sizes[pair.column] - shared
      best[pair.row] = max(best[pair.row], Double(shared) / Double(union))
    }
    return best
  }
}

/// Samples by their clusters in two partitions.
private struct Contingency {
  struct Cell: Hashable {
    let row: Int
    let column: Int
  }

  let a: Partition
  let b: Partition
  /// Cells with samples, by row and column.
  let cells: [(Cell, Int)]

  init(_ a: Partition, _ b: Partition) {
    precondition(a.labels.count == b.labels.count, "partitions are of the same samples")
    self.a = a
    self.b = b
    var counts: [Cell: Int] = [:]
    for (row, column) in zip(a.labels, b.labels) {
      counts[Cell(row: row, column: column), default: 0] += 1
    }
    cells = counts.map { ($0.key, $0.value) }.sorted {
      ($0.0.row, $0.0.column) < ($1.0.row, $1.0.column)
    }
  }

  private func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }

  var adjustedRand: Double {
    let both = cells.reduce(0) { $0 + pairs($1.1) }
    let first = a.sizes.reduce(0) { $0 + pairs($1) }
    let second = b.sizes.reduce(0) { $0 + pairs($1) }
    let all = pairs(a.labels.count)
    let chance = all > 0 ? first * second / all : 0
    let most = (first + second) / 2
    return most == chance ? 1 : (both - chance) / (most - chance)
  }

  private func entropy(_ sizes: [Int]) -> Double {
    let count = Double(a.labels.count)
    return sizes.reduce(0) {
      $0 - Double($1) / count * Elementary.logarithm(Double($1) / count)
    }
  }

  var normalisedMutualInformation: Double {
    let count = Double(a.labels.count)
    guard count > 0 else { return 1 }
    let information = cells.reduce(0.0) { sum, cell in
      let product = Double(a.sizes[cell.0.row]) * Double(b.sizes[cell.0.column])
      let shared = Double(cell.1)
      return sum + shared / count * Elementary.logarithm(shared * count / product)
    }
    let mean = (entropy(a.sizes) + entropy(b.sizes)) / 2
    return mean > 0 ? max(0, information) / mean : 1
  }
}
