import Glibc
import Posix
import SweepModel
import Synchronization
import Transport

// The end of a pool: what has not come is called off, and what pilots leave is removed.

extension BatchPool {
  private static let left =
    "allocations may be left, which end by themselves once they have nothing to do; "
    + "`quanta workers stop` calls them off"

  /// Waits until everything was called off; where that takes longer, what may be left.
  public func waitUntilClosed(_ end: Double) -> String? {
    guard state.withLock({ $0.onChange != nil && !$0.hasClosed }) else { return nil }
    var descriptors = [pollfd(fd: closed.descriptor, events: Int16(POLLIN), revents: 0)]
    waitForEvents(&descriptors, until: Deadline(secondsFromNow: end - monotonicSeconds()))
    let mayBeLeft = state.withLock { state in
      state.isCalledOff == nil
        && (!state.book.callable.isEmpty || state.book.isUnsure || state.isAsking)
    }
    return mayBeLeft ? "\(pool.name): \(title) has not answered yet; \(Self.left)" : nil
  }

  /// The last calls wait for no minute to be over; nobody is left who would make them later.
  func callOff() {
    let (known, mayHave, isReady) = state.withLock {
      ($0.book.callable, !$0.book.callable.isEmpty || $0.book.isUnsure, !$0.folder.isEmpty)
    }
    if mayHave, isReady {
      let last = PoolCalls(script: script) { [self] in run($0, $1, isLast: true) }
      let ending = last.cancelAll(known)
      tellLeft(ending, isLast: true)
      state.withLock { $0.isCalledOff = ending.isDone }
    } else {
      // Of an earlier coordinator's nothing is known where the folder was not found.
      state.withLock { $0.isCalledOff = isReady }
    }
    line.close()
    if isReady {
      removeRemains()
      removeOutput()
    }
    if budget.total > 0 { tell(budget.words) }
  }

  /// Those that wait would come, and find nothing to do.
  func tellLeft(_ ending: PoolCalls.Ending, isLast: Bool) {
    let why: String
    switch ending {
    case .done: return
    case .refused(let answer): why = pool.request.system.refusal(answer.output).sentence
    case .unheard: why = "\(title) could not be called"
    }
    if isLast { return tell("\(why.split(separator: ";")[0]); \(Self.left)") }
    let isNews = state.withLock { state in
      defer { state.hasToldOfLeft = true }
      return !state.hasToldOfLeft
    }
    if isNews { tell("allocations could not be called off: \(why); it is tried again") }
  }

  private var remains: PilotRemains {
    PilotRemains(script: script, login: login, timeoutSeconds: Self.timeoutSeconds)
  }

  /// Nobody goes on from what pilots that are over have kept for jobs that are done.
  private func removeRemains() {
    guard state.withLock(\.isComplete) else { return }
    let remains = remains
    let (alive, own) = state.withLock { (Set($0.book.callable), Set($0.book.everyone)) }
    var parts = remains.parts().filter { !alive.contains($0.pilot) }
    if parts.contains(where: { !own.contains($0.pilot) }) {
      // Others may be another pool's, or an earlier coordinator's.
      let others = calls.othersAlive()
      parts.removeAll { !own.contains($0.pilot) && others?.contains($0.pilot) ?? true }
    }
    remains.empty(parts)
  }

  /// What pilots printed is of no use any more.
  private func removeOutput() {
    let (pilots, seen, areOver) = state.withLock {
      ($0.book.everyone, $0.seen, $0.isCalledOff == true)
    }
    remains.removeFiles(of: pilots, mailboxes: seen, areOver: areOver)
  }
}
