import Basics
import Foundation
import GRDB
public import SweepModel

/// What taking over another store's results came to.
public struct MergeReport: Hashable, Sendable {
  /// Results that this store lacked and has now, with the attempt that brought each there and here.
  public var adopted: [Adoption] = []
  /// Results that both had, the same bit for bit.
  public var same = 0
  /// Results that both had and that differ: this store's stays.
  public var different: [(key: JobKey, difference: String)] {
    differences.map { ($0.key, $0.difference) }
  }
  /// Sweeps that this store lacked, by the names that they have now.
  public var sweeps: [(was: String, name: String)] { newSweeps.map { ($0.was, $0.name) } }

  /// Results that were left out, and why: their weights cannot be read there.
  public var leftOut: [(key: JobKey, reason: String)] {
    lacking.map { ($0.key, $0.difference) }
  }

  var lacking: [Difference] = []
  var differences: [Difference] = []
  var newSweeps: [NewSweep] = []

  /// A result that was taken over.
  public struct Adoption: Hashable, Sendable {
    /// The job.
    public let key: JobKey
    /// The number of the attempt there.
    public let was: Int
    /// The number of the attempt here.
    public let number: Int
  }

  struct Difference: Hashable, Sendable {
    let key: JobKey
    let difference: String
  }

  struct NewSweep: Hashable, Sendable {
    let was: String
    let name: String
  }
}

extension LedgerStore {
  /// Takes over what another store has recorded, in one transaction: every result of a job that has
  /// none here, under a new fencing token of this store; its sweeps; and the marks of quarantined
  /// results. A job that has a result here keeps it, and the other is compared with it bit for bit.
  ///
  /// - Parameter renaming: The source of a sweep under another name, for a sweep of the other store
  ///   whose name is taken here by other points.
  public func merge(
    _ other: StoreReader, at now: Double,
    renaming: (SweepSource, String) -> SweepSource
  ) throws(StoreError) -> MergeReport {
    try write { database in
      let merger = try Merger(
        database: database, layout: layout, other: other, now: now)
      try merger.takeResults()
      try merger.takeSweeps(renaming: renaming)
      let report = merger.report
      try EventRows.insert(
        database, at: now, .merged,
        message: "\(counted(report.adopted.count, "result")) of \(other.layout.directory)")
      return report
    }
  }
}

/// One merge, inside its transaction.
private final class Merger {
  let database: Database
  let layout: StoreLayout
  let other: StoreReader
  let now: Double
  let adopter: Adopter
  var report = MergeReport()

  init(database: Database, layout: StoreLayout, other: StoreReader, now: Double) throws {
    self.database = database
    self.layout = layout
    self.other = other
    self.now = now
    adopter = try Adopter(database, path: layout.database, now: now)
  }

  func takeResults() throws {
    var last = 0
    while true {
      let page = try other.recorded(after: last, limit: 500)
      guard let end = page.last else { return }
      last = end.row
      for item in page { try take(item) }
    }
  }

  private func take(_ item: RecordedResult) throws {
    guard let provenance = item.attempt.provenance else {
      throw adopter.writer.impossible(
        "the result of job \(item.job.key.short) does not say where it ran")
    }
    for snapshot in item.result.weights where try !WeightFolder(layout).holds(snapshot) {
      report.lacking.append(
        .init(
          key: item.job.key,
          difference: "its weights after step \(snapshot.step) are damaged or missing there "
            + "(weights/\(snapshot.hash))"))
      return
    }
    let taken = try adopter.take(
      AdoptedResult(
        job: item.job, result: item.result, provenance: provenance, worker: item.attempt.worker,
        startedAt: item.attempt.startedAt, endedAt: item.attempt.endedAt ?? now),
      displacing: "a result of another store took its place")
    switch taken {
    case .same: report.same += 1
    case .differs(let difference):
      report.differences.append(.init(key: item.job.key, difference: difference))
      try EventRows.insert(
        database, at: now, .mergeDisagrees, job: item.job.key,
        message: "\(other.layout.directory) has another result: \(difference)")
    case .adopted(let job, let number):
      if let reason = item.quarantine {
        try database.run(
          "INSERT INTO quarantine (job, at, reason) VALUES (?, ?, ?)", [job, now, reason])
      }
      report.adopted.append(
        .init(key: item.job.key, was: item.attempt.attempt.number, number: number))
    }
  }

  /// A sweep whose name is free is taken as it is; one whose points are all in the sweep of that name
  /// is here already; any other gets a name of its own, so that nothing it lists vanishes.
  func takeSweeps(renaming: (SweepSource, String) -> SweepSource) throws {
    let sweeps = SweepWriter(database: database, now: now, path: layout.database)
    for record in try other.sweeps() {
      let jobs = try other.jobs(of: record.name).map(\.job)
      var name = record.name
      var source = record.source
      var number = 1
      var isHere = false
      while let known = try database.integer("SELECT id FROM sweep WHERE name = ?", [name]) {
        isHere = try isWithin(jobs, sweep: known)
        if isHere { break }
        number += 1
        name = "\(record.name.prefix(90))-\(number)"
        source = renaming(record.source, name)
      }
      if isHere { continue }
      _ = try sweeps.register(
        Sweep(
          name: name, workload: record.workload, axes: record.axes, jobs: jobs,
          resources: record.resources, retries: record.retries, fits: record.fits, source: source))
      report.newSweeps.append(.init(was: record.name, name: name))
    }
  }

  private func isWithin(_ jobs: [Job], sweep: Int) throws -> Bool {
    try jobs.allSatisfy { job in
      try database.integer(
        """
        SELECT 1 FROM sweep_job JOIN job ON job.id = sweep_job.job
        WHERE job.key = ? AND sweep_job.sweep = ?
        """, [job.key.hex, sweep]) != nil
    }
  }
}

/// A recorded result with all that is known of it.
struct RecordedResult {
  /// Its job's row, by which the next page is found.
  let row: Int
  let job: Job
  let attempt: AttemptRecord
  let result: JobResult
  let quarantine: String?
}

extension StoreReader {
  /// Recorded results in the order of their jobs' rows, after one of them.
  func recorded(after row: Int, limit: Int) throws(StoreError) -> [RecordedResult] {
    let jobs = try read { database in
      try database.rows(
        """
        SELECT job.id, job.key, job.workload, job.parameters, quarantine.reason, job.accepted
        FROM job LEFT JOIN quarantine ON quarantine.job = job.id
        WHERE job.id > ? AND job.accepted IS NOT NULL ORDER BY job.id LIMIT ?
        """, [row, limit]
      ).map { row in
        (
          row: try row.get(0) as Int, job: try JobRows.job(row, key: 1, workload: 2, parameters: 3),
          quarantine: try row.get(4) as String?,
          result: try ResultRows(database: database).read(token: try row.get(5)),
          token: try row.get(5) as Int
        )
      }
    }
    var results: [RecordedResult] = []
    for item in jobs {
      let attempts = try attempts(of: item.job.key)
      guard let attempt = attempts.first(where: { $0.attempt.token == item.token }) else {
        continue
      }
      results.append(
        RecordedResult(
          row: item.row, job: item.job, attempt: attempt, result: item.result,
          quarantine: item.quarantine))
    }
    return results
  }
}
