import Posix
import Scheduler
import Store
import SweepModel
import Transport
import Wire

/// What a run that has ended leaves with workers.
public struct LeftBehind: Hashable, Sendable {
  /// Jobs that go on.
  public var running = 0
  /// Results that the store has not taken; they wait on the workers' disks.
  public var results = 0
  /// The hosts of both.
  public var hosts: [String] = []
  /// Hosts whose worker could not be told that the run is over, with the reason; it ends by itself
  /// once it has had neither work nor coordinator for its grace.
  public var unreached: [Unreached] = []

  /// A host that could not be reached at the end.
  public struct Unreached: Hashable, Sendable {
    /// Its name.
    public let host: String
    /// It shows another host key than before: only a person can settle that.
    public let hasChangedKey: Bool
  }

  /// Nothing.
  public init() {}
}

// However a run ends, no worker stays behind that has nothing to do.

extension Coordinator {
  /// How long whoever lends machines may take to call off what has not come: one call that does not answer,
  /// and the next.
  private static let secondsToCallOff = 30.0

  /// Says good-bye: workers that hold nothing end, links close. What was told to stop may still
  /// tell its outcome; it is acknowledged, so that its worker can end. So does a worker end that has
  /// not greeted yet, or whose link opens only now: it would wait for a coordinator in vain. One
  /// whose link is broken at this moment is tried a last time.
  func finish(_ ending: Ending) throws(StoreError) -> Ending {
    let end = monotonicSeconds() + 5
    advise(.finish)
    while book.hosts.contains(where: \.isLeaving), leaving == nil, monotonicSeconds() < end {
      for input in inbox.take(waiting: end - monotonicSeconds()) {
        takeLast(input, closing: false)
      }
      try settle()
    }
    if leaving != nil { return leaveWorkers() }
    for host in hosts { host.link?.close() }
    for pool in plan.pools { pool.close(isComplete: ending == .complete) }
    let patience = monotonicSeconds() + Self.secondsToCallOff
    let left = plan.pools.compactMap { $0.waitUntilClosed(patience) }
    for input in inbox.take(waiting: 0) {
      if case .pool(.note(let text)) = input { onNote(text) }
    }
    for text in left { onNote(text) }
    noteUnreached()
    publishStatus(at: monotonicSeconds())
    return ending
  }

  /// Leaves workers to themselves because the store takes nothing any more, or because the process
  /// has to end: those that have work finish it and keep the results, the others end.
  func abandon() {
    let deadline = monotonicSeconds() + 2
    // An order of the last turn may not have been sent, or waits for its checkpoint to go ahead.
    for running in scheduler.running {
      let host = hosts.first { $0.name == running.worker }
      if let host, host.given.contains(running.attempt), !host.leaving.contains(running.attempt) {
        noteLeft(on: host.name, running: 1)
      }
    }
    advise(.abandon)
    while book.hosts.contains(where: \.isLeaving), monotonicSeconds() < deadline {
      for input in inbox.take(waiting: deadline - monotonicSeconds()) {
        takeLast(input, closing: true)
      }
    }
    noteUnreached()
  }

  /// The process has to end now.
  func leaveWorkers() -> Ending {
    abandon()
    leaving?()
    return .interrupted
  }

  /// A result that the store did not take.
  func noteUnrecorded(_ attempt: AttemptID) {
    guard let host = hosts.first(where: { $0.given.contains(attempt) }) else { return }
    noteLeft(on: host.name, results: 1)
  }

  private func noteLeft(on host: String, running: Int = 0, results: Int = 0) {
    leftBehind.running += running
    leftBehind.results += results
    if !leftBehind.hosts.contains(host) { leftBehind.hosts.append(host) }
  }

  private func noteUnreached() {
    leftBehind.unreached = book.hosts.filter(\.mayBeLeftBehind).map {
      LeftBehind.Unreached(host: $0.name, hasChangedKey: $0.trouble == .hostKeyChanged)
    }
  }

  /// What comes after the end. `closing` closes each link at once; else it stays until the worker has
  /// handed over what it holds.
  private func takeLast(_ input: Input, closing: Bool) {
    if case .leave(let end) = input { leaving = end }
    guard case .link(let index, let generation, let event) = input,
      book.hosts[index].generation == generation
    else { return }
    switch event {
    case .closed: advise(.ended(index))
    case .opened: advise(.openedLate(index, closing: closing))
    case .shipping, .received:
      if !closing { serve(index, event) }
    }
  }
}
