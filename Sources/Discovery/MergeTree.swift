/// How samples join to clusters, step by step, from every sample for itself to all in one: a partition
/// for every count at once.
public struct MergeTree: Hashable, Sendable {
  /// Two clusters that join. Numbers below the number of samples n are samples, n + i is what step i
  /// made, as in SciPy's `linkage`.
  public struct Step: Hashable, Sendable {
    /// The cluster with the lower number.
    public let first: Int
    /// The other one.
    public let second: Int
    /// The mean likeness of the two clusters' pairs, the *height* at which they join.
    public let likeness: Float
    /// Samples in both.
    public let size: Int
  }

  /// Samples.
  public let sampleCount: Int
  /// The steps, n − 1 of them, likeness falling.
  public let steps: [Step]

  /// Orders the pairs of slots that a nearest-neighbour chain joined, in its order, by likeness and
  /// numbers what they made.
  init(sampleCount: Int, joined: [(first: Int, second: Int, likeness: Float)]) {
    self.sampleCount = sampleCount
    let order = joined.indices.sorted {
      joined[$0].likeness != joined[$1].likeness
        ? joined[$0].likeness > joined[$1].likeness : $0 < $1
    }
    var sets = DisjointSets(sampleCount)
    var numbers = Array(0..<sampleCount)
    var sizes = [Int](repeating: 1, count: sampleCount)
    var steps: [Step] = []
    for index in order {
      let a = sets.root(joined[index].first)
      let b = sets.root(joined[index].second)
      let size = sizes[a] + sizes[b]
      steps.append(
        Step(
          first: min(numbers[a], numbers[b]), second: max(numbers[a], numbers[b]),
          likeness: joined[index].likeness, size: size))
      let root = sets.join(a, b)
      numbers[root] = sampleCount + steps.count - 1
      sizes[root] = size
    }
    self.steps = steps
  }

  /// The partition into `count` clusters: all steps but the last `count − 1`.
  public func partition(count: Int) -> Partition {
    precondition((1...max(1, sampleCount)).contains(count), "no such count of clusters")
    var sets = DisjointSets(sampleCount)
    var members = Array(0..<sampleCount)
    for step in steps.prefix(sampleCount - count) {
      let first = sets.root(members[step.first])
      let second = sets.root(members[step.second])
      members.append(sets.join(first, second))
    }
    return Partition((0..<sampleCount).map { sets.root($0) })
  }

  /// The likeness at which `count` clusters become one fewer; −∞ for a single one.
  public func likeness(below count: Int) -> Float {
    let step = sampleCount - count
    return steps.indices.contains(step) ? steps[step].likeness : -.infinity
  }
}

/// Sets that join, found by their roots.
struct DisjointSets {
  private var parents: [Int]

  init(_ count: Int) { parents = Array(0..<count) }

  /// The root of an element's set.
  mutating func root(_ element: Int) -> Int {
    var root = element
    while parents[root] != root { root = parents[root] }
    var place = element
    while parents[place] != root {
      let next = parents[place]
      parents[place] = root
      place = next
    }
    return root
  }

  /// Joins the sets of two roots; the lower one is the root of both.
  mutating func join(_ a: Int, _ b: Int) -> Int {
    parents[max(a, b)] = min(a, b)
    return min(a, b)
  }
}
