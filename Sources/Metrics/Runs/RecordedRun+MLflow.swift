import Basics
import Posix

extension RecordedRun {
  /// The content of a file; nil where there is none, and where it cannot be read, which is a problem.
  mutating func content(of file: String, limit: Int) -> [UInt8]? {
    do throws(PosixError) {
      return try AtomicFile.read(file, limit: limit)
    } catch {
      problems.append("\(error).")
      return nil
    }
  }

  mutating func readMLflowFolder() {
    var reader = MLflowFolderReader(path: path, prefix: "", isEnded: true)
    reader.read(into: &book, isFinal: true)
    files =
      ["\(path)/meta.yaml"]
      + MLflowFolder.files(in: "\(path)/metrics").map { "\(path)/metrics/\($0)" }
    problems += book.losses
    if let meta = MLflowFolder.meta(path) {
      take(meta)
    } else {
      problems.append("meta.yaml is no description of a run.")
    }
    for name in MLflowFolder.files(in: "\(path)/params") {
      let file = "\(path)/params/\(name)"
      guard let bytes = content(of: file, limit: 1 << 20) else { continue }
      files.append(file)
      parameters.append(Parameter(name, Value(text: String(decoding: bytes, as: UTF8.self))))
    }
    let tag = "mlflow.source.name"
    if let bytes = try? AtomicFile.read("\(path)/tags/\(tag)", limit: 1 << 16) {
      takeTag(tag, String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Takes the run of this one's id out of a database.
  mutating func readMLflow(from database: MLflowRuns?) {
    files = [path]
    guard let database, let found = database.runs[id] else {
      problems.append(database?.problem ?? "\(path) holds no run \(id).")
      return
    }
    take(found)
    parameters = (database.parameters[id] ?? []).map { Parameter($0, Value(text: $1)) }
    for (tag, value) in database.tags[id] ?? [] { takeTag(tag, value) }
    do throws(SQLiteDamage) {
      book = try database.book(of: id)
    } catch {
      problems.append("\(path) is damaged: \(error)")
    }
    problems += book.losses
    if let problem = database.problem { problems.append(problem) }
  }

  private mutating func take(_ run: MLflowRun) {
    id = run.id
    (state, stateWord) = (run.state, run.status)
    startedAt = run.start.map { Double($0) / 1000 }
    endedAt = run.end.map { Double($0) / 1000 }
  }

  private mutating func takeTag(_ tag: String, _ value: String) {
    if tag == "mlflow.source.name" { command = [value] }
  }
}

/// All runs of a MLflow database, read in one go; of large ones the metrics run by run.
struct MLflowRuns: Sendable {
  /// More rows of metrics are not held at a time.
  private static let rowLimit = 1 << 22

  private let path: String
  private let stamp: [Int]
  private(set) var runs: [String: MLflowRun] = [:]
  private(set) var parameters: [String: [(String, String)]] = [:]
  private(set) var tags: [String: [(String, String)]] = [:]
  private(set) var problem: String?
  private var books: [String: MetricBook]? = [:]

  init(path: String) {
    self.path = path
    stamp = SQLitePages.stamp(path)
    do throws(SQLiteDamage) {
      let database = try MLflowDatabase(path: path)
      for run in try database.runs() { runs[run.id] = run }
      parameters = try database.entries("params")
      tags = try database.entries("tags")
      var books: [String: SteppedBook]? = [:]
      var count = 0
      _ = try database.metrics(of: nil, after: .min) { run, name, value, step, time in
        count += 1
        if count > Self.rowLimit { books = nil }
        books?[run, default: SteppedBook()].add(name, value, step: step, time: time)
      }
      self.books = books?.mapValues(\.whole)
    } catch {
      problem = "\(path) is damaged: \(error)"
    }
  }

  /// Whether this is what a database holds now.
  func isOf(_ path: String) -> Bool { path == self.path && stamp == SQLitePages.stamp(path) }

  /// The metrics of a run.
  func book(of run: String) throws(SQLiteDamage) -> MetricBook {
    if let books { return books[run] ?? MetricBook() }
    var book = SteppedBook()
    _ = try MLflowDatabase(path: path).metrics(of: run, after: .min) { _, name, value, step, time in
      book.add(name, value, step: step, time: time)
    }
    return book.whole
  }
}

/// A book whose rows come in any order.
private struct SteppedBook {
  private var book = MetricBook()
  private var rows: [String: SteppedRows] = [:]
  private var names: [String] = []

  mutating func add(_ name: String, _ value: Double, step: Int?, time: Int) {
    if rows[name] == nil { names.append(name) }
    rows[name, default: SteppedRows(name: name)].add(value, step: step, time: time, to: &book)
  }

  /// The book, with the metrics in the order in which they came.
  var whole: MetricBook {
    var (book, rows) = (book, rows)
    for name in names { rows[name]?.finish(into: &book) }
    return book
  }
}
