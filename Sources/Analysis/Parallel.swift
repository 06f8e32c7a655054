import Dispatch
import Synchronization

/// Work on all cores whose results do not depend on how many there are.
enum Parallel {
  /// Elements that one thread takes at a time, so that taking them costs nothing beside the work.
  private static let portion = 16

  /// The results of all indices, in their order.
  static func map<Result: Sendable>(
    _ range: Range<Int>, _ work: @Sendable (Int) -> Result
  ) -> [Result] {
    guard range.count > 1 else { return range.map(work) }
    let portions = (range.count + portion - 1) / portion
    let size = range.count < 16 * portion ? 1 : portion
    let count = size == 1 ? range.count : portions
    let results = Mutex([[Result]?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let start = range.lowerBound + number * size
      let part = (start..<min(start + size, range.upperBound)).map(work)
      results.withLock { $0[number] = part }
    }
    return results.withLock { $0.flatMap { $0 ?? [] } }
  }
}
