public import SweepFiles
public import SweepModel

/// Makes the result of a job from what a run has recorded, with the names that the job's workload would
/// have given.
public struct ResultMaker: Sendable {
  /// What came of a run's numbers.
  public enum Outcome: Sendable {
    /// A result, and the greatest step of its curves; nil without any.
    case result(JobResult, Reach?)
    /// Why there is none.
    case none(ImportPlan.Refusal, String)
  }

  /// How far curves go.
  public struct Reach: Sendable, Hashable {
    /// The greatest step.
    public let last: Int
    /// How far it is from the one before it; 0 for a curve of one step.
    public let gap: Int
    /// The last steps of the curves that a result must hold, by their names.
    public var required: [String: Int] = [:]
  }

  private let map: ImportMap
  private let curves: [String]
  private let scalars: [String]
  private let required: [String]

  /// - Parameter fits: Those of the sweep: what they need, a result must hold.
  /// - Parameter demanded: What a job of the sweep must record to have ended well.
  public init(
    signature: WorkloadSignature, map: ImportMap, fits: [FitRequest], demanded: [String] = []
  ) {
    self.map = map
    curves = signature.metrics.filter { $0.kind == .curve }.map(\.name)
    scalars = signature.metrics.filter { $0.kind == .scalar }.map(\.name)
    let known = Set(["parameters", "samples", "step"] + signature.parameters.map(\.name))
    let asked = fits.flatMap { [$0.x] + $0.further + [$0.y] }.filter { !known.contains($0) }
    let loss = signature.metric(.scalar, .loss(.test)).map { [$0] } ?? []
    let usual = (map.metrics ?? []).map(\.name) + asked + demanded
    required = map.required ?? (usual.isEmpty ? loss : usual)
  }

  /// The workload does not say what its results hold.
  private var isOpen: Bool { curves.isEmpty && scalars.isEmpty }

  /// Makes the result of a run.
  public func result(of run: FoundRun) -> Outcome {
    var draft = Draft()
    do throws(Lack) {
      for metric in map.metrics ?? named(run) { try add(metric, run, to: &draft) }
    } catch {
      return .none(error.refusal, error.reason)
    }
    let lacking = required.filter { name in
      !draft.has(name) && !draft.has("\(name).final")
    }
    guard lacking.isEmpty else {
      return .none(.lacking, "it does not record \(lacking.joined(separator: ", "))")
    }
    if map.metrics == nil, required.isEmpty, !draft.isEmpty, draft.holdsOnly(run.toolsOwn) {
      return .none(
        .lacking,
        "it records nothing but \(run.toolsOwn.sorted().joined(separator: ", ")), which its tool notes "
          + "of any job: say with `output` in a map what its output tells, or name "
          + "that under `metrics`")
    }
    guard !draft.isEmpty else { return .none(.lacking, "it records no metric of the workload") }
    var reach = draft.reach
    reach?.required = draft.lasts.filter { name, _ in
      required.contains { $0 == name || $0.hasPrefix("\(name).") }
    }
    return .result(draft.result(scalars, curves), reach)
  }

  /// What a run records under the workload's own names; of an open workload everything that has steps or
  /// is a number, but for its asides.
  private func named(_ run: FoundRun) -> [ImportMap.Metric] {
    let series = run.series.filter { $0.steps != nil }.map(\.name)
    let others = run.scalars.map(\.name) + run.unreadable.keys.sorted()
    return (series + others.filter { !series.contains($0) }).filter { mayHold($0, run) }
      .map { ImportMap.Metric($0, values: $0) }
  }

  private func mayHold(_ name: String, _ run: FoundRun) -> Bool {
    guard isOpen else {
      return curves.contains(name) || scalars.contains(name) || scalars.contains("\(name).final")
    }
    return !run.asides.contains(name)
      || required.contains { $0 == name || $0.hasPrefix("\(name).") }
  }

