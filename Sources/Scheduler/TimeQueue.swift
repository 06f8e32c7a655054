import HeapModule

/// Numbers that become due, earliest first: jobs whose back-off ends, workers whose lease ends.
///
/// An entry is never moved: whoever takes it out looks whether it still holds.
struct TimeQueue: Sendable {
  private var heap = Heap<Entry>()
  /// Entries put in and taken out so far.
  private(set) var work = 0

  private struct Entry: Comparable, Sendable {
    let time: Double
    let index: Int

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.index) < (right.time, right.index)
    }
  }

  var earliest: Double? { heap.min?.time }

  mutating func insert(_ index: Int, at time: Double) {
    work += 1
    heap.insert(Entry(time: time, index: index))
  }

  mutating func popDue(at now: Double) -> Int? {
    guard let entry = heap.min, entry.time <= now else { return nil }
    work += 1
    heap.removeMin()
    return entry.index
  }
}
