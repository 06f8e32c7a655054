import Basics
import SweepFiles
import SweepModel
import Tables

/// The runs of a table: a row for each, or a row for each of their steps, or for each of their values.
struct TableRuns: RunSource {
  let tool = "table"

  /// The columns by what they are for.
  private struct Roles {
    var run: Int?
    var step: Int?
    var state: Int?
    var exit: Int?
    var metric: Int?
    var value: Int?
    /// Those with parameters, which are the same in all rows of a run.
    var parameters: [Int] = []
    /// Those that may hold numbers.
    var numbers: [Int] = []
    /// The names of those that are no metrics unless somebody asks for them.
    var asides: Set<String> = []
  }

  private let table: Table
  private let path: String
  private let roles: Roles
  /// The rows of every run.
  private let groups: [[Int]]

  var count: Int { groups.count }

  /// - Parameter parameters: The names under which parameters of the sweep are recorded.
  init(_ table: Table, path: String, map: ImportMap, parameters: Set<String>) throws(TableError) {
    self.table = table
    self.path = path
    let roles = try Self.roles(table, map, parameters)
    self.roles = roles
    groups = Self.groups(table, roles)
  }

  /// Columns that hold exit statuses.
  private static let exits = [
    "exit_code", "exitcode", "exit_status", "exitval", "returncode", "return_code",
  ]

  private static func roles(
    _ table: Table, _ map: ImportMap, _ parameters: Set<String>
  ) throws(TableError) -> Roles {
    var roles = Roles()
    func named(_ name: String?) throws(TableError) -> Int? {
      guard let name else { return nil }
      return try table.column(name)
    }
    func usual(_ names: [String]) -> Int? {
      table.header.firstIndex { names.contains($0.lowercased()) && !parameters.contains($0) }
    }
    roles.run =
      try named(map.table.run)
      ?? Self.run(among: table.header, map, parameters)
    roles.step = try named(map.table.step) ?? Self.step(among: table.header, map, parameters)
    roles.state = try named(map.table.state) ?? usual(["state", "status"])
    roles.exit = usual(Self.exits)
    roles.metric = try named(map.table.metric)
    roles.value = try named(map.table.value)
    let special = [
      roles.run, roles.step, roles.state, roles.exit, roles.metric, roles.value,
    ].compactMap(\.self)
    for column in table.header.indices where !special.contains(column) || column == roles.value {
      let name = table.header[column]
      if parameters.contains(name) { roles.parameters.append(column) }
      guard !name.isEmpty else { continue }
      roles.numbers.append(column)
      if parameters.contains(name) || map.ignored.contains(name) || isOfTexts(column, table) {
        roles.asides.insert(name)
      }
    }
    return roles
  }

  private static func isOfTexts(_ column: Int, _ table: Table) -> Bool {
    let excess = (0..<table.rowCount).reduce(0) { excess, row in
      switch table.reading(row, column) {
      case .number: excess - 1
      case .missing: excess
      case .text: excess + 1
      }
    }
    return excess > 0
  }

  /// The column of the step, the likeliest of several.
  static func step(among header: [String], _ map: ImportMap, _ parameters: Set<String>) -> Int? {
    if let name = map.table.step { return header.firstIndex(of: name) }
    return stepNames.lazy.compactMap { step in
      header.firstIndex { $0.lowercased() == step && !parameters.contains($0) }
    }.first
  }

  /// The column that tells runs apart.
  static func run(among header: [String], _ map: ImportMap, _ parameters: Set<String>) -> Int? {
    if let name = map.table.run { return header.firstIndex(of: name) }
    if header.contains("Name"), header.contains("State") { return header.firstIndex(of: "Name") }
    return header.firstIndex {
      ["run", "run_id", "run id"].contains($0.lowercased()) && !parameters.contains($0)
    }
  }

  private static let stepNames = [
    "step", "steps", "_step", "global_step", "iteration", "iter", "epoch",
  ]

