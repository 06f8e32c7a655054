import Foundation
import GRDB
import SweepModel

/// The rows of one attempt's result, kept bit for bit.
struct ResultRows {
  let database: Database

  /// Writes a result under an attempt's token.
  func insert(_ result: JobResult, token: Int) throws {
    for (position, scalar) in result.scalars.enumerated() {
      try database.run(
        "INSERT INTO scalar (attempt, position, metric, value, bits) VALUES (?, ?, ?, ?, ?)",
        [
          token, position, try database.identifier(of: scalar.name, in: "metric"),
          scalar.value.isNaN ? nil : scalar.value, Self.bits(of: scalar.value),
        ])
    }
    for (position, curve) in result.curves.enumerated() {
      try database.run(
        """
        INSERT INTO curve (attempt, position, metric, columns, row_count, steps, data)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          token, position, try database.identifier(of: curve.name, in: "metric"), curve.columns,
          curve.steps.count, try identifier(ofSteps: curve.steps), CurveBlob.encode(curve.values),
        ])
    }
    for snapshot in result.weights {
      try database.run(
        "INSERT INTO snapshot (attempt, step, hash, size) VALUES (?, ?, ?, ?)",
        [token, snapshot.step, snapshot.hash, snapshot.size])
    }
  }

  /// The result written under a token; of weights what they are, not their content.
  func read(token: Int) throws -> JobResult {
    let curves = try database.rows(
      """
      SELECT metric.name, curve.columns, steps.steps, curve.data FROM curve
      JOIN metric ON metric.id = curve.metric JOIN steps ON steps.id = curve.steps
      WHERE curve.attempt = ? ORDER BY curve.position
      """, [token])
    return JobResult(
      scalars: try scalars(token: token), curves: try curves.map(Self.curve),
      weights: try weights(token: token))
  }

  /// The weights written under a token, ascending by step.
  func weights(token: Int) throws -> [WeightSnapshot] {
    guard try StoreSchema.version(database) >= StoreSchema.knowsWeights else { return [] }
    return try database.rows(
      "SELECT step, hash, size FROM snapshot WHERE attempt = ? ORDER BY step", [token]
    ).map { WeightSnapshot(step: try $0.count(0), hash: try $0.get(1), size: try $0.count(2)) }
  }

  /// The scalars written under a token, in the workload's order.
  func scalars(token: Int) throws -> [JobResult.Scalar] {
    try database.rows(
      """
      SELECT metric.name, scalar.value, scalar.bits FROM scalar
      JOIN metric ON metric.id = scalar.metric
      WHERE scalar.attempt = ? ORDER BY scalar.position
      """, [token]
    ).map(Self.scalar)
  }

  /// Removes a result that does not count.
  func delete(token: Int) throws {
    try database.run("DELETE FROM scalar WHERE attempt = ?", [token])
    try database.run("DELETE FROM curve WHERE attempt = ?", [token])
    try database.run("DELETE FROM snapshot WHERE attempt = ?", [token])
  }

  /// A scalar from `(name, value, bits)`.
  static func scalar(_ row: Row) throws -> JobResult.Scalar {
    let bits: Int64? = try row.get(2)
    let value = try bits.map { Double(bitPattern: UInt64(bitPattern: $0)) } ?? row.get(1)
    return JobResult.Scalar(try row.get(0), value)
  }

  /// A curve from `(name, columns, steps, data)`.
  static func curve(_ row: Row) throws -> Curve {
    let name: String = try row.get(0)
    let columns = try row.count(1)
    let steps = CurveBlob.steps(try row.get(2))
    let values = CurveBlob.values(try row.get(3))
    let (count, overflow) = steps.count.multipliedReportingOverflow(by: columns)
    guard !overflow, values.count == count else { throw unreadable("the curve \(name)") }
    return Curve(name: name, steps: steps, columns: columns, values: values)
  }

  /// SQLite keeps neither the sign of zero nor any NaN; for these the binary64 pattern is stored.
  private static func bits(of value: Double) -> Int64? {
    value.isNaN || (value == 0 && value.sign == .minus)
      ? Int64(bitPattern: value.bitPattern) : nil
  }

  private func identifier(ofSteps steps: [Int]) throws -> Int {
    let blob = CurveBlob.encode(steps)
    let hash = CurveBlob.hash(steps)
    let known = try database.integer(
      "SELECT id FROM steps WHERE hash = ? AND steps = ?", [hash, blob])
    if let known { return known }
    try database.run("INSERT INTO steps (hash, steps) VALUES (?, ?)", [hash, blob])
    return Int(database.lastInsertedRowID)
  }
}
