package import Basics
package import Findings
import Store
package import SweepModel

/// The weights that a sweep's jobs have kept.
package struct KeptNetworks {
  /// One job with weights.
  package struct Kept {
    package let job: JobRecord
    /// By step, ascending; without content.
    package let snapshots: [WeightSnapshot]
  }

  private let results: SweepResults
  /// The jobs that are done and have kept some, in the order of the grid.
  package let jobs: [Kept]

  /// Finds them. Throws where there is none, with what to do.
  package init(_ results: SweepResults) throws {
    self.results = results
    try results.checkResults()
    jobs = try results.jobs.filter(\.hasResult).compactMap { job in
      let snapshots = try results.weights(of: job.job.key)
      return snapshots.isEmpty ? nil : Kept(job: job, snapshots: snapshots)
    }
    guard jobs.isEmpty else { return }
    throw CommandError(
      "no job of \(results.record.name) has kept its weights",
      remedy: "write \"keep: weights\" into the sweep file, or \"keep: {weights: 40}\" for those "
        + "of about 40 steps, and run it again")
  }

  /// The arrays of a snapshot, checked against the hash that the result names.
  package func file(_ snapshot: WeightSnapshot) throws -> Safetensors {
    let bytes = try results.content(of: snapshot)
    do throws(ByteDamage) {
      return try Safetensors(bytes)
    } catch {
      throw CommandError("the weights \(snapshot.hash) cannot be read: \(error)")
    }
  }
}
