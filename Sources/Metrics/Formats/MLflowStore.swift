import Basics
import Posix

/// One run as MLflow's stores describe it.
struct MLflowRun: Sendable, Hashable {
  var id: String
  var name: String?
  var experiment: String
  var status: String
  /// Milliseconds since 1970.
  var start: Int?
  var end: Int?
  var isDeleted = false

  /// The words of the file store's numbers.
  static let statusWords = [
    1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED",
  ]

  var state: RecordedRun.State {
    switch status {
    case "RUNNING": .running
    case "SCHEDULED": .queued
    case "FINISHED": .finished
    case "FAILED": .failed
    case "KILLED": .killed
    default: .unknown
    }
  }

  /// Of the runs that were not deleted the one that began last, and what to say of the others.
  static func last(of runs: [MLflowRun], in path: String, _ book: inout MetricBook) -> MLflowRun? {
    let kept = runs.filter { !$0.isDeleted }
    let last = kept.max { ($0.start ?? .min) < ($1.start ?? .min) }
    if let last, kept.count > 1 {
      book.note("\(path) holds several runs: metrics are those of the last one, \(last.id).")
    }
    return last
  }
}

/// MLflow's SQLite store, `mlflow.db`.
struct MLflowDatabase {
  /// MLflow writes infinities as the largest number there is.
  private static let greatest = Double.greatestFiniteMagnitude

  private let file: SQLiteFile

  init(path: String) throws(SQLiteDamage) {
    file = try SQLiteFile(path: path)
    for name in ["runs", "metrics", "params"] where file.tables[name] == nil {
      throw SQLiteDamage("it has no table \(name), and so is no store of MLflow.")
    }
  }

  func runs() throws(SQLiteDamage) -> [MLflowRun] {
    var experiments: [Int: String] = [:]
    try rows("experiments", ["experiment_id", "name"]) { number, values in
      if let name = values[1].text { experiments[values[0].integer ?? number] = name }
    }
    var runs: [MLflowRun] = []
    let names = [
      "run_uuid", "name", "experiment_id", "status", "start_time", "end_time", "lifecycle_stage",
    ]
    try rows("runs", names) { _, values in
      guard let id = values[0].text else { return }
      let experiment = values[2].integer ?? 0
      runs.append(
        MLflowRun(
          id: id, name: values[1].text, experiment: experiments[experiment] ?? "\(experiment)",
          status: values[3].text ?? "", start: values[4].integer, end: values[5].integer,
          isDeleted: values[6].text == "deleted"))
    }
    return runs
  }

  /// The parameters or tags of all runs.
  func entries(_ table: String) throws(SQLiteDamage) -> [String: [(String, String)]] {
    var entries: [String: [(String, String)]] = [:]
    try rows(table, ["run_uuid", "key", "value"]) { _, values in
      guard let run = values[0].text, let key = values[1].text, let value = values[2].text else {
        return
      }
      entries[run, default: []].append((key, value))
    }
    return entries
  }

  /// Hands out the metrics of a run, or of all, that were written after a row; the last row there is.
  func metrics(
    of run: String?, after row: Int,
    _ body: (_ run: String, _ name: String, _ value: Double, _ step: Int?, _ time: Int) -> Void
  ) throws(SQLiteDamage) -> Int {
    var last = row
    let names = ["run_uuid", "key", "value", "step", "is_nan", "timestamp"]
    try rows("metrics", names, after: row) { number, values in
      last = max(last, number)
      guard let owner = values[0].text, run == nil || owner == run, let key = values[1].text,
        let value = values[2].number
      else { return }
      let isNaN = values[4].integer == 1
      let isInfinite = abs(value) == Self.greatest
      let number = isNaN ? .nan : isInfinite ? .infinity * (value < 0 ? -1 : 1) : value
      body(owner, key, number, values[3].integer, values[5].integer ?? 0)
    }
    return last
  }

  /// Hands out the named columns of a table's rows; of a table or column that is not there, nothing.
  private func rows(
    _ name: String, _ columns: [String], after row: Int = .min,
    _ body: (Int, [SQLiteFile.Value]) -> Void
  ) throws(SQLiteDamage) {
    guard let table = file.tables[name] else { return }
    let places = columns.map(table.place)
    try file.rows(of: table, after: row) { row in body(row.number, places.map { row[$0] }) }
  }
}

extension SQLiteFile.Value {
  var text: String? { if case .text(let text) = self { text } else { nil } }

  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }

  var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .real(let real): real
    default: nil
    }
  }
}

/// MLflow's folder, `mlruns`: a folder an experiment, in it a folder a run.
enum MLflowFolder {
  /// The folders of runs, in their order.
  static func runs(in folder: String) -> [String] {
    Descriptor.names(in: folder).filter { !$0.hasPrefix(".") && $0 != "models" }.flatMap { name in
      Descriptor.names(in: "\(folder)/\(name)").map { "\(folder)/\(name)/\($0)" }
    }.filter { meta($0) != nil }
  }

  /// What `meta.yaml` says of a run's folder; nil where it is none.
  static func meta(_ folder: String) -> MLflowRun? {
    guard let bytes = try? AtomicFile.read("\(folder)/meta.yaml", limit: 1 << 20) else {
      return nil
    }
    var values: [String: RecordedRun.Value] = [:]
    for (name, value) in PlainYAML.values(String(decoding: bytes, as: UTF8.self)) {
      values[name] = value
    }
    guard let id = words(values["run_id"] ?? values["run_uuid"]) else { return nil }
    let status = values["status"]?.integer
    return MLflowRun(
      id: id, name: words(values["run_name"]), experiment: words(values["experiment_id"]) ?? "",
      status: status.flatMap { MLflowRun.statusWords[$0] } ?? words(values["status"]) ?? "",
      start: values["start_time"]?.integer, end: values["end_time"]?.integer,
      isDeleted: values["lifecycle_stage"] == .text("deleted"))
  }

  private static func words(_ value: RecordedRun.Value?) -> String? {
    switch value {
    case .text(let text)?: text
    case .integer(let integer)?: "\(integer)"
    default: nil
    }
  }

  /// Files under a folder by their names with slashes.
  static func files(in folder: String, depth: Int = 8) -> [String] {
    guard depth > 0 else { return [] }
    return Descriptor.names(in: folder).flatMap { name -> [String] in
      let inner = files(in: "\(folder)/\(name)", depth: depth - 1)
      return inner.isEmpty ? [name] : inner.map { "\(name)/\($0)" }
    }
  }
}

extension RecordedRun.Value {
  fileprivate var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
}
