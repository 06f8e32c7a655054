import Foundation
import Posix
import Store
import SweepModel

/// What must hold when the sweep is done: every job recorded once, the results those of a calm run, and
/// nothing left on any host. What does not hold is a failure of the run.
struct ClosingChecks<Run: FaultedRun> {
  private(set) var report: ChaosReport
  private let run: Run
  private var place: ChaosPlace { run.place }

  /// Makes every check.
  init(_ run: Run, seed: UInt64, kinds: [Run.Fault]) throws {
    self.run = run
    report = ChaosReport(
      seed: seed, hosts: run.place.hosts, faults: run.plan.count, seconds: Int(run.notes.seconds),
      freed: run.coordinator.tally.freed,
      byKind: Dictionary(uniqueKeysWithValues: kinds.map { ("\($0)", run.course.count[$0] ?? 0) }),
      recoverySeconds: run.recovery.summaries)
    try lookAtHosts()
    try runCalmly()
    let stored = try StoreReader.open(at: place.store)
    let jobs = try stored.jobs(of: "chaos")
    for job in jobs { count(try stored.attempts(of: job.job.key)) }
    if let difference = try difference(stored, jobs) {
      report.identical = false
      run.notes.fail("the table is not the calm run's: \(difference)")
    }
    let logs = ChaosHosts.regularFiles(in: place.path("store/logs"))
    report.resumed = logs.count { place.text("store/logs/\($0)").contains("resumed after step") }
    expectNone(report.lost, "jobs without an accepted result")
    expectNone(report.double, "jobs with two accepted results")
    expectNone(report.dissent, "late results that differ")
    expectNone(report.processesLeft, "processes left")
    expectNone(report.filesLeft, "files left")
    if place.isOfSlurm { expectNone(report.freed, "jobs blamed for what befell their pilots") }
    checkRecovery()
    report.ok = run.notes.failures.isEmpty
  }

  private func expectNone(_ count: Int, _ what: String) {
    if count != 0 { run.notes.fail("\(what): \(count)") }
  }

  private mutating func lookAtHosts() throws {
    for machine in run.machines {
      var workers = try run.workers(on: machine)
      // A worker that was let go takes a moment to end.
      for _ in 0..<100 where !workers.isEmpty {
        try Interruption.pause(0.1)
        workers = try run.workers(on: machine)
      }
      let files = run.files(on: machine)
      for what in workers + files { ChaosNotes.print("left on \(machine): \(what)") }
      report.processesLeft += workers.count
      report.filesLeft += files.count
    }
  }

  private func runCalmly() throws {
    let calm = try place.calm("calm", seeds: run.coordinator.seeds, log: "calm.log")
    do {
      let code = try Interruption.code(of: calm)
      if code != 0 { run.notes.fail("the calm run ended with status \(code)") }
    } catch {
      KeptCoordinator.stop(calm)
      _ = calm.wait()
      throw error
    }
  }

  /// Counts the attempts at one job.
  private mutating func count(_ attempts: [AttemptRecord]) {
    let outcomes = attempts.map(\.outcome)
    let accepted = outcomes.count { $0 == .accepted }
    report.jobs += 1
    report.attempts += attempts.count
    report.lost += accepted == 0 ? 1 : 0
    report.double += accepted > 1 ? 1 : 0
    report.dissent += outcomes.count { $0 == .late(agrees: false) }
    report.late += outcomes.count { $0 == .late(agrees: false) || $0 == .late(agrees: true) }
  }

  /// Compares every scalar and every curve of every job, every bit of them, with the calm run's, and the
  /// tables that people get; where they differ, nil when they do not.
  private func difference(_ stored: StoreReader, _ jobs: [JobRecord]) throws -> String? {
    let calm = try StoreReader.open(at: place.path("calm"))
    if try calm.jobs(of: "chaos").map(\.job) != jobs.map(\.job) { return "it has other jobs" }
    for key in jobs.map(\.job.key) {
      guard let right = try calm.result(of: key), let result = try stored.result(of: key) else {
        return "job \(key.hex) has no result"
      }
      if let difference = right.difference(from: result) { return "job \(key.hex): \(difference)" }
    }
    for options in [[], ["--curve", "loss.subtasks"]] {
      let tables = try ["store", "calm"].map { store in
        try place.output(
          ofQuanta: ["export", "chaos", "--what", "curves", "--store", place.path(store)] + options)
      }
      if tables[0] != tables[1] { return "`quanta export --what curves` prints another one" }
    }
    return nil
  }

  /// Recovery begins within two of the heartbeats of the coordinator's `Timing`; a short run, as in CI,
  /// tells and does not judge, as one cut on a busy machine says nothing.
  private func checkRecovery() {
    for kind in ["cut", "crash"] where run.plan.count >= 50 {
      guard let worst = report.recoverySeconds[kind]?.worst, worst > 2 * 2 else { continue }
      run.notes.fail("recovery after \(kind) began after \(worst) s")
    }
  }
}
