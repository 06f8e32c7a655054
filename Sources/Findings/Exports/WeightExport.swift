import Basics
import Reports
import Store
import SweepModel

/// The weights that a sweep's jobs have kept, a file a job and step, and a table of them.
package struct WeightExport {
  /// What a file is.
  package enum Format: String, Sendable {
    case safetensors
    case npz
  }

  /// The table's name in the folder.
  private static let table = "weights.csv"

  private let jobs: ExportedJobs

  package init(_ jobs: ExportedJobs) { self.jobs = jobs }

  /// Writes all of them. Throws where no job has any, and where a file of the store is damaged.
  ///
  /// - Returns: How many files.
  package func write(to folder: NewFolder, as format: Format) throws -> Int {
    let results = jobs.results
    let records = jobs.records.filter(\.hasResult)
    let parameters = Set(records.flatMap { $0.job.parameters.entries.map(\.name) }).sorted()
    let facts = ["file", "position", "job", "step", "sha256", "bytes"]
    var table = CSVText.line(facts + parameters.map { facts.contains($0) ? "parameter.\($0)" : $0 })
    var names = FileNames()
    _ = names.free(Self.table)
    var count = 0
    for record in records {
      for snapshot in try results.weights(of: record.job.key) {
        let name = names.free(
          "\(jobs.name(of: record)) step=\(snapshot.step)", ending: ".\(format.rawValue)")
        let content = try results.content(of: snapshot)
        try folder.write(
          format == .npz ? NumPyFile.npz(Safetensors(content).tensors) : content, to: name)
        let own = [
          name, "\(record.index)", record.job.key.hex, "\(snapshot.step)", snapshot.hash,
          "\(snapshot.size)",
        ]
        table += CSVText.line(
          own + parameters.map { record.job.parameters[$0]?.description ?? "" })
        count += 1
      }
    }
    guard count > 0 else {
      throw CommandError(
        "no job of \(results.record.name) has kept weights",
        remedy: "`quanta run \(results.record.name) --set keep=weights` runs jobs that do")
    }
    try folder.write(Array(table.utf8), to: Self.table)
    return count
  }
}
