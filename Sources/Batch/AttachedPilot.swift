import Posix
import SweepModel
import Synchronization
import Transport

/// A pilot as a place to run that is reached by the batch system's command: a pipe into its allocation,
/// through its login host.
///
/// Each link costs a call, so none is tried while the system has not said that a lost pilot still runs.
struct AttachedPilot: Transport {
  let pool: BatchPool
  let pilot: PilotName
  private let inner: HostTransport

  init(_ pilot: PilotName, of pool: BatchPool, host: HostSpec) {
    self.pilot = pilot
    self.pool = pool
    inner = HostTransport(pilot: pilot.text, of: host, by: pool.starter(pilot) ?? [])
  }

  var host: HostSpec { inner.host }
  var way: String { "by \(pool.attaching)" }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    if let obstacle = pool.obstacle(to: pilot) {
      let failure = LinkFailure(
        .unreachable, "\(host.name): \(obstacle)", remedy: "it is tried again by itself")
      if !startThread({ onEvent(.closed(failure)) }) { onEvent(.closed(failure)) }
      return NoLink()
    }
    let hasOpened = Atomic(false)
    return inner.open(binary, data: data, session: session) { [pool, pilot] event in
      switch event {
      case .opened:
        hasOpened.store(true, ordering: .relaxed)
        pool.opened(pilot)
      case .closed(.some): pool.lost(pilot, hasOpened: hasOpened.load(ordering: .relaxed))
      default: break
      }
      onEvent(event)
    }
  }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    inner.examine(
      binary, keepsWorker: keepsWorker, session: session, timeoutSeconds: timeoutSeconds)
  }
}

/// What was never opened.
private final class NoLink: Link {
  func send(_ bytes: [UInt8]) {}
  func close() {}
}
