import Batch
import SweepModel
import Transport

extension Cluster {
  /// What a run takes its hosts from: those that are there, and what batch systems lend.
  ///
  /// - Parameter session: The identity of the run's store.
  func hostPools(_ binary: WorkerBinary, session: String) -> [any HostPool] {
    [FixedHosts(hosts.map { HostTransport($0) })]
      + pools.map { BatchPool($0, binary: binary, session: session) }
  }
}
