import Basics
import SweepModel
import Training

/// Curves that share their steps, as a job records and checkpoints them.
struct CurveRecord: Sendable, Equatable {
  /// The curves' names.
  let names: [String]
  /// Values in a row of each.
  let columns: Int
  /// The steps of all rows, ascending.
  private(set) var steps: [Int] = []
  private var values: [[Float]]

  /// Creates empty curves.
  init(_ names: [String], columns: Int = 1) {
    self.names = names
    self.columns = columns
    values = names.map { _ in [] }
  }

  /// Appends a row to every curve, in the order of the names.
  mutating func add(step: Int, _ rows: [[Double]]) {
    precondition(
      rows.count == names.count && rows.allSatisfy { $0.count == columns }, "rows of other shape")
    steps.append(step)
    for (index, row) in rows.enumerated() { values[index] += row.map(Float.init) }
  }

  /// The curves.
  var curves: [Curve] {
    zip(names, values).map { Curve(name: $0, steps: steps, columns: columns, values: $1) }
  }

  /// Appends the record to a checkpoint.
  func write(to writer: inout ByteWriter) {
    writer.write(steps)
    for curve in values { writer.write(curve) }
  }

  /// Replaces all rows by those of a checkpoint after `step` steps.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    steps = try reader.integers()
    for index in values.indices { values[index] = try reader.reals() }
    let (count, overflow) = steps.count.multipliedReportingOverflow(by: columns)
    guard !overflow, values.allSatisfy({ $0.count == count }) else {
      throw reader.damage("its curves have unequal lengths")
    }
    guard zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }), (steps.first ?? 1) > 0,
      (steps.last ?? 0) <= step
    else { throw reader.damage("its curves' steps do not ascend to step \(step)") }
  }
}
