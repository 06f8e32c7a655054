import Store
import SweepModel

/// Jobs whose workers go on although no coordinator runs: after a hang-up, a kill, or with hosts that
/// could not be reached at the end.
struct LeftRunning {
  /// Jobs that are looked up for the names of their workers.
  private static let shown = 50

  private let sweep: String
  private let count: Int
  private let workers: [String]

  /// Nil when the sweep has no such job.
  init?(_ record: SweepRecord, reader: StoreReader) throws {
    guard record.counts[.running] > 0 else { return nil }
    sweep = record.name
    count = record.counts[.running]
    var workers: [String] = []
    for job in try reader.jobs(of: record.name, in: .running, limit: Self.shown) {
      for attempt in try reader.attempts(of: job.job.key)
      where attempt.outcome == .open && !workers.contains(attempt.worker) {
        workers.append(attempt.worker)
      }
    }
    self.workers = workers
  }

  /// What goes on where, and how to collect or to stop it.
  var sentence: String {
    Self.sentence(jobs: count, workers: workers, goOn: "quanta resume \(sweep)")
  }

  /// The same of jobs that the caller knows to run.
  static func sentence(jobs: Int, workers: [String], goOn: String) -> String {
    let more = workers.count > 8 ? " and \(workers.count - 8) more" : ""
    let names = workers.prefix(8).joined(separator: ", ") + more
    return "\(counted(jobs, "job")) \(jobs == 1 ? "goes" : "go") on with "
      + (workers.count == 1 ? "the worker" : "the workers") + " on \(names): "
      + "`\(goOn)` collects what they compute, `quanta workers stop` stops them"
  }
}
