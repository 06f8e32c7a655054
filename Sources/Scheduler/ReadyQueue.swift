import SweepModel

/// Jobs that may start now, asked for by what is free: the longest predicted one of a kind that needs
/// no more than so much memory; grid order among equals. Jobs are of one kind that need the same named
/// resources; there are few kinds.
///
/// A tree over the jobs in order of kind and memory holds, for every range, the most urgent one: all
/// operations take O(log jobs), and a job that fits nowhere now hides no smaller one behind it. A job may
/// shun one worker; the tree then also holds the most urgent one of those that shun another one than
/// that does, so that what shuns the only free worker hides none behind it either.
/// Copies share the tables; 36 bytes a job, 12 more from the first one on that shuns a worker.
struct ReadyQueue: Sendable {
  /// The named resources of each kind.
  let kinds: [Amounts]
  /// Each kind's places.
  private let ranges: [Range<Int>]
  /// A job's place in order of kind and memory.
  private let place: [Int32]
  /// The memory at every place, ascending within a kind, bytes.
  private let memory: [Int]
  /// A job's urgency, 0 for the one that goes first; unique.
  private let urgency: [Int32]
  private let jobByUrgency: [Int32]
  /// Leaves are places, from `place.count` on; a node holds the least urgency number below it.
  private var tree: [Int32]
  /// By node of `tree`: the least urgency number of those that shun another worker than its job does; empty
  /// while none shuns any.
  private var others: [Int32] = []
  /// The worker that a job shuns, by urgency; -1 for none. Empty while none shuns any.
  private var shunned: [Int32] = []
  /// Jobs in the queue.
  private(set) var count = 0
  /// Nodes visited so far.
  private(set) var work = 0

  private static let none = Int32.max

  /// A queue of jobs, the longest first.
  init(_ demands: [(cpuSeconds: Double, needs: Amounts)]) {
    let order = demands.indices.map { Int32($0) }.sorted {
      let (left, right) = (demands[Int($0)].cpuSeconds, demands[Int($1)].cpuSeconds)
      return left != right ? left > right : $0 < $1
    }
    self.init(demands.map(\.needs), order: order)
  }

  /// A queue of jobs in an order, some of which are in it; O(jobs) beside sorting them by memory.
  init(_ needs: [Amounts], order: [Int32], queued: [Int] = []) {
    let indices = needs.indices.map { Int32($0) }
    var kinds: [Amounts] = []
    let kindOf = needs.map { needs in
      var named = needs
      (named.threads, named.memoryBytes) = (0, 0)
      if let kind = kinds.firstIndex(of: named) { return kind }
      kinds.append(named)
      return kinds.count - 1
    }
    self.kinds = kinds
    let byMemory = indices.sorted {
      let (left, right) = (needs[Int($0)].memoryBytes, needs[Int($1)].memoryBytes)
      return (kindOf[Int($0)], left, $0) < (kindOf[Int($1)], right, $1)
    }
    var start = 0
    ranges = kinds.indices.map { kind in
      let end = start + kindOf.count { $0 == kind }
      defer { start = end }
      return start..<end
    }
    jobByUrgency = order
    memory = byMemory.map { needs[Int($0)].memoryBytes }
    place = Self.inverse(byMemory)
    urgency = Self.inverse(jobByUrgency)
    tree = Array(repeating: Self.none, count: 2 * needs.count)
    guard !queued.isEmpty else { return }
    for index in queued { tree[needs.count + Int(place[index])] = urgency[index] }
    count = queued.count
    for node in (1..<needs.count).reversed() {
      tree[node] = min(tree[2 * node], tree[2 * node + 1])
    }
    work = needs.count
  }

  private static func inverse(_ order: [Int32]) -> [Int32] {
    var places = Array(repeating: Int32(0), count: order.count)
    for (position, index) in order.enumerated() { places[Int(index)] = Int32(position) }
    return places
  }

  /// The place in ``kinds`` of what a job needs.
  func kind(of index: Int) -> Int {
    let place = Int(place[index])
    return ranges.firstIndex { $0.contains(place) } ?? 0
  }

  /// Takes a job in, which does not want to go to one worker.
  mutating func insert(_ index: Int, shunning worker: Int? = nil) {
    if worker != nil, others.isEmpty {
      others = Array(repeating: Self.none, count: tree.count)
      shunned = Array(repeating: -1, count: urgency.count)
      work += urgency.count
    }
    if !shunned.isEmpty { shunned[Int(urgency[index])] = Int32(worker ?? -1) }
    set(index, urgency[index])
    count += 1
  }

  mutating func remove(_ index: Int) {
    set(index, Self.none)
    count -= 1
  }

  private mutating func set(_ index: Int, _ value: Int32) {
    var node = place.count + Int(place[index])
    precondition((tree[node] == Self.none) != (value == Self.none), "job \(index) is queued twice")
    tree[node] = value
    while node > 1 {
      node /= 2
      work += 1
      combine(node)
    }
  }

  private mutating func combine(_ node: Int) {
    let (left, right) = (tree[2 * node], tree[2 * node + 1])
    let first = min(left, right)
    tree[node] = first
    guard !others.isEmpty, first != Self.none else { return }
    let shuns = shunned[Int(first)]
    func other(_ value: Int32) -> Int32 {
      value != Self.none && shunned[Int(value)] != shuns ? value : Self.none
    }
    others[node] = min(
      other(max(left, right)), other(others[2 * node]), other(others[2 * node + 1]))
  }

  /// True when `left` starts before `right`.
  func precedes(_ left: Int, _ right: Int) -> Bool { urgency[left] < urgency[right] }

  /// The longest queued job of a kind that needs at most so much memory, and does not shun a worker; it
  /// stays queued.
  mutating func longest(
    _ kind: Int, memoryAtMost bytes: Int, notShunning worker: Int? = nil
  ) -> Int? {
    longest(ranges[kind].lowerBound..<placesUpTo(bytes, in: ranges[kind]), notShunning: worker)
  }

  /// The longest queued job of a kind that needs more than so much memory, and at most so much; it stays
  /// queued.
  mutating func longest(_ kind: Int, memoryAbove bytes: Int, atMost most: Int = .max) -> Int? {
    let (low, high) = (
      placesUpTo(bytes, in: ranges[kind]), placesUpTo(most, in: ranges[kind])
    )
    return low < high ? longest(low..<high, notShunning: nil) : nil
  }

  /// The most urgent job below a node that does not shun a worker.
  private func least(_ node: Int, notShunning worker: Int?) -> Int32 {
    let first = tree[node]
    guard let worker, !others.isEmpty, first != Self.none, shunned[Int(first)] == worker else {
      return first
    }
    return others[node]
  }

  private mutating func longest(_ places: Range<Int>, notShunning worker: Int?) -> Int? {
    guard count > 0 else { return nil }
    var least = Self.none
    var low = place.count + places.lowerBound
    var high = place.count + places.upperBound
    while low < high {
      work += 1
      if low & 1 == 1 {
        least = min(least, self.least(low, notShunning: worker))
        low += 1
      }
      if high & 1 == 1 {
        high -= 1
        least = min(least, self.least(high, notShunning: worker))
      }
      low /= 2
      high /= 2
    }
    return least == Self.none ? nil : Int(jobByUrgency[Int(least)])
  }

  private mutating func placesUpTo(_ bytes: Int, in range: Range<Int>) -> Int {
    if let last = memory[range].last, last <= bytes { return range.upperBound }
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      work += 1
      let middle = (low + high) / 2
      if memory[middle] <= bytes { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
