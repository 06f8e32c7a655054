import Basics

/// The metrics of the last run of a `mlflow.db` while it is written.
struct MLflowDatabaseReader: MetricReader {
  private let path: String
  private let prefix: String
  private var seen: [Int] = []
  private var run: String?
  private var lastRow = Int.min
  private var names: Set<String> = []

  init(path: String, prefix: String) {
    self.path = path
    self.prefix = prefix
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    // While a program writes, pages of two transactions might be read: then the next look counts.
    for _ in 0..<(isFinal ? 5 : 1) {
      let stamp = SQLitePages.stamp(path)
      guard stamp != seen else { return }
      var (next, nextBook) = (self, book)
      do throws(SQLiteDamage) {
        try next.read(into: &nextBook)
      } catch {
        if isFinal { book.note("\(path) cannot be read as a store of MLflow: \(error)") }
        if stamp == SQLitePages.stamp(path) { return }
        continue
      }
      guard stamp == SQLitePages.stamp(path) else { continue }
      (self, book) = (next, nextBook)
      seen = stamp
      return
    }
  }

  private mutating func read(into book: inout MetricBook) throws(SQLiteDamage) {
    let database = try MLflowDatabase(path: path)
    guard let last = MLflowRun.last(of: try database.runs(), in: path, &book) else { return }
    if last.id != run {
      book.forget(names)
      (run, lastRow, names) = (last.id, .min, [])
    }
    var names = names
    lastRow = try database.metrics(of: last.id, after: lastRow) { _, name, value, step, _ in
      book.record(prefix + name, value, at: step)
      if names.count < 200_000 { names.insert(prefix + name) }
    }
    self.names = names
  }
}

/// The metrics of the last run of an `mlruns` folder, or of one run's folder.
struct MLflowFolderReader: MetricReader {
  private let path: String
  private let prefix: String
  private let isEnded: Bool
  private var run: String?
  private var files: [String: MetricFile] = [:]

  /// - Parameter isEnded: Nothing more is written, and it is read but once: so rows are put in the order
  ///   of their steps.
  init(path: String, prefix: String, isEnded: Bool = false) {
    self.path = path
    self.prefix = prefix
    self.isEnded = isEnded
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    guard let folder = lastRun(&book) else { return }
    if folder != run {
      book.forget(Set(files.values.map(\.name)))
      (run, files) = (folder, [:])
    }
    for name in MLflowFolder.files(in: "\(folder)/metrics").prefix(100_000) {
      var file =
        files[name]
        ?? MetricFile(
          path: "\(folder)/metrics/\(name)", name: prefix + name, isEnded: isEnded)
      files[name] = nil
      file.read(into: &book, isFinal: isFinal)
      files[name] = file
    }
  }

  private func lastRun(_ book: inout MetricBook) -> String? {
    if MLflowFolder.meta(path) != nil { return path }
    let folders = MLflowFolder.runs(in: path)
    let runs = folders.compactMap(MLflowFolder.meta)
    guard runs.count == folders.count, let last = MLflowRun.last(of: runs, in: path, &book) else {
      return nil
    }
    return runs.firstIndex(of: last).map { folders[$0] }
  }

  /// A file of one metric: a time, a value and a step a line.
  private struct MetricFile: Sendable {
    let name: String
    private var file: GrowingFile
    private var lines = LineSplitter(limit: 1 << 12)
    private let isEnded: Bool

    init(path: String, name: String, isEnded: Bool) {
      self.name = name
      self.isEnded = isEnded
      file = GrowingFile(path)
    }

    mutating func read(into book: inout MetricBook, isFinal: Bool) {
      var (file, lines) = (file, lines)
      var rows = SteppedRows(name: name)
      let path = file.path
      func take(_ line: LineSplitter.Line) {
        let fields = String(decoding: line.bytes, as: UTF8.self).split(separator: " ")
        guard !line.isCut, fields.count == 2 || fields.count == 3,
          let value = MetricValue.number(fields[1])
        else {
          guard !fields.isEmpty else { return }
          return book.noteLoss(
            "Line \(line.number) of \(path) is no time, value and step: it is left out.")
        }
        let step = fields.count == 3 ? Int(fields[2]) : nil
        if isEnded {
          rows.add(value, step: step, time: Int(fields[0]) ?? 0, to: &book)
        } else {
          book.record(name, value, at: step)
        }
      }
      file.read(
        isFinal: isFinal,
        reset: {
          book.forget([name])
          lines = LineSplitter(limit: 1 << 12)
        },
        { lines.split($0, take) })
      if isFinal { lines.finish(take) }
      rows.finish(into: &book)
      (self.file, self.lines) = (file, lines)
      if let problem = file.problem { book.noteLoss(problem) }
    }
  }
}
