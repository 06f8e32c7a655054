/// Rows of one metric in the order of their steps, however they were written: of one step the row with
/// the last time counts, and of one time the last that was written. So MLflow orders them.
struct SteppedRows: Sendable {
  /// More rows are not held at a time.
  private static let limit = 1 << 21

  private struct Row {
    let step: Int
    let time: Int
    let value: Double
  }

  private let name: String
  private var rows: [Row] = []
  private var isSorted = true
  /// The last step that a book has already.
  private var recorded: Int?

  init(name: String) { self.name = name }

  /// Takes a row.
  ///
  /// - Parameter step: nil for the one after the row before it.
  /// - Parameter time: In any unit; 0 where none is recorded.
  mutating func add(_ value: Double, step: Int?, time: Int, to book: inout MetricBook) {
    let last = rows.last?.step ?? recorded
    let row = Row(
      step: step ?? last.map { $0 == .max ? $0 : $0 + 1 } ?? 0, time: time, value: value)
    if let last = rows.last, (row.step, row.time) < (last.step, last.time) { isSorted = false }
    rows.append(row)
    if rows.count >= Self.limit { finish(into: &book) }
  }

  /// Records all rows that were taken.
  mutating func finish(into book: inout MetricBook) {
    if !isSorted {
      let places = rows.indices.sorted { left, right in
        let (a, b) = (rows[left], rows[right])
        return (a.step, a.time, left) < (b.step, b.time, right)
      }
      rows = places.map { rows[$0] }
    }
    if let recorded, let first = rows.first, first.step <= recorded {
      book.noteLoss(
        "\(name) has more than \(Self.limit) rows, and they are not in the order of their steps.")
    }
    for (place, row) in rows.enumerated() {
      if place + 1 < rows.count, rows[place + 1].step == row.step { continue }
      book.record(name, row.value, at: row.step)
    }
    recorded = rows.last?.step ?? recorded
    (rows, isSorted) = ([], true)
  }
}
