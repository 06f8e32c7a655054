import GRDB
public import SweepModel

/// A column of the flat table of a sweep's runs.
public struct RunColumn: Hashable, Sendable {
  /// What the column holds.
  public let content: Content
  /// Its title, unique in the table. A parameter or scalar whose name is taken already is
  /// prefixed: `parameter.state`, `scalar.width`.
  public let title: String

  /// What a column may hold.
  public enum Content: Hashable, Sendable {
    /// A fact about the job or its recorded attempt.
    case fact(Fact)
    /// A parameter of the job.
    case parameter(String)
    /// A number of its result.
    case scalar(String)
  }

  /// Facts about a job and its recorded attempt, titled by their raw values. Those after
  /// `attempts` are absent unless the job is done.
  public enum Fact: String, Hashable, Sendable, CaseIterable {
    /// The place in the grid, from 0.
    case position
    /// The key, 64 hexadecimal digits.
    case job
    /// The state.
    case state
    /// Why it failed or is cancelled; empty otherwise.
    case reason
    /// Attempts made.
    case attempts
    /// The worker's name.
    case worker
    /// The host's own name.
    case host
    /// The kernel's instruction set.
    case instructionSet = "instruction_set"
    /// Threads the job had.
    case threads
    /// Wall time, seconds.
    case wallSeconds = "wall_seconds"
    /// CPU time, seconds.
    case cpuSeconds = "cpu_seconds"
    /// Peak memory, bytes.
    case peakMemoryBytes = "peak_memory_bytes"
    /// When the attempt's lease began, ISO 8601 in UTC.
    case startedAt = "started_at"
    /// When its result was recorded, ISO 8601 in UTC.
    case endedAt = "ended_at"
    /// Why the result is quarantined; absent for one that is not.
    case quarantine
    /// Where the result comes from: `run here`, or `imported from …`.
    case origin
  }
}

extension StoreReader {
  /// The columns of a sweep's table: facts, then its jobs' parameters by name, then the scalars of
  /// its results by name, and what later versions have added. Throws `unknownSweep`.
  public func runColumns(of name: String) throws(StoreError) -> [RunColumn] {
    let (parameters, scalars) = try read { database in
      let sweep = try identifier(ofSweep: name, database)
      return (
        try String.fetchAll(
          try database.cachedStatement(
            sql: """
              SELECT DISTINCT entry.key FROM sweep_job JOIN job ON job.id = sweep_job.job,
                json_each(job.parameters) AS entry
              WHERE sweep_job.sweep = ? ORDER BY entry.key
              """), arguments: [sweep]),
        try String.fetchAll(
          try database.cachedStatement(
            sql: """
              SELECT name FROM metric WHERE id IN (
                SELECT DISTINCT scalar.metric FROM sweep_job
                CROSS JOIN job ON job.id = sweep_job.job
                CROSS JOIN scalar ON scalar.attempt = job.accepted
                WHERE sweep_job.sweep = ? AND sweep_job.state = 'done')
              ORDER BY name
              """), arguments: [sweep])
      )
    }
    return Self.titled(
      RunColumn.Fact.allCases.dropLast().map { (.fact($0), $0.rawValue, "fact") }
        + parameters.map { (.parameter($0), $0, "parameter") }
        + scalars.map { (.scalar($0), $0, "scalar") }
        + [(.fact(.origin), RunColumn.Fact.origin.rawValue, "fact")])
  }

  private static func titled(
    _ columns: [(content: RunColumn.Content, name: String, prefix: String)]
  ) -> [RunColumn] {
    var titles: Set<String> = []
    return columns.map { column in
      var title = column.name
      while !titles.insert(title).inserted { title = "\(column.prefix).\(title)" }
      return RunColumn(content: column.content, title: title)
    }
  }

  /// Hands every point of a sweep in grid order to `body`, one value for each column; nil where a
  /// run has none. Scalars may be infinite or not a number.
  ///
  /// Reads a thousand points at a time, so that a long export holds nothing up; the sweep may
  /// advance between two of them. `body` may use this reader.
  public func forEachRun(
    of name: String, _ columns: [RunColumn], _ body: ([Value?]) throws -> Void
  ) throws {
    let size = 1000
    for offset in sequence(first: 0, next: { $0 + size }) {
      let rows = try read { database in
        let sweep = try identifier(ofSweep: name, database)
        let page = Page(
          sweep: sweep, state: nil, isQuarantined: false, offset: offset, limit: size)
        let scalars = try page.scalars(database)
        return try page.runs(database).map { row in
          try RunValues(row: row, scalars: scalars[row.get("position")] ?? []).values(columns)
        }
      }
      for row in rows { try body(row) }
      if rows.count < size { return }
    }
  }

  func identifier(ofSweep name: String, _ database: Database) throws -> Int {
    guard let sweep = try database.integer("SELECT id FROM sweep WHERE name = ?", [name]) else {
      throw StoreError.unknownSweep(name, path: layout.database)
    }
    return sweep
  }
}

/// One row of the table.
private struct RunValues {
  let row: Row
  let parameters: Parameters
  let scalars: [JobResult.Scalar]

  init(row: Row, scalars: [JobResult.Scalar]) throws {
    self.row = row
    self.scalars = scalars
    guard let parameters = ParameterText.decode(try row.get("parameters")) else {
      throw unreadable("job \(try row.get("job") as String)")
    }
    self.parameters = parameters
  }

  func values(_ columns: [RunColumn]) throws -> [Value?] {
    try columns.map { column in
      switch column.content {
      case .parameter(let name): parameters[name]
      case .scalar(let name): scalars.first { $0.name == name }.map { .real($0.value) }
      case .fact(let fact): try value(of: fact)
      }
    }
  }

  private func value(of fact: RunColumn.Fact) throws -> Value? {
    switch fact {
    case .position, .attempts, .threads, .peakMemoryBytes:
      (try row.get(fact.rawValue) as Int?).map(Value.integer)
    case .wallSeconds, .cpuSeconds: (try row.get(fact.rawValue) as Double?).map(Value.real)
    case .state:
      (try row.get(fact.rawValue) as String?).map { .text(JobState(word: $0)?.word ?? $0) }
    case .job, .reason, .worker, .host, .instructionSet, .startedAt, .endedAt,
      .quarantine, .origin:
      (try row.get(fact.rawValue) as String?).map(Value.text)
    }
  }
}
