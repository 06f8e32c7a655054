import Posix
import SweepModel
import Transport

/// A pilot as a place to run: a pipe through `srun` into its allocation.
///
/// Each link costs a call of Slurm's, so none is tried while Slurm has not said that a lost pilot still runs.
struct PilotTransport: Transport {
  let pool: SlurmPool
  let pilot: PilotName
  private let inner: HostTransport

  init(_ pilot: PilotName, of pool: SlurmPool, host: HostSpec) {
    self.pilot = pilot
    self.pool = pool
    inner = HostTransport(pilot: pilot.text, of: host, by: SlurmScript.starter(pilot))
  }

  var host: HostSpec { inner.host }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    guard pool.mayAttach(pilot) else {
      let failure = LinkFailure(
        .unreachable,
        "\(host.name): Slurm has not said whether it still runs, or was called as often as may be",
        remedy: "it is tried when Slurm has")
      if !startThread({ onEvent(.closed(failure)) }) { onEvent(.closed(failure)) }
      return NoLink()
    }
    return inner.open(binary, data: data, session: session) { [pool, pilot] event in
      if case .closed(.some) = event { pool.lost(pilot) }
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
