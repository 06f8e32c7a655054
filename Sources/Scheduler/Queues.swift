import HeapModule

/// Jobs that may start now: longest predicted first, grid order among equals.
struct ReadyQueue: Sendable {
  private var heap = Heap<Entry>()

  private struct Entry: Comparable, Sendable {
    let cpuSeconds: Double
    let index: Int

    static func < (left: Entry, right: Entry) -> Bool {
      left.cpuSeconds != right.cpuSeconds
        ? left.cpuSeconds < right.cpuSeconds : left.index > right.index
    }
  }

  mutating func insert(_ index: Int, cpuSeconds: Double) {
    heap.insert(Entry(cpuSeconds: cpuSeconds, index: index))
  }

  mutating func popLongest() -> Int? { heap.popMax()?.index }
}

/// Jobs whose back-off has not ended, earliest first.
struct DelayedQueue: Sendable {
  private var heap = Heap<Entry>()

  private struct Entry: Comparable, Sendable {
    let time: Double
    let index: Int

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.index) < (right.time, right.index)
    }
  }

  var earliest: Double? { heap.min?.time }

  mutating func insert(_ index: Int, at time: Double) {
    heap.insert(Entry(time: time, index: index))
  }

  mutating func popDue(at now: Double) -> Int? {
    guard let entry = heap.min, entry.time <= now else { return nil }
    heap.removeMin()
    return entry.index
  }
}
