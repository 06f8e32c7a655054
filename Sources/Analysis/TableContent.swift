import Basics
import SweepModel
import Tables

/// The numbers that a fit needs of the rows that it takes, in columns.
struct TableContent: Sendable {
  /// The rows of the table.
  let rows: [Int]
  private let table: Table
  private let fit: TableFit
  /// The columns of inputs, y and weight in the table, and their numbers; NaN where one is missing.
  private let places: [Int]
  private let columns: [[Double]]
  private let areBounds: [Bool]?
  private let isRaw: Bool
  /// Columns beside those that are fitted or split by, which may tell runs, seeds or families apart; none of many rows.
  private let others: [Int]
  /// The numbers of clusters and strata.
  private let clusters: [Int32]
  private let strata: [Int32]?

  init(_ fit: TableFit, _ table: Table, _ rows: [Int]) throws(TableError) {
    self.rows = rows
    self.table = table
    self.fit = fit
    isRaw = fit.request.objective == .leastSquares
    let names = fit.request.inputs + [fit.request.y] + [fit.weights?.column].compactMap(\.self)
    let places = try names.map { name throws(TableError) in try table.column(name) }
    let cluster = try fit.cluster.map { name throws(TableError) in try table.column(name) }
    let stratum = try fit.strata.map { name throws(TableError) in try table.column(name) }
    columns = try places.map { place throws(TableError) in try table.numbers(place, rows: rows) }
    self.places = places
    let fitted =
      places
      + [try fit.censored.map { name throws(TableError) in try table.column(name) }]
      .compactMap(\.self)
    let split = try fit.request.by.map { name throws(TableError) in try table.column(name) }
    others =
      rows.count <= TableFit.mostLabelled
      ? table.header.indices.filter { !fitted.contains($0) && !split.contains($0) } : []
    areBounds = try fit.censored.map { name throws(TableError) in
      try table.flags(table.column(name), rows: rows)
    }
    clusters = cluster.map { Self.codes($0, table, rows) } ?? Self.places(columns, fit)
    strata = stratum.map { Self.codes($0, table, rows) }
  }

  private static func codes(_ column: Int, _ table: Table, _ rows: [Int]) -> [Int32] {
    let values = table.codes(column).values
    return rows.map { values[$0] }
  }

  /// Rows of equal inputs are one cluster.
  private static func places(_ columns: [[Double]], _ fit: TableFit) -> [Int32] {
    let inputs = columns.prefix(fit.request.inputs.count)
    return inputs.dropFirst().reduce(Codes(numbers: inputs[0])) { Codes($0, Codes(numbers: $1)) }
      .values
  }

  /// The greatest first input that a range takes; nil where there is none.
  func greatestX(within range: ClosedRange<Double>?) -> Double? {
    columns[0].lazy.filter { $0.isFinite && range?.contains($0) != false }.max()
  }

  /// Gives a row to a collector; false where it is left out.
  func collect(_ place: Int, into collector: inout PointCollector<Int32>) -> Bool {
    let count = fit.request.inputs.count
    let row = rows[place]
    if let missing = columns.firstIndex(where: { $0[place].isNaN }) {
      collector.leaveOut(table.missing(row, places[missing]))
      return false
    }
    let y = columns[count][place]
    guard collector.admits(x: columns[0][place], y: y) else { return false }
    if let weights = fit.weights {
      let value = columns[count + 1][place]
      guard value > 0, value.isFinite else {
        collector.refuse(
          "\(weights.column) = \(value.printable) at \(table.label(row)), and \(weights.kind) must be "
            + "positive and finite. Leave such rows out with --where '\(weights.column)>0', or mend them."
        )
        return false
      }
    }
    collector.take(
      inputs: count == 1 ? [columns[0][place]] : (0..<count).map { columns[$0][place] }, y: y,
      weight: fit.weights?.weight(columns[count + 1][place], y: y, isRaw: isRaw) ?? 1,
      cluster: clusters[place],
      stratum: strata.map { Int($0[place]) } ?? 0, isUpperBound: areBounds?[place] ?? false,
      name: table.line(row).map(PointName.line) ?? .row(row))
    collector.label(others.map { (table.header[$0], table.text(row, $0)) })
    return true
  }
}

extension Table {
  /// A column of switches: `1` or `true`, `0`, `false` or nothing.
  func flags(_ column: Int, rows: [Int]) throws(TableError) -> [Bool] {
    let codes = codes(column)
    let flags = codes.firstRows.map { row -> Bool? in
      switch text(Int(row), column).lowercased() {
      case "1", "1.0", "true", "yes": true
      case "", "0", "0.0", "false", "no": false
      default: nil
      }
    }
    return try rows.map { row throws(TableError) in
      if let flag = flags[Int(codes.values[row])] { return flag }
      throw error(
        row, column,
        "Column \(header[column]) has \"\(text(row, column))\", and 1 or 0 was expected.")
    }
  }
}
