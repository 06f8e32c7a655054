import SweepModel
import Synchronization
import Transport

/// A pilot as a place to run that is reached through its pool's relay: it dials that, or goes by mail, as
/// the relay finds with every link.
final class RelayedPilot: Transport {
  /// How many times as slow as a network's the way by files is; file systems tell late of new ones.
  private static let mailPace = 5.0

  let host: HostSpec
  private let pilot: PilotName
  private let pool: BatchPool
  private let isByMail: Atomic<Bool>

  /// `byMail` says what is expected before the first link tells.
  init(_ pilot: PilotName, of pool: BatchPool, host: HostSpec, byMail: Bool) {
    self.pilot = pilot
    self.pool = pool
    self.host = host
    isByMail = Atomic(byMail)
  }

  var pace: Double { isByMail.load(ordering: .relaxed) ? Self.mailPace : 1 }

  var way: String {
    isByMail.load(ordering: .relaxed) ? "by mail through the work folder" : "through the relay"
  }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    let listener = RelayLine.Listener(
      onEvent: onEvent, onWay: { [self] in isByMail.store($0, ordering: .relaxed) },
      onLost: { [pool, pilot] in pool.lost(pilot, hasOpened: true) })
    return pool.line.open(
      pilot.text, host: host.name, binary, data: data, session: session, listener)
  }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    HostTransport(login: host).examine(
      binary, keepsWorker: keepsWorker, session: session, timeoutSeconds: timeoutSeconds)
  }
}
