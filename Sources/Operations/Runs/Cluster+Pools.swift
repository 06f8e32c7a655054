import Batch
package import SweepModel
package import Transport

extension Cluster {
  /// What a run takes its hosts from: those that are there, and what batch systems lend.
  ///
  /// - Parameter session: The identity of the run's store.
  func hostPools(_ binary: WorkerBinary, session: String) -> [any HostPool] {
    [FixedHosts(hosts.map { HostTransport($0) })]
      + pools.map { BatchPool($0, binary: binary, session: session) }
  }
}

extension PoolSpec {
  /// Calls off what the batch system has for a store's pool; how many allocations that were.
  package func callOff(
    _ binary: WorkerBinary, session: String, timeoutSeconds: Double
  ) throws(LinkFailure) -> Int {
    try PoolEnd(self, binary: binary, session: session, timeoutSeconds: timeoutSeconds).callOff()
  }
}
