import Foundation
import Simulator

/// How the scheduler's cost grows from a thousand jobs to very many.
struct ScaleReport: Encodable, CustomStringConvertible {
  struct Row: Encodable {
    let jobs: Int
    let workers: Int
    /// Wall time of preparing, joining and running, for each job, milliseconds.
    let millisecondsPerJob: Double
    /// Memory at its peak beyond what the workers take, for each job, bytes.
    let bytesPerJob: Int
    /// Memory of each worker, bytes.
    let bytesPerWorker: Int
    /// Steps in queues and indexes for each job.
    let stepsPerJob: Double
  }

  let rows: [Row]

  /// Measures 10³, 10⁴ … up to `jobs`.
  static func measure(jobs: Int, workers: Int) -> ScaleReport {
    var sizes = Array(sequence(first: 1000) { $0 * 10 < jobs ? $0 * 10 : nil })
    if sizes.last != jobs { sizes.append(jobs) }
    let empty = residentBytes()
    // With a single job: a run without any is over before a worker joins. Twice, because tables
    // that grow leave their smaller selves behind.
    var workerBytes = 0
    for _ in 0..<2 {
      var nearlyEmpty = joined(jobs: 1, workers)
      workerBytes = residentBytes() - empty
      nearlyEmpty.run()
    }
    return ScaleReport(
      rows: sizes.filter { $0 <= jobs }.map { jobs in
        row(jobs: jobs, workers: workers, workerBytes: workerBytes, beyond: empty + workerBytes)
      })
  }

  /// Sizes are measured in ascending order: what smaller runs gave back is used again, so resident
  /// memory beyond that of the beginning is what this size needs.
  private static func row(jobs: Int, workers: Int, workerBytes: Int, beyond base: Int) -> Row {
    let clock = ContinuousClock()
    let start = clock.now
    var run = joined(jobs: jobs, workers)
    let loaded = residentBytes()
    run.run()
    let elapsed = (clock.now - start) / .milliseconds(1)
    let peak = max(loaded, residentBytes()) - base
    precondition(run.recorded == jobs, "\(run.recorded) of \(jobs) jobs are recorded")
    return Row(
      jobs: jobs, workers: workers, millisecondsPerJob: elapsed / Double(jobs),
      bytesPerJob: max(0, peak) / jobs, bytesPerWorker: workerBytes / workers,
      stepsPerJob: Double(run.work) / Double(jobs))
  }

  private static func joined(jobs: Int, _ workers: Int) -> ScaleRun {
    var run = ScaleRun(jobs: jobs, workers: workers)
    run.join()
    return run
  }

  /// Resident memory of this process.
  private static func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }

  var description: String {
    rows.map { row in
      "\(row.jobs) jobs on \(row.workers) workers: \(row.millisecondsPerJob) ms, "
        + "\(row.bytesPerJob) bytes and \(row.stepsPerJob) steps a job; "
        + "\(row.bytesPerWorker) bytes a worker"
    }.joined(separator: "\n")
  }
}
