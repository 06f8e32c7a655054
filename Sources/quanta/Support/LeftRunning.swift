import Basics
import Coordinator
import Store
import SweepModel

/// Jobs whose workers go on although no coordinator runs: after a hang-up, a kill, or with hosts that
/// could not be reached at the end.
struct LeftRunning {
  /// Jobs that are looked up for the names of their workers.
  private static let shown = 200

  private let sweep: String
  private let going: Int
  private let stopped: Int
  private let workers: [String]

  /// Nil when the sweep has no such job.
  init?(_ record: SweepRecord, reader: StoreReader) throws {
    guard record.counts[.running] > 0 else { return nil }
    sweep = record.name
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
  var sentence: String {
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

  /// What a run that has ended left with workers: jobs that go on, results that wait, and hosts that
  /// could not be told.
  static func sentences(
    _ left: LeftBehind, goOn: String, isComplete: Bool, timing: Coordinator.Timing
  ) -> [String] {
    var parts: [String] = []
    if left.running > 0 {
      parts.append("\(counted(left.running, "job")) \(left.running == 1 ? "goes" : "go") on")
    }
    if left.results > 0 {
      parts.append("\(counted(left.results, "result")) \(left.results == 1 ? "waits" : "wait")")
    }
    var sentences: [String] = []
    if !parts.isEmpty {
      sentences.append(
        "\(parts.joined(separator: " and ")) with \(names(left.hosts)); nothing is lost: `\(goOn)` "
          + "fetches all of it, the workers end once they have nothing to do")
    }
    let grace = describeDuration(timing.grace)
    for host in left.unreached {
      sentences.append(
        "\(host.host) could not be told that the run is over: its worker ends after \(grace) without "
          + "work, and what it computes until then waits there; "
          + (host.hasChangedKey ? "once its host key is settled, " : "once it can be reached, ")
          + (isComplete ? "" : "`\(goOn)` fetches that, and ")
          + "`quanta workers stop` ends it at once")
    }
    return sentences
  }

  private static func names(_ workers: [String]) -> String {
    let more = workers.count > 8 ? " and \(workers.count - 8) more" : ""
    return (workers.count == 1 ? "the worker" : "the workers") + " on "
      + workers.prefix(8).joined(separator: ", ") + more
  }

  /// The same of jobs that the caller knows to run.
  static func sentence(jobs: Int, workers: [String], goOn: String) -> String {
    "\(counted(jobs, "job")) \(jobs == 1 ? "goes" : "go") on with \(names(workers)): "
      + "`\(goOn)` collects what they compute, `quanta workers stop` stops them"
  }
}
