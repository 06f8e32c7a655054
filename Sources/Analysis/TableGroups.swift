import Fitting
import SweepModel
public import Tables

/// The rows of a table that a fit takes, in groups of equal values of the `by` columns, in order of
/// appearance; what they need is in columns, so that a million groups are no matter.
public struct TableGroups: Sendable {
  /// What to fit.
  public let fit: TableFit
  /// The table.
  public let table: Table
  /// Groups.
  public var count: Int { starts.count - 1 }
  /// The greatest x that the range takes; nil where there is none.
  public var greatestX: Double? { content.greatestX(within: fit.request.xRange) }
  /// The rows of all groups, one group after another.
  private let rows: [Int32]
  /// Where each group begins in `rows`, and the end.
  private let starts: [Int32]
  private let by: [Int]
  private let content: TableContent
  let rules: PointRules
  private let titles: [String]

  /// Groups the rows and reads their numbers.
  ///
  /// - Throws: ``TableError`` for an unknown column, a field that is no number, or where no row is left.
  public init(of fit: TableFit, over table: Table) throws(TableError) {
    self.fit = fit
    self.table = table
    let by = try fit.request.by.map { name throws(TableError) in try table.column(name) }
    let taken = try RowFilter(filters: fit.filters).take(from: table)
    content = try TableContent(fit, table, taken.rows)
    self.by = by
    rules = PointRules(
      rules: taken.rules,
      clusters: fit.cluster.map { "column \($0)" } ?? "rows of equal inputs",
      strata: fit.strata.map { "column \($0)" },
      weights: fit.weights?.description(isRaw: fit.request.objective == .leastSquares))
    titles = table.header.map { $0.lowercased() }
    (rows, starts) = Self.ordered(taken.rows, Self.codes(by, table))
  }

  /// One code for each row of the table; nil where all are of one group.
  private static func codes(_ by: [Int], _ table: Table) -> Codes? {
    guard let first = by.first else { return nil }
    return by.dropFirst().reduce(table.codes(first)) { Codes($0, table.codes($1)) }
  }

  /// The places of rows among those taken, sorted by group; groups in order of appearance.
  private static func ordered(_ taken: [Int], _ codes: Codes?) -> (rows: [Int32], starts: [Int32]) {
    guard let codes else { return (Array(0..<Int32(taken.count)), [0, Int32(taken.count)]) }
    var numbers = [Int32](repeating: -1, count: codes.count)
    var counts: [Int32] = []
    for row in taken {
      let code = Int(codes.values[row])
      if numbers[code] < 0 {
        numbers[code] = Int32(counts.count)
        counts.append(0)
      }
      counts[Int(numbers[code])] += 1
    }
    var starts: [Int32] = [0]
    starts.reserveCapacity(counts.count + 1)
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    var next = starts
    var rows = [Int32](repeating: 0, count: taken.count)
    for (place, row) in taken.enumerated() {
      let group = Int(numbers[Int(codes.values[row])])
      rows[Int(next[group])] = Int32(place)
      next[group] += 1
    }
    return (rows, starts)
  }

  /// The values of the `by` columns of a group.
  public func labels(_ group: Int) -> [FitGroup.Label] {
    let row = content.rows[Int(rows[Int(starts[group])])]
    return zip(fit.request.by, by).map { FitGroup.Label(name: $0, value: table.text(row, $1)) }
  }

  /// The points of one group, and the rows that they are of.
  func collected(_ group: Int) -> (collector: PointCollector<Int32>, rows: [Int]) {
    var collector = PointCollector<Int32>(request: fit.request, speaker: .commandLine)
    var kept: [Int] = []
    for position in starts[group]..<starts[group + 1] {
      let place = Int(rows[Int(position)])
      if content.collect(place, into: &collector) { kept.append(content.rows[place]) }
    }
    return (collector, kept)
  }

  /// Fits one group; what comes out depends on its rows alone.
  public func group(_ group: Int, _ settings: FitSettings) -> FitGroup {
    var (collector, kept) = collected(group)
    let checks = TableChecks(fit: fit, table: table, titles: titles, rows: kept)
    if let problem = checks.refusal { collector.refuse(problem) }
    return collector.group(
      labels: labels(group), rules: rules,
      warnings: checks.warnings + budgetWarnings(collector.points, settings), settings: settings)
  }

  private func budgetWarnings(_ points: [FitPoint], _ settings: FitSettings) -> [FitWarning] {
    guard fit.request.form.hasFrontier else { return [] }
    let units = BudgetUnits(sizes: fit.request.inputs, points: points)
    return [units.outside(settings.budgets)].compactMap(\.self)
  }

  /// Fits all groups on all cores, with titles as short as tells them apart.
  public func report(_ settings: FitSettings) -> FitReport {
    let settings = self.settings(settings)
    let groups = Parallel.map(0..<count) { group($0, settings) }
    let labels = FitGroup.Label.shortened(groups.map(\.labels))
    return FitReport(
      source: table.origin, request: fit.request,
      groups: zip(groups, labels).map { $0.labelled($1) })
  }
}
