import Glibc
import Posix
import SweepModel
import Synchronization

/// What an examination found so far, shared between its thread and the one that waits for it.
final class RunningExamination: Sendable {
  private struct State {
    var passed: [HostReport.Check] = []
    var checks: [HostReport.Check]?
    var place: String?
    var machine: String?
    var deadline = Deadline(secondsFromNow: 0)
  }

  let host: HostSpec
  let binary: WorkerBinary
  let keepsWorker: Bool
  let session: String?
  let outbox = Outbox()
  private let finished = Waker()
  private let state = Mutex(State())

  init(host: HostSpec, binary: WorkerBinary, keepsWorker: Bool, session: String?) {
    self.host = host
    self.binary = binary
    self.keepsWorker = keepsWorker
    self.session = session
  }

  /// Notes a stage that was passed, and how.
  func note(_ stage: ChannelStage) {
    state.withLock { state in
      state.passed.removeAll { $0.name == stage.name }  // of a try before
      state.passed.append(.init(stage.name, .ok, stage.detail))
    }
  }

  /// Notes which machine and work folder it is.
  func note(place: String?, machine: String?) {
    state.withLock { ($0.place, $0.machine) = (place, machine) }
  }

  func passed() -> [HostReport.Check] {
    state.withLock { $0.passed }
  }

  /// The stages that were passed and the one that failed.
  func failed(_ failure: LinkFailure) -> [HostReport.Check] {
    let passed = passed()
    let names = ChannelStage.names.prefix(host.access == .local ? 1 : .max)
    let next = passed.count < names.count ? names[passed.count] : "shell"
    return passed + [.init(next, .failure, failure.message, remedy: failure.remedy)]
  }

  func finish(_ checks: [HostReport.Check]) {
    state.withLock { $0.checks = checks }
    finished.wake()
  }

  /// Allows so many seconds more from now, unless more are left.
  func allow(_ seconds: Double) {
    state.withLock { state in
      if state.deadline.secondsLeft < seconds {
        state.deadline = Deadline(secondsFromNow: seconds)
      }
    }
  }

  /// Waits for the end; after the deadline the thread is told to stop and left to itself.
  func wait() -> HostReport {
    var descriptors = [pollfd(fd: finished.descriptor, events: Int16(POLLIN), revents: 0)]
    while true {
      let (isDone, deadline) = state.withLock { ($0.checks != nil, $0.deadline) }
      if isDone || deadline.hasPassed { break }
      waitForEvents(&descriptors, until: deadline)
    }
    outbox.requestClose()
    let (checks, place, machine) = state.withLock { ($0.checks, $0.place, $0.machine) }
    let late = LinkFailure(
      .unreachable, "\(host.name): no answer in time",
      remedy: "look at the network and the name servers, or allow more time")
    return HostReport(
      host: host.name, place: place, machine: machine, checks: checks ?? failed(late))
  }
}
