import HeapModule

/// When jobs end that start one after another, longest first, as soon as there is a place.
public enum Makespan {
  /// Beyond so many jobs a place, one more or less at the end does not matter.
  private static let most = 4000

  /// Seconds that jobs take which all begin now: so many of each length, of which a sample may stand for
  /// more; nil where there is no place for them.
  public static func seconds(of jobs: [(seconds: Double, count: Double)], places: Int) -> Double? {
    let work = jobs.reduce(0) { $0 + $1.seconds * $1.count }
    guard work > 0 else { return 0 }
    guard places > 0 else { return nil }
    if jobs.reduce(0, { $0 + $1.count }) <= Double(most) {
      let waiting = jobs.flatMap {
        Array(repeating: $0.seconds, count: Int($0.count.rounded()))
      }
      return seconds(running: [], waiting: waiting, places: places)
    }
    let longest = jobs.lazy.filter { $0.count > 0 }.map(\.seconds).max() ?? 0
    return max(longest, work / Double(places))
  }

  /// Seconds from now; nil where jobs wait and there is no place for them.
  ///
  /// - Parameters:
  ///   - running: what is left of jobs that have a place, seconds.
  ///   - waiting: what others take, seconds, in any order.
  ///   - places: how many run at once.
  public static func seconds(running: [Double], waiting: [Double], places: Int) -> Double? {
    let longest = max(running.max() ?? 0, waiting.max() ?? 0)
    guard !waiting.isEmpty else { return longest }
    guard places > 0 else { return nil }
    let free = max(0, places - running.count)
    guard waiting.count > free else { return longest }
    let work = running.reduce(0, +) + waiting.reduce(0, +)
    guard waiting.count <= most else { return max(longest, work / Double(places)) }
    var ends = Heap(running + Array(repeating: 0, count: free))
    // What runs beyond the places ends before anything new begins there.
    for _ in 0..<max(0, running.count - places) { ends.removeMin() }
    var last = longest
    for seconds in waiting.sorted(by: >) {
      let end = ends.removeMin() + seconds
      last = max(last, end)
      ends.insert(end)
    }
    return last
  }
}
