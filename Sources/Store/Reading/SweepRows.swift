import Foundation
import GRDB
import SweepModel

/// The rows of the sweep table.
enum SweepRows {
  /// Values in the order of ``settings``.
  private static let settings = [
    "workload", "origin", "source", "overrides", "data", "axes", "amounts", "timeout_seconds",
    "retries", "backoff_seconds", "fits",
  ]

  /// Takes the name, the time twice, then the settings.
  static let insert = """
    INSERT INTO sweep (name, created_at, changed_at, \(settings.joined(separator: ", ")))
    VALUES (?, ?, ?\(String(repeating: ", ?", count: settings.count)))
    """

  /// Takes the settings, the time, the id, and the settings again: an update that changes nothing
  /// touches no row.
  static let update = """
    UPDATE sweep SET \(settings.map { "\($0) = ?" }.joined(separator: ", ")), changed_at = ?
    WHERE id = ? AND NOT (\(settings.map { "\($0) IS ?" }.joined(separator: " AND ")))
    """

  static func arguments(of sweep: Sweep) throws -> [(any DatabaseValueConvertible)?] {
    [
      sweep.workload, sweep.source.origin, sweep.source.text, try json(sweep.source.overrides),
      try json(sweep.source.data), try json(sweep.axes), try json(sweep.resources.amounts),
      sweep.resources.timeoutSeconds, sweep.retries.maximum, sweep.retries.backoffSeconds,
      try json(sweep.fits.map(FitText.init)),
    ]
  }

  /// Sweeps in the order of their registration; all, or the one of a name.
  static func read(_ database: Database, name: String?) throws -> [SweepRecord] {
    try database.rows(
      """
      SELECT id, name, created_at, changed_at, \(try columns(database)) FROM sweep
      WHERE ?1 IS NULL OR name = ?1 ORDER BY id
      """, [name]
    ).map { row in
      let sweep: Int = try row.get(0)
      return try record(
        row, counts: counts(database, sweep: sweep),
        quarantined: quarantined(database, sweep: sweep))
    }
  }

  /// The settings as columns; from older stores as what they have become.
  private static func columns(_ database: Database) throws -> String {
    let isOlder = try StoreSchema.version(database) < StoreSchema.knowsOrigin
    let older = ["amounts": "\(SchemaV6.amounts) AS amounts", "data": "images AS data"]
    return settings.map { isOlder ? older[$0] ?? $0 : $0 }.joined(separator: ", ")
  }

  private static func counts(_ database: Database, sweep: Int) throws -> StateCounts {
    var numbers: [JobState: Int] = [:]
    for row in try database.rows("SELECT state, jobs FROM sweep_count WHERE sweep = ?", [sweep]) {
      if let state = JobState(rawValue: try row.get(0)) { numbers[state] = try row.count(1) }
    }
    return StateCounts(numbers)
  }

  private static func quarantined(_ database: Database, sweep: Int) throws -> Int {
    try database.integer(
      """
      SELECT count(*) FROM quarantine
      CROSS JOIN sweep_job ON sweep_job.job = quarantine.job AND sweep_job.sweep = ?
      """, [sweep]) ?? 0
  }

  private static func record(
    _ row: Row, counts: StateCounts, quarantined: Int
  ) throws -> SweepRecord {
    SweepRecord(
      name: try row.get("name"), workload: try row.get("workload"),
      axes: try value(row.get("axes")),
      resources: Resources(
        try value(row.get("amounts")), timeoutSeconds: try row.get("timeout_seconds")),
      retries: RetryPolicy(
        maximum: try row.get("retries"), backoffSeconds: try row.get("backoff_seconds")),
      fits: try (value(row.get("fits")) as [FitText]).map { try $0.request() },
      source: SweepSource(
        origin: try row.get("origin"), text: try row.get("source"),
        overrides: try value(row.get("overrides")), data: try value(row.get("data"))),
      createdAt: try row.get("created_at"), changedAt: try row.get("changed_at"), counts: counts,
      quarantined: quarantined)
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func value<Result: Decodable>(_ text: String) throws -> Result {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(Result.self, from: Data(text.utf8))
    } catch {
      throw unreadable("a sweep's settings")
    }
  }
}

/// A fit request as JSON.
private struct FitText: Codable {
  let name: String
  let x: String
  let y: String
  let form: String
  /// Absent from stores before there were forms of several inputs.
  let further: [String]?
  let held: [String: Double]?
  /// Absent from stores before there were more than two objectives: `huberDelta` then tells.
  let objective: String?
  let huberDelta: Double?
  let by: [String]
  let xRange: [Double]?
  let yRange: [Double]?

  init(_ request: FitRequest) {
    name = request.name
    x = request.x
    y = request.y
    form = request.form.rawValue
    further = request.further
    held = request.held
    objective = request.objective.name
    huberDelta = request.objective.delta
    by = request.by
    xRange = request.xRange.map { [$0.lowerBound, $0.upperBound] }
    yRange = request.yRange.map { [$0.lowerBound, $0.upperBound] }
  }

  func request() throws -> FitRequest {
    let word = objective ?? (huberDelta == nil ? "log-ls" : "huber")
    guard let form = FitRequest.Form(rawValue: form),
      let objective = FitRequest.Objective(name: word, delta: huberDelta)
    else { throw unreadable("fit \(name)") }
    return FitRequest(
      name: name, x: x, further: further ?? [], y: y, form: form, held: held ?? [:],
      objective: objective, by: by,
      xRange: try range(xRange), yRange: try range(yRange))
  }

  private func range(_ bounds: [Double]?) throws -> ClosedRange<Double>? {
    guard let bounds else { return nil }
    guard bounds.count == 2, bounds[0] <= bounds[1] else { throw unreadable("fit \(name)") }
    return bounds[0]...bounds[1]
  }
}