  /// Rows that belong together, in the order in which they begin. Without a column for the step every row
  /// is a run. Where nothing tells runs apart all are one, unless there is more than one row of a step.
  private static func groups(_ table: Table, _ roles: Roles) -> [[Int]] {
    let columns = roles.run.map { [$0] } ?? roles.parameters
    let isLong =
      columns.isEmpty
      ? roles.step.map { areOfOne(table, step: $0) } ?? false
      : roles.step != nil || roles.metric != nil
    guard isLong else {
      return (0..<table.rowCount).map { [$0] }
    }
    var places: [[String]: Int] = [:]
    var groups: [[Int]] = []
    for row in 0..<table.rowCount {
      let key = columns.map { RecordedValue.canonical(table.text(row, $0)) }
      if let place = places[key] {
        groups[place].append(row)
      } else {
        places[key] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  /// Rows of one step say nothing different: the losses of training and those of tests may have rows of
  /// their own.
  private static func areOfOne(_ table: Table, step: Int) -> Bool {
    var seen: [String: [String]] = [:]
    for row in 0..<table.rowCount {
      var texts = table.header.indices.map { table.text(row, $0) }
      let key = RecordedValue.canonical(texts[step])
      texts[step] = ""
      if let others = seen[key] {
        guard zip(texts, others).allSatisfy({ $0 == $1 || $0.isEmpty || $1.isEmpty }) else {
          return false
        }
        for column in texts.indices where texts[column].isEmpty { texts[column] = others[column] }
      }
      seen[key] = texts
    }
    return true
  }

  /// It is one run, of which its path may tell more.
  var isOneRun: Bool {
    roles.step != nil && roles.run == nil && groups.count == 1
      && (table.rowCount > 1 || roles.parameters.isEmpty)
  }

  /// The name that a run has in the column that tells runs apart; nil without one.
  func runName(_ index: Int) -> String? { roles.run.map { table.text(groups[index][0], $0) } }

  func run(_ index: Int) -> FoundRun {
    let rows = groups[index]
    let first = rows[0]
    var run = FoundRun(name: "\(path):\(table.line(first).map(String.init) ?? table.label(first))")
    run.files = [path]
    if let column = roles.run {
      let name = table.text(first, column)
      run.name += " (\(printable(name)))"
      run.words = name.split(separator: " ").map(String.init)
    } else {
      run.words = FileRuns.words(path)
      run.isPath = true
    }
    if let column = roles.state {
      run.state = StateWords.state(table.text(rows[rows.count - 1], column))
    }
    if let column = roles.exit {
      let exit = StateWords.state(table.text(rows[rows.count - 1], column))
      if run.state == .unknown || (run.state == .finished && exit != .unknown) { run.state = exit }
    }
    let isLong = roles.step != nil || roles.metric != nil
    run.columns = Set(table.header)
    let special = [roles.run, roles.step, roles.state, roles.exit].compactMap(\.self)
    run.varying = Set(special.map { table.header[$0] })
    for column in table.header.indices where column != roles.metric && column != roles.value {
      let text = table.text(first, column)
      guard !text.isEmpty else { continue }
      if isLong, roles.parameters.contains(column) {
        check(column, RecordedValue.canonical(text), rows, &run)
      } else if isLong, rows.contains(where: { table.text($0, column) != text }) {
        run.varying.insert(table.header[column])
      }
      if table.reading(first, column) == .missing { run.varying.insert(table.header[column]) }
      // `0,5` of a table with decimal commas and `1.3B` are numbers.
      let number = Double(text) == nil ? number(first, column) : nil
      run.fields.append(FoundRun.Field(table.header[column], number.map { "\($0)" } ?? text))
    }
    if roles.metric != nil {
      addNamedValues(rows, to: &run)
    } else if isLong {
      for column in roles.numbers { addColumn(column, rows, to: &run) }
    } else {
      for column in roles.numbers {
        let name = table.header[column]
        guard let value = value(first, column, name, &run) else { continue }
        run.scalars.append(.init(name, value))
      }
    }
    run.asides = roles.asides
    return run
  }

  /// All rows of a run have its parameters.
  private func check(_ column: Int, _ text: String, _ rows: [Int], _ run: inout FoundRun) {
    let other = rows.first { RecordedValue.canonical(table.text($0, column)) != text }
    guard let other else { return }
    run.damage.append(
      "\(table.header[column]) is \(text) on \(table.label(rows[0])) and "
        + "\(printable(table.text(other, column))) on \(table.label(other))")
  }

  /// The number of a field; nil where there is none. NaN is one where it is written so.
  private func number(_ row: Int, _ column: Int) -> Double? {
    switch table.reading(row, column) {
    case .number(let number): number
    case .missing:
      ["nan", "-nan", "+nan"].contains(table.text(row, column).lowercased()) ? .nan : nil
    case .text: nil
    }
  }

  /// The number of a field that is recorded under a name; where something else stands, the run takes note.
  private func value(
    _ row: Int, _ column: Int, _ name: String, _ run: inout FoundRun
  ) -> Double? {
    if table.reading(row, column) == .text, run.unreadable[name] == nil {
      run.unreadable[name] = { [table] in table.noNumber(row, column).description }
    }
    return number(row, column)
  }

  private func addColumn(_ column: Int, _ rows: [Int], to run: inout FoundRun) {
    guard !roles.parameters.contains(column) else { return }
    let name = table.header[column]
    let rows = rows.filter { value($0, column, name, &run) != nil }
    if !rows.isEmpty { add(name, rows, column, to: &run) }
  }

  private func addNamedValues(_ rows: [Int], to run: inout FoundRun) {
    guard let metric = roles.metric, let column = roles.value else { return }
    var order: [String] = []
    var groups: [String: [Int]] = [:]
    for row in rows {
      let name = table.text(row, metric)
      guard value(row, column, name, &run) != nil else { continue }
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(row)
    }
    for name in order { add(name, groups[name] ?? [], column, to: &run) }
  }

  /// Adds the values of some rows, ascending by step. A step that stands twice with different values is
  /// damage, and so is one that is no whole number.
  private func add(_ name: String, _ rows: [Int], _ column: Int, to run: inout FoundRun) {
    guard let step = roles.step else {
      if let row = rows.last, let value = number(row, column) {
        run.scalars.append(.init(name, value))
      }
      return
    }
    var found: [(step: Int, value: Double)] = []
    for row in rows {
      guard let value = number(row, column) else { continue }
      guard let whole = number(row, step).flatMap(Int.init(exactly:)) else {
        run.damage.append(table.noStep(row, step).description)
        return
      }
      found.append((whole, value))
    }
    found.sort { $0.step < $1.step }
    var series: [(step: Int, value: Double)] = []
    for entry in found {
      if let last = series.last, last.step == entry.step {
        guard last.value.bitPattern == entry.value.bitPattern else {
          run.damage.append("\(name) has two values at step \(entry.step)")
          return
        }
        continue
      }
      series.append(entry)
    }
    run.series.append(
      FoundRun.Series(name, steps: series.map(\.step), values: series.map(\.value)))
  }
}
