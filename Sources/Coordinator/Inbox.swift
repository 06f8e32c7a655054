import Foundation
import SweepModel
import Transport

/// What reaches the coordinator's thread from others.
enum Input: Sendable {
  /// A link spoke; `generation` tells links to the same host apart.
  case link(host: Int, generation: Int, LinkEvent)
  /// Hosts come or go.
  case pool(HostChange)
  /// A person pressed Ctrl-C.
  case interrupt
  /// Jobs that were held back may start.
  case choose([JobKey])
  /// What is done suffices: no further job starts.
  case enough
  /// The process ends now: workers are left to themselves, then this is called.
  case leave(then: @Sendable () -> Void)

  var byteCount: Int {
    if case .link(_, _, .received(let bytes)) = self { bytes.count } else { 0 }
  }
}

/// A queue that many threads fill and one empties, with a deadline.
///
/// It holds about so many bytes: a link's thread that brings more waits, and with it its host, while
/// the coordinator's disk holds that up.
final class Inbox: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var inputs: [Input] = []
  private var byteCount = 0
  private var isClosed = false

  init(capacityBytes: Int = 64 << 20) { capacity = capacityBytes }

  /// Adds an input. What brings bytes waits for room; nothing else does.
  func put(_ input: Input) {
    condition.lock()
    defer { condition.unlock() }
    let bytes = input.byteCount
    while bytes > 0, byteCount > capacity, !isClosed { condition.wait() }
    inputs.append(input)
    byteCount += bytes
    condition.broadcast()
  }

  /// Everything that has come, at once; empty when `seconds` pass without anything.
  ///
  /// - Parameter gathering: how long more is waited for once something has come, seconds.
  func take(waiting seconds: Double, gathering: Double = 0) -> [Input] {
    condition.lock()
    defer { condition.unlock() }
    if inputs.isEmpty, seconds > 0 {
      _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
    }
    if !inputs.isEmpty, gathering > 0 {
      condition.unlock()
      Thread.sleep(forTimeInterval: gathering)
      condition.lock()
    }
    let taken = inputs
    inputs = []
    byteCount = 0
    condition.broadcast()
    return taken
  }

  /// Nobody takes any more: nobody waits any more.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
