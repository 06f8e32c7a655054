import Basics
import SweepModel
import Tables

/// The runs of charts that W&B exports as CSV: a column of steps, then three columns for every run and
/// metric. What a run's parameters are says its name, or a table of runs with that name.
struct ChartRuns: RunSource {
  let tool = "W&B chart"

  /// The values of one metric of one run.
  private struct Line {
    let chart: Int
    let column: Int
    let metric: String
  }

  private let charts: [(path: String, table: Table)]
  private let tables: [TableRuns]
  private var names: [String] = []
  private var lines: [String: [Line]] = [:]
  /// Where a run's row is: a table, and its place there; nil where several have its name.
  private var rows: [String: (table: Int, index: Int)?] = [:]

  var count: Int { names.count }

  /// True for a table as charts are exported.
  static func isChart(_ table: Table) -> Bool {
    let header = Set(table.header)
    return table.header.dropFirst().contains { name in
      name.contains(" - ") && header.contains("\(name)__MIN") && header.contains("\(name)__MAX")
    }
  }

  /// - Parameter tables: Tables of runs, which may have the charts' runs in them.
  init(_ charts: [(path: String, table: Table)], tables: [TableRuns]) {
    self.charts = charts
    self.tables = tables
    for (number, table) in tables.enumerated() {
      for index in 0..<table.count {
        guard let name = table.runName(index) else { continue }
        rows[name] = rows[name] == nil ? .some((number, index)) : .some(nil)
        if lines[name] == nil {
          names.append(name)
          lines[name] = []
        }
      }
    }
    for (number, chart) in charts.enumerated() {
      let header = Set(chart.table.header)
      for (column, title) in chart.table.header.enumerated().dropFirst()
      where header.contains("\(title)__MIN") && header.contains("\(title)__MAX") {
        let (name, metric) = parts(of: title)
        if lines[name] == nil { names.append(name) }
        lines[name, default: []].append(Line(chart: number, column: column, metric: metric))
      }
    }
  }

  /// The run and the metric in a column's title `RUN - METRIC`. A run that a table knows counts, else the
  /// last dash between blanks parts them.
  private func parts(of title: String) -> (run: String, metric: String) {
    let bytes = Array(title.utf8)
    let dash = Array(" - ".utf8)
    let places = bytes.indices.filter { bytes[$0...].starts(with: dash) }
    func split(_ place: Int) -> (run: String, metric: String) {
      (
        String(decoding: bytes[..<place], as: UTF8.self),
        String(decoding: bytes[(place + dash.count)...], as: UTF8.self)
      )
    }
    return places.lazy.map(split).first { rows[$0.run] != nil } ?? places.last.map(split) ?? (
      title, ""
    )
  }

  func run(_ index: Int) -> FoundRun {
    let name = names[index]
    var run: FoundRun
    switch rows[name] {
    case .some(let row?): run = tables[row.table].run(row.index)
    case .some(nil):
      run = FoundRun(name: name)
      run.damage.append("several runs of the table are called \(printable(name))")
    case nil:
      run = FoundRun(name: printable(name))
      run.words = name.split(separator: " ").map(String.init)
    }
    for line in lines[name] ?? [] {
      let (path, table) = charts[line.chart]
      if !run.files.contains(path) { run.files.append(path) }
      add(line, table, to: &run)
    }
    return run
  }

  private func add(_ line: Line, _ table: Table, to run: inout FoundRun) {
    var steps: [Int] = []
    var values: [Double] = []
    for row in 0..<table.rowCount {
      let value: Double
      switch table.reading(row, line.column) {
      case .number(let number): value = number
      case .missing: continue
      case .text:
        run.unreadable[line.metric] = { table.noNumber(row, line.column).description }
        return
      }
      guard case .number(let step) = table.reading(row, 0), let whole = Int(exactly: step) else {
        run.damage.append(table.noStep(row, 0).description)
        return
      }
      guard !value.isNaN else { continue }
      steps.append(whole)
      values.append(value)
    }
    if run.series.contains(where: { $0.name == line.metric }) {
      let title = table.header[line.column]
      let isRepeated = table.header.firstIndex(of: title) != table.header.lastIndex(of: title)
      run.damage.append(
        isRepeated ? table.repeated(title).description : "\(line.metric) is in two charts")
      return
    }
    run.series.append(FoundRun.Series(line.metric, steps: steps, values: values))
  }
}