  private func add(_ metric: ImportMap.Metric, _ run: FoundRun, to draft: inout Draft) throws(Lack)
  {
    for name in [metric.values, metric.steps] {
      if let name, let words = run.unreadable[name] { throw Lack(words(), .damaged) }
    }
    if let series = recorded(metric.values, metric, run) {
      let steps = try steps(of: series, metric, run)
      let rows = Self.settled(steps, series.values.map { [$0 * metric.scale] })
      add(
        Rows(
          steps: rows.steps, values: rows.values, columns: 1,
          extremes: series.extremes.map { extremes in
            (
              least: extremes.least.map { $0 * metric.scale },
              greatest: extremes.greatest.map { $0 * metric.scale }
            )
          }), metric.name, to: &draft)
    } else if let columns = try columns(metric, run) {
      add(columns, metric.name, to: &draft)
    } else if let scalar = run.scalars.last(where: { $0.name == metric.values }) {
      let isWhole = isOpen ? metric.name.contains(".") : scalars.contains(metric.name)
      let name = isWhole ? metric.name : "\(metric.name).final"
      if isOpen || scalars.contains(name) {
        draft.scalars.append(.init(name, scalar.value * metric.scale))
      }
    }
  }

  /// What is recorded under a name: the list itself where a map says where its steps are, else what has
  /// steps.
  private func recorded(
    _ name: String, _ metric: ImportMap.Metric, _ run: FoundRun
  ) -> FoundRun.Series? {
    let found = run.series.filter { $0.name == name }
    return metric.isCounted ? found.first { $0.steps == nil } ?? found.last : found.last
  }

  /// Adds a curve and the numbers that stand for it.
  private func add(_ rows: Rows, _ name: String, to draft: inout Draft) {
    guard let last = rows.values.last, let end = rows.steps.last else { return }
    if isOpen || curves.contains(name) {
      draft.curves.append(
        Curve(
          name: name, steps: rows.steps, columns: rows.columns,
          values: rows.values.flatMap { $0.map { Float($0) } }))
    }
    let gap = end.subtractingReportingOverflow(rows.steps.dropLast().last ?? end)
    draft.lasts[name] = end
    if draft.reach.map({ end > $0.last }) ?? true {
      draft.reach = Reach(last: end, gap: gap.overflow ? .max : gap.partialValue)
    }
    guard rows.columns == 1 else { return }
    let numbers = rows.values.lazy.map { $0[0] }.filter { !$0.isNaN }
    let extremes = rows.extremes ?? (least: numbers.min(), greatest: numbers.max())
    let words: [(word: String, value: Double?)] = [
      ("final", last[0]), ("min", extremes.least), ("max", extremes.greatest),
    ]
    for (word, value) in words {
      guard let value, isOpen || scalars.contains("\(name).\(word)") else { continue }
      draft.scalars.append(.init("\(name).\(word)", value))
    }
  }

  /// The steps of a series: recorded with it, in another list, or counted.
  private func steps(
    of series: FoundRun.Series, _ metric: ImportMap.Metric, _ run: FoundRun
  ) throws(Lack) -> [Int] {
    let count = series.values.count
    if let every = metric.every {
      let (last, overflow) = count.multipliedReportingOverflow(by: every)
      guard !overflow else { throw Lack("steps of \(series.name) do not fit in 64 bits") }
      return last == 0 ? [] : Array(stride(from: 0, to: last, by: every))
    }
    guard let name = metric.steps else {
      guard let steps = series.steps else {
        throw Lack("\(series.name) is recorded without steps: give `steps` or `every` in a map")
      }
      return steps
    }
    guard let list = recorded(name, metric, run) else {
      throw Lack("it does not record \(name), the steps of \(series.name)")
    }
    guard list.values.count == count else {
      throw Lack(
        "\(series.name) has \(count) values and \(name) has \(list.values.count) steps")
    }
    var steps: [Int] = []
    for value in list.values {
      guard let step = Int(exactly: value) else {
        throw Lack("\(name) has \(value), which is no step")
      }
      steps.append(step)
    }
    return steps
  }

