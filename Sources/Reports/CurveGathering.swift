import Analysis
public import SweepModel

extension CurveFamily {
  /// The curves of a sweep's finished jobs, one family for each grid point with its seeds as runs,
  /// in grid order.
  ///
  /// Seeds that stopped at different steps share the steps that all of them have.
  ///
  /// - Parameters:
  ///   - name: The curve's name, such as `loss`; its first column is taken.
  ///   - records: The jobs.
  ///   - axes: The grid's axes; all but `seed` name the families.
  ///   - curve: A stored curve; nil when the job has none of that name.
  /// - Throws: Whatever the look-up throws.
  public static func families(
    of name: String, records: [JobRecord], axes: [String],
    curve: (JobKey, String) throws -> Curve?
  ) throws -> [CurveFamily] {
    let named = axes.filter { $0 != "seed" }
    var order: [Parameters: Int] = [:]
    var labels: [String] = []
    var curves: [[Curve]] = []
    for record in records where record.hasResult {
      guard let found = try curve(record.job.key, name), !found.steps.isEmpty else { continue }
      var point = record.job.parameters
      point["seed"] = nil
      if let place = order[point] {
        curves[place].append(found)
      } else {
        order[point] = labels.count
        let label = record.label(axes: named)
        labels.append(label.isEmpty ? name : label)
        curves.append([found])
      }
    }
    return zip(labels, curves).map { CurveFamily(name: $0, curves: $1) }
  }

  /// The same with what the runs have on their training samples, under `train.NAME`; empty unless all
  /// runs have both.
  public static func pairs(
    of name: String, records: [JobRecord], axes: [String],
    curve: (JobKey, String) throws -> Curve?
  ) throws -> [CurveFamily] {
    func found(_ name: String) throws -> [CurveFamily] {
      try families(of: name, records: records, axes: axes, curve: curve)
    }
    let train = try found("train.\(name)")
    guard !train.isEmpty else { return [] }
    let test = try found(name)
    guard test.map(\.x) == train.map(\.x), test.map(\.runs.count) == train.map(\.runs.count)
    else { return [] }
    return zip(test, train).map {
      CurveFamily(name: $0.name, x: $0.x, runs: $0.runs, training: $1.runs)
    }
  }

  /// Runs over the steps that all of them have.
  private init(name: String, curves: [Curve]) {
    var common = Set(curves[0].steps)
    for curve in curves.dropFirst() { common.formIntersection(curve.steps) }
    let steps = curves[0].steps.filter { common.contains($0) }
    let runs = curves.map { curve in
      curve.steps.indices.filter { common.contains(curve.steps[$0]) }
        .map { Double(curve.values[$0 * curve.columns]) }
    }
    self.init(name: name, x: steps.map { Double($0) }, runs: runs)
  }
}
