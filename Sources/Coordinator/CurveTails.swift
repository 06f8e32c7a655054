import SweepModel

/// The ends of the curves of one running attempt, as its worker tells them.
struct CurveTails {
  /// Rows kept of a curve.
  static let mostRows = 256
  /// Values kept of a curve, whatever a host sends.
  static let mostValues = 4096

  private var curves: [RunStatus.CurveTail] = []

  /// Curves that have a row.
  var count: Int { curves.count }

  /// Adds rows of curves that a job of the signature records. Where a job goes on from an earlier step
  /// than it was told at, what followed that is another attempt's.
  mutating func add(_ rows: [Curve], of signature: WorkloadSignature) {
    for curve in rows where signature.metrics.contains(where: { $0.isCurve(curve.name) }) {
      guard let first = curve.steps.first, curve.values.count <= Self.mostValues else { continue }
      var tail = RunStatus.CurveTail(name: curve.name, columns: curve.columns)
      let place = curves.firstIndex { $0.name == curve.name }
      if let place, curves[place].columns == curve.columns { tail = curves[place] }
      tail.keep(tail.steps.prefix { $0 < first }.count, from: 0)
      tail.steps += curve.steps
      tail.values += curve.values.map { $0.isFinite ? $0 : nil }
      let rows = min(tail.steps.count, Self.mostRows, max(1, Self.mostValues / curve.columns))
      tail.keep(rows, from: tail.steps.count - rows)
      if let place { curves[place] = tail } else { curves.append(tail) }
    }
  }

  /// The last rows of each curve, of about so many values in all; nil when there are none.
  func newest(values limit: Int) -> [RunStatus.CurveTail]? {
    let share = limit / max(1, curves.count)
    let tails = curves.compactMap { curve -> RunStatus.CurveTail? in
      let rows = min(curve.steps.count, share / curve.columns)
      guard rows > 0 else { return nil }
      var tail = curve
      tail.keep(rows, from: curve.steps.count - rows)
      return tail
    }
    return tails.isEmpty ? nil : tails
  }
}

extension RunStatus.CurveTail {
  /// Keeps so many rows from one on.
  fileprivate mutating func keep(_ rows: Int, from first: Int) {
    guard rows < steps.count else { return }
    steps = Array(steps[first..<first + rows])
    values = Array(values[first * columns..<(first + rows) * columns])
  }
}

extension MetricSpec {
  fileprivate func isCurve(_ name: String) -> Bool { kind == .curve && self.name == name }
}
