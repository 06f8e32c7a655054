import Basics
import Findings
import Foundation
import Posix
package import SweepModel
import Transport
import Workloads

/// One job of a command, run here for a few seconds without a trace in any store: what its program does,
/// and which metrics are found of it.
package struct CommandTrial {
  /// How long the program runs at most, seconds.
  private static let seconds = 10.0

  /// What is told of it.
  package let text: String
  /// The program did not do well: ``text`` says why.
  package let hasFailed: Bool

  /// Runs the first job of a sweep. Throws where its jobs are none of a command.
  package init(_ sweep: Sweep) throws {
    guard let job = sweep.jobs.first, sweep.workload == CommandSpec.workload,
      let workload = WorkloadRegistry.workload(named: sweep.workload)
    else {
      throw CommandError(
        "jobs of \(sweep.workload) run no program", remedy: "leave --try out to plan the sweep")
    }
    let folder = NSTemporaryDirectory() + "quanta-try-\(UUID().uuidString)"
    defer { FolderArchive.remove(folder) }
    try makeFolders(folder + "/shared", mode: 0o700)
    let files = try SweepDataSets.files(of: sweep, store: folder)
    let context = TrialContext(
      job: job.key, folder: folder, data: files.map { ($0.hash, $0.path) },
      endsAt: monotonicSeconds() + Self.seconds)
    let start = monotonicSeconds()
    let ending: String
    do {
      let result = try workload.run(job.parameters, in: context)
      (ending, hasFailed) = (Self.text(of: result), false)
    } catch is JobStopped {
      ending = Self.text(of: context.curves) + "\nit was still running, and has been stopped"
      hasFailed = false
    } catch is JobRequeued {
      (ending, hasFailed) = ("it asked to be run once more: it ended with status 75", false)
    } catch {
      (ending, hasFailed) = ("it failed: \(error)", true)
    }
    let values = sweep.axes.compactMap { name in
      job.parameters[name].map { "\(name) \($0)" }
    }
    let took = String(format: "%.1f", monotonicSeconds() - start)
    let notes = context.notes.map { "\n\($0)" }.joined()
    text =
      "tried \(values.isEmpty ? "the job" : values.joined(separator: ", ")) for \(took) s\n"
      + ending + notes + "\nits output ends with:\n" + context.end
  }

  private static func text(of result: JobResult) -> String {
    text(of: result.curves) + "\nit records "
      + (result.scalars.isEmpty
        ? "nothing: write metrics to the file $QUANTA_METRICS, or say under \"metrics\" how to read them"
        : result.scalars.prefix(12).map { "\($0.name) \($0.value)" }.joined(separator: ", "))
  }

  private static func text(of curves: [Curve]) -> String {
    guard !curves.isEmpty else { return "no metrics over steps" }
    return "metrics over steps: "
      + curves.prefix(12).map { curve in
        "\(curve.name) (\(counted(curve.steps.count, "row"))"
          + (curve.steps.last.map { ", the last at step \($0)" } ?? "") + ")"
      }.joined(separator: ", ")
  }
}

/// The world of the job that is tried.
private final class TrialContext: JobContext {
  let threads = 1
  let place: JobPlace?
  let isCheckpointDue = false
  private(set) var curves: [Curve] = []
  private(set) var notes: [String] = []
  private var output: [UInt8] = []
  private let data: [(hash: String, path: String)]
  private let endsAt: Double

  init(job: JobKey, folder: String, data: [(hash: String, path: String)], endsAt: Double) {
    place = JobPlace(
      attempt: AttemptID(job: job, number: 1, token: 1), folder: folder + "/job",
      shared: folder + "/shared", timeoutSeconds: nil, memoryBytes: 0)
    self.data = data
    self.endsAt = endsAt
  }

  func loadCheckpoint() -> [UInt8]? { nil }
  func saveCheckpoint(_ bytes: [UInt8]) {}
  func checkStop() throws { if monotonicSeconds() > endsAt { throw JobStopped() } }
  func report(step: Int, of total: Int, metric: String, value: Double) {}
  func show(_ curves: [Curve], at step: Int) { self.curves = curves }
  func log(_ line: String) { notes.append(line) }
  func log(output: [UInt8]) { self.output = (self.output + output).suffix(4096) }

  /// The last lines that were printed.
  var end: String {
    String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(8)
      .map { "  \(printable(String($0)))" }.joined(separator: "\n")
  }

  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    guard let path = data.first(where: { $0.hash == set.hash })?.path,
      let file = MappedFile(try Descriptor(opening: path))
    else { throw JobFailure("The data set \(set.name) is not here.") }
    return try file.withBytes(body)
  }
}