  /// The lists whose names go on with `.0`, `.1`, … as columns; nil where there are none.
  private func columns(_ metric: ImportMap.Metric, _ run: FoundRun) throws(Lack) -> Rows? {
    var lists: [Int: FoundRun.Series] = [:]
    for series in run.series where series.name.hasPrefix("\(metric.values).") {
      let rest = Substring(series.name.utf8.dropFirst(metric.values.utf8.count + 1))
      guard let number = Int(rest), number >= 0 else { continue }
      if metric.isCounted, lists[number]?.steps == nil, lists[number] != nil { continue }
      lists[number] = series
    }
    guard !lists.isEmpty else { return nil }
    let sorted = lists.sorted { $0.key < $1.key }.map(\.value)
    guard let last = lists.keys.max(), last == lists.count - 1 else {
      throw Lack("of \(metric.values) some columns are missing")
    }
    let steps = try steps(of: sorted[0], metric, run)
    guard sorted.allSatisfy({ $0.values.count == steps.count }) else {
      throw Lack("the columns of \(metric.values) are not equally long")
    }
    let values = steps.indices.map { row in sorted.map { $0.values[row] * metric.scale } }
    let rows = Self.settled(steps, values)
    return Rows(steps: rows.steps, values: rows.values, columns: sorted.count)
  }

  /// Rows with ascending steps: where steps go back, a run was resumed, and what came later counts.
  static func settled(_ steps: [Int], _ values: [[Double]]) -> (steps: [Int], values: [[Double]]) {
    var settled: (steps: [Int], values: [[Double]]) = ([], [])
    for (step, row) in zip(steps, values) {
      while let last = settled.steps.last, last >= step {
        settled.steps.removeLast()
        settled.values.removeLast()
      }
      settled.steps.append(step)
      settled.values.append(row)
    }
    return settled
  }
}

extension ImportMap.Metric {
  /// The map says where the steps are.
  fileprivate var isCounted: Bool { steps != nil || every != nil }
}

/// A curve before it has a name.
private struct Rows {
  var steps: [Int]
  var values: [[Double]]
  var columns: Int
  /// The least and the greatest value, where they are not among the rows.
  var extremes: (least: Double?, greatest: Double?)?
}

extension String {
  fileprivate var droppingFinal: String { hasSuffix(".final") ? String(dropLast(6)) : self }
}

/// What a result still lacks.
private struct Lack: Error {
  let reason: String
  let refusal: ImportPlan.Refusal

  init(_ reason: String, _ refusal: ImportPlan.Refusal = .lacking) {
    self.reason = reason
    self.refusal = refusal
  }
}

/// A result while it is made.
private struct Draft {
  var scalars: [JobResult.Scalar] = []
  var curves: [Curve] = []
  var reach: ResultMaker.Reach?
  /// The last step of every curve.
  var lasts: [String: Int] = [:]

  var isEmpty: Bool { scalars.isEmpty && curves.isEmpty }

  func holdsOnly(_ names: Set<String>) -> Bool {
    curves.isEmpty && scalars.allSatisfy { names.contains($0.name.droppingFinal) }
  }

  func has(_ name: String) -> Bool {
    scalars.contains { $0.name == name } || curves.contains { $0.name == name }
  }

  /// In the workload's order; of an open one in that of the record.
  func result(_ scalarOrder: [String], _ curveOrder: [String]) -> JobResult {
    JobResult(
      scalars: Self.sorted(scalars, by: scalarOrder) { $0.name },
      curves: Self.sorted(curves, by: curveOrder) { $0.name })
  }

  /// Of equal names the last one counts.
  private static func sorted<Part>(
    _ parts: [Part], by order: [String], _ name: (Part) -> String
  ) -> [Part] {
    let ranks = Dictionary(zip(order, 0...), uniquingKeysWith: { first, _ in first })
    var last: [String: Int] = [:]
    for (place, part) in parts.enumerated() { last[name(part)] = place }
    return last.sorted { left, right in
      (ranks[left.key] ?? .max, left.value) < (ranks[right.key] ?? .max, right.value)
    }.map { parts[$0.value] }
  }
}
