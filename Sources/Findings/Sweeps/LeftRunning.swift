import Basics
package import Store
import SweepModel

/// Jobs whose workers go on although no coordinator runs: after a hang-up, a kill, or with hosts that
/// could not be reached at the end.
package struct LeftRunning {
  /// Jobs that are looked up for the names of their workers.
  private static let shown = 200

  private let sweep: String
  private let going: Int
  private let stopped: Int
  private let workers: [String]
  /// Whether it is known which hosts the sweep was run on, which commands that are named then say.
  private let knowsHosts: Bool

  /// Nil when the sweep has no such job.
  package init?(_ record: SweepRecord, reader: StoreReader) throws {
    guard record.counts[.running] > 0 else { return nil }
    sweep = record.name
    knowsHosts = !LaunchWords(reader.layout)[record.name].isEmpty
    let ended = StoppedWorkers(reader.layout)
    var workers: [String] = []
    var stopped = 0
    for job in try reader.jobs(of: record.name, in: .running, limit: Self.shown) {
      for attempt in try reader.attempts(of: job.job.key) where attempt.outcome == .open {
        if ended.hasEnded(attempt.worker, after: attempt.startedAt) {
          stopped += 1
        } else if !workers.contains(attempt.worker) {
          workers.append(attempt.worker)
        }
      }
    }
    self.workers = workers
    // Of more jobs than were looked up the rest is taken to be like them.
    self.stopped = workers.isEmpty ? record.counts[.running] : stopped
    going = record.counts[.running] - self.stopped
  }

  /// What goes on where, and how to collect or to stop it; what was stopped.
  package var sentence: String {
    let goOn = "quanta resume \(sweep)"
    var parts: [String] = []
    if going > 0 { parts.append(Self.sentence(jobs: going, workers: workers, goOn: goOn)) }
    if stopped > 0 {
      let (job, verb) = (counted(stopped, "job"), stopped == 1 ? "was" : "were")
      parts.append(
        "\(job) \(verb) stopped with the worker: `\(goOn)` fetches finished results and goes on from "
          + "checkpoints")
    }
    return parts.joined(separator: "; ")
  }

  /// Where a command that names no host would not reach all of them: what to add; empty elsewhere.
  package var clusterHint: String {
    knowsHosts || workers.allSatisfy { $0 == "local" }
      ? "" : "; give `--cluster` as the run had it, or its jobs are computed again elsewhere"
  }

  /// What a run of other hosts leaves behind; nil where it reaches all that goes on. A pool finds its pilots
  /// by itself.
  package func unreached(by hosts: [String], pools: [String] = []) -> String? {
    let missing = workers.filter { worker in
      !hosts.contains(worker) && !pools.contains { worker.hasPrefix("\($0)-") }
    }
    guard !missing.isEmpty else { return nil }
    return "\(sweep): jobs go on with \(Self.names(missing)), which this run does not reach: they "
      + "are computed again. `quanta resume \(sweep)` with the `--cluster` that names them collects them"
  }

  /// `the workers on a, b`, the first eight by name.
  package static func names(_ workers: [String]) -> String {
    let more = workers.count > 8 ? " and \(workers.count - 8) more" : ""
    return (workers.count == 1 ? "the worker" : "the workers") + " on "
      + workers.prefix(8).joined(separator: ", ") + more
  }

  /// The same of jobs that the caller knows to run.
  package static func sentence(jobs: Int, workers: [String], goOn: String) -> String {
    "\(counted(jobs, "job")) \(jobs == 1 ? "goes" : "go") on with \(names(workers)): "
      + "`\(goOn)` collects what they compute, `quanta workers stop` stops them"
  }
}
