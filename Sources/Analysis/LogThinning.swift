import Glibc

/// Picks a few of many ascending rows so that their steps are spread evenly on a log scale.
enum LogThinning {
  /// At most `limit` of the rows: for each of `limit` log-spaced targets from the first to the last
  /// step the nearest row, each row once. All rows when they are no more than `limit`.
  static func thin<Row>(_ rows: [Row], to limit: Int, by step: (Row) -> Int) -> [Row] {
    guard rows.count > limit, limit > 1, let first = rows.first, let last = rows.last else {
      return rows
    }
    let low = log(Double(step(first)))
    let span = log(Double(step(last))) - low
    var picked: [Int] = []
    var index = 0
    for number in 0..<limit {
      let target = exp(low + span * Double(number) / Double(limit - 1))
      while index + 1 < rows.count,
        abs(Double(step(rows[index + 1])) - target) <= abs(Double(step(rows[index])) - target)
      {
        index += 1
      }
      if picked.last != index { picked.append(index) }
    }
    return picked.map { rows[$0] }
  }
}
