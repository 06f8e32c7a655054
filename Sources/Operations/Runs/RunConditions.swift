import Coordinator
import Findings
package import SweepModel
import Transport

/// On which hosts and how jobs run.
package struct RunConditions {
  /// The store's folder.
  package let store: String
  /// Finds the hosts and pools, once it is known what runs.
  package let cluster: () throws -> Cluster
  /// What chooses the hosts on a command line, which the store remembers.
  package var words: [String] = []
  /// Whether to go on without hosts that cannot be used; they join once they can.
  package var skipsUnusable = false
  /// Whether to go on when the first jobs have all failed in the same way.
  package var keepsGoing = false
  /// Whether the store may lie on a network file system.
  package var allowsNetworkFileSystem = false
  /// Whether somebody is there to mend what goes wrong.
  package var waitsForPerson = false
  /// Time between checkpoints of a job, seconds.
  package var checkpointSeconds = usualCheckpointSeconds
  /// How long a worker without work and coordinator goes on, seconds.
  package var graceSeconds = usualGraceSeconds

  package init(store: String, cluster: @escaping () throws -> Cluster) {
    self.store = store
    self.cluster = cluster
  }

  package static var usualCheckpointSeconds: Double { Coordinator.Timing().checkpoint }
  package static var usualGraceSeconds: Double { Coordinator.Timing().grace }

  var timing: Coordinator.Timing {
    var timing = Coordinator.Timing()
    timing.checkpoint = checkpointSeconds
    timing.grace = graceSeconds
    return timing
  }

  /// Examines every host before anything is stored, so that a wrong cluster file changes nothing.
  ///
  /// With `skipsUnusable`, those that cannot be used now are among the hosts as well, so that
  /// they join once they can: what one of them still holds may be an earlier run's results.
  func checkedCluster(
    for needs: Amounts, _ binary: WorkerBinary, warn: (String) -> Void
  ) throws -> Cluster {
    let cluster = try cluster()
    try HostRoom.check(needs, on: cluster.hosts + cluster.pools.flatMap { $0.machines.prefix(1) })
      .forEach(warn)
    let hosts = cluster.hosts + cluster.pools.map(\.entrance)
    try checkDescriptors(for: cluster)
    let reports =
      examine(cluster.hosts, binary: binary, keepsWorker: true, timeoutSeconds: 20)
      + cluster.pools.map { PoolCheck($0, binary).report(keepsWorker: true, timeoutSeconds: 20) }
    for (host, report) in zip(hosts, reports) {
      guard let failure = report.checks.first(where: { $0.status == .failure }) else { continue }
      let text =
        "\(host.place.isEmpty ? "" : host.place + ": ")host \(host.name): \(failure.name): "
        + "\(failure.detail); \(failure.remedy)"
      guard skipsUnusable else {
        throw CommandError(
          text, remedy: hosts.count > 1 ? "or go on without it: --skip-unusable" : "")
      }
      warn("left out: \(text)")
    }
    guard reports.contains(where: \.isUsable) else { throw CommandError("no host can be used") }
    return cluster
  }
}
