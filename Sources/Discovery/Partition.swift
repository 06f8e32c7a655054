/// Samples cut into clusters, which are numbered by falling size; of equal ones that with the first
/// sample comes first.
public struct Partition: Hashable, Sendable {
  /// Every sample's cluster.
  public let labels: [Int]
  /// The clusters' sizes, falling.
  public let sizes: [Int]

  /// Renumbers labels of any kind.
  public init<Label: Hashable>(_ labels: [Label]) {
    var places: [Label: Int] = [:]
    var counts: [Int] = []
    let raw = labels.map { label in
      let place = places[label] ?? counts.count
      if place == counts.count {
        places[label] = place
        counts.append(0)
      }
      counts[place] += 1
      return place
    }
    let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var ranks = counts
    for (rank, place) in order.enumerated() { ranks[place] = rank }
    self.labels = raw.map { ranks[$0] }
    sizes = order.map { counts[$0] }
  }

  /// Clusters.
  public var count: Int { sizes.count }

  /// The samples of every cluster, ascending.
  public var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for (sample, label) in labels.enumerated() { members[label].append(sample) }
    return members
  }

  /// The partition of some samples alone.
  public func selecting(_ samples: [Int]) -> Partition { Partition(samples.map { labels[$0] }) }
}
