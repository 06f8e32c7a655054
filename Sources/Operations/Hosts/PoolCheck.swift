import Basics
import Batch
import Findings
package import SweepModel
package import Transport

/// The examination of a pool: its login host, and whether the batch system would take a submission.
package struct PoolCheck {
  private let pool: PoolSpec
  private let binary: WorkerBinary

  package init(_ pool: PoolSpec, _ binary: WorkerBinary) {
    self.pool = pool
    self.binary = binary
  }

  /// What would be handed to the batch system, and how.
  package var script: String { BatchTrial(pool, binary: binary).text }

  /// Examines; blocks for at most about twice `timeoutSeconds`. `keepsWorker` leaves the program in the
  /// shared work folder, from where pilots start it; without it, which is before a run, limits of the site's
  /// are asked for as well.
  package func report(keepsWorker: Bool, timeoutSeconds: Double) -> HostReport {
    let login = HostTransport(login: pool.entrance)
    let found = login.examine(
      binary, keepsWorker: keepsWorker, session: nil, timeoutSeconds: timeoutSeconds)
    guard found.isUsable else { return found }
    let trial = BatchTrial(pool, binary: binary)
    let tested = trial.check(login, timeoutSeconds: timeoutSeconds)
    let checks =
      tested
      + (keepsWorker
        ? [] : trial.look(login, timeoutSeconds: timeoutSeconds) + left(login, timeoutSeconds))
    // What jobs may use they use on the pool's machines, of which the login host tells nothing.
    return HostReport(
      host: found.host, place: found.place, machine: nil,
      checks: found.checks.filter { Self.ofLogin.contains($0.name) } + checks)
  }

  /// What pilots that are over have left in the work folder.
  private func left(_ login: HostTransport, _ timeoutSeconds: Double) -> [HostReport.Check] {
    let care = HostCare(.trial, session: nil, isForAll: false)
    let answer = try? login.ask(care, binary, timeoutSeconds: timeoutSeconds)
    guard let line = answer?.lines("freed").first(where: { $0["kind"] == "pilot" }) else {
      return []
    }
    return [
      .init(
        "left by pilots", .ok,
        "\(counted(line.number("count"), "file")) of \(describeBytes(line.number("bytes"))) of pilots that are over",
        remedy: "`quanta workers clean` removes them")
    ]
  }

  private static let ofLogin = [
    "connection", "host key", "authentication", "work folder", "processor", "disk", "file size",
    "clock", "glibc",
  ]
}
