public import SweepModel

/// Losses of every subtask against an axis: single subtasks switch on abruptly while their mean
/// falls as a power law.
public struct EmergenceMatrix: Hashable, Sendable {
  /// `parameters`, `samples`, `step`, or another number of the jobs.
  public let axis: String
  /// The axis' values, ascending; one column each.
  public let axisValues: [Double]
  /// Subtasks; row 0 is the most frequent.
  public let subtasks: Int
  /// Losses in bits, `subtasks × axisValues.count`, row-major; means over seeds.
  public let losses: [Float]

  /// Creates a matrix; traps unless the shapes agree.
  public init(axis: String, axisValues: [Double], subtasks: Int, losses: [Float]) {
    precondition(losses.count == subtasks * axisValues.count, "emergence: shapes disagree")
    self.axis = axis
    self.axisValues = axisValues
    self.subtasks = subtasks
    self.losses = losses
  }

  /// The loss of a subtask at a column, bits.
  public subscript(subtask: Int, column: Int) -> Float {
    losses[subtask * axisValues.count + column]
  }

  /// The most frequent subtasks up to twice the rarest one that anywhere falls below half a bit,
  /// and at least twenty: where something happens.
  public var emerging: EmergenceMatrix {
    let columns = axisValues.count
    let last = losses.lastIndex { $0 < 0.5 }.map { $0 / max(1, columns) + 1 } ?? 0
    return first(max(20, 2 * last))
  }

  /// The most frequent subtasks, at most so many.
  public func first(_ count: Int) -> EmergenceMatrix {
    let kept = min(subtasks, count)
    return EmergenceMatrix(
      axis: axis, axisValues: axisValues, subtasks: kept,
      losses: Array(losses.prefix(kept * axisValues.count)))
  }

  /// The curves that a matrix is read off.
  public struct Curves: Hashable, Sendable {
    /// Every subtask's loss in a row.
    public let parts: String
    /// The mean loss; nil where there is none.
    public let mean: String?

    /// Names curves.
    public init(parts: String, mean: String?) {
      self.parts = parts
      self.mean = mean
    }

    /// Those of a workload; nil where it records no losses of subtasks.
    public init?(_ signature: WorkloadSignature?) {
      guard let parts = signature?.metric(.curve, .partLosses) else { return nil }
      self.init(parts: parts, mean: signature?.metric(.curve, .loss(.test)))
    }
  }

  /// Reads the matrix off the curves of finished jobs that hold every subtask's loss.
  ///
  /// Against `step` every row of the curve is a column, for the grid point with most parameters;
  /// against `samples` a job gives the row where its mean loss is least, against
  /// anything else its last row. Seeds are averaged.
  ///
  /// - Throws: ``AnalysisError``, and whatever the curve look-up throws.
  public init(
    of curves: Curves, axis: String, records: [JobRecord],
    curve: (JobKey, String) throws -> Curve?
  ) throws {
    let done = records.filter(\.hasResult)
    guard !done.isEmpty else { throw AnalysisError.nothingDone(expected: records.count) }
    self =
      axis == "step"
      ? try Self.overSteps(curves, done, curve) : try Self.overJobs(curves, axis, done, curve)
  }

  private static func overSteps(
    _ curves: Curves, _ done: [JobRecord], _ curve: (JobKey, String) throws -> Curve?
  ) throws -> EmergenceMatrix {
    let size = { (record: JobRecord) in record.number("parameters") ?? 0 }
    guard let largest = done.max(by: { size($0) < size($1) }) else {
      throw AnalysisError.nothingDone(expected: 0)
    }
    var columns = Columns(parts: curves.parts)
    for record in done where record.point == largest.point {
      guard let curve = try curve(record.job.key, curves.parts) else { continue }
      for (index, step) in curve.steps.enumerated() {
        try columns.add(curve.row(index), at: Double(step))
      }
    }
    return try columns.matrix(axis: "step")
  }

  private static func overJobs(
    _ curves: Curves, _ axis: String, _ done: [JobRecord],
    _ curve: (JobKey, String) throws -> Curve?
  ) throws -> EmergenceMatrix {
    var columns = Columns(parts: curves.parts)
    var points: [Double: Parameters] = [:]
    for record in done {
      guard let x = record.number(axis) else { continue }
      if let other = points[x], let name = firstDifference(other, record.point) {
        throw AnalysisError.mixedGrid(axis: axis, parameter: name)
      }
      points[x] = record.point
      guard let subtasks = try curve(record.job.key, curves.parts), !subtasks.steps.isEmpty
      else { continue }
      var row = subtasks.steps.count - 1
      if axis == "samples", let name = curves.mean, let mean = try curve(record.job.key, name) {
        row = bestRow(of: subtasks, mean: mean)
      }
      try columns.add(subtasks.row(row), at: x)
    }
    if points.isEmpty {
      throw AnalysisError.unknownQuantity(name: axis, available: done[0].scalars.map(\.name))
    }
    return try columns.matrix(axis: axis)
  }

  /// The last row of `subtasks` at or before the step where the mean loss is least.
  private static func bestRow(of subtasks: Curve, mean: Curve) -> Int {
    let rows = mean.steps.indices.filter { !mean.row($0)[mean.row($0).startIndex].isNaN }
    let best = rows.min { mean.values[$0 * mean.columns] < mean.values[$1 * mean.columns] }
    guard let best else { return subtasks.steps.count - 1 }
    return subtasks.steps.lastIndex { $0 <= mean.steps[best] } ?? 0
  }

  private static func firstDifference(_ left: Parameters, _ right: Parameters) -> String? {
    guard left != right else { return nil }
    return zip(left.entries, right.entries).first { $0 != $1 }?.0.name ?? "their parameters"
  }

  /// Sums of rows by the axis' value.
  private struct Columns {
    let parts: String
    private var sums: [Double: [Float]] = [:]
    private var counts: [Double: Float] = [:]
    private var width: Int?

    init(parts: String) { self.parts = parts }

    mutating func add(_ row: ArraySlice<Float>, at x: Double) throws(AnalysisError) {
      width = max(width ?? 0, row.count)
      if let sum = sums[x] {
        guard sum.count == row.count else { throw .differentSubtasks(sum.count, row.count) }
        sums[x] = zip(sum, row).map { $0 + $1 }
      } else {
        sums[x] = Array(row)
      }
      counts[x, default: 0] += 1
    }

    func matrix(axis: String) throws(AnalysisError) -> EmergenceMatrix {
      guard let width else { throw .unknownCurve(name: parts) }
      let values = sums.keys.sorted()
      // Where columns have fewer subtasks than others, the rest has no loss.
      var losses = [Float](repeating: .nan, count: width * values.count)
      for (column, value) in values.enumerated() {
        let count = counts[value] ?? 1
        for (subtask, sum) in (sums[value] ?? []).enumerated() {
          losses[subtask * values.count + column] = sum / count
        }
      }
      return EmergenceMatrix(axis: axis, axisValues: values, subtasks: width, losses: losses)
    }
  }
}
