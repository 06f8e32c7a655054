import Foundation
import Transport

/// What reaches the coordinator's thread from others.
enum Input: Sendable {
  /// A link spoke; `generation` tells links to the same host apart.
  case link(host: Int, generation: Int, LinkEvent)
  /// A person pressed Ctrl-C.
  case interrupt
}

/// A queue that many threads fill and one empties, with a deadline.
final class Inbox: @unchecked Sendable {
  private let condition = NSCondition()
  private var inputs: [Input] = []

  func put(_ input: Input) {
    condition.lock()
    inputs.append(input)
    condition.signal()
    condition.unlock()
  }

  /// Everything that has come, at once; empty when `seconds` pass without anything.
  func take(waiting seconds: Double) -> [Input] {
    condition.lock()
    defer { condition.unlock() }
    if inputs.isEmpty, seconds > 0 {
      _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
    }
    let taken = inputs
    inputs = []
    return taken
  }
}
