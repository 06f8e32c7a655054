import Basics
import SweepFiles
import SweepModel

/// Finds the job of a sweep that a recorded run is a run of.
struct JobIndex: Sendable {
  /// What came of looking for a run's job.
  enum Finding: Sendable, Hashable {
    /// The place of the job in the sweep.
    case job(Int)
    /// There is none, for this reason.
    case none(String)
    /// Several could be meant.
    case several(String)
  }

  private let sweep: Sweep
  private let signature: WorkloadSignature
  private let map: ImportMap
  private let pattern: TextPattern?
  /// The same for folders, in which a slash parts words.
  private let pathPattern: TextPattern?
  private let specs: [ParameterSpec]
  /// The parameters of which runs may tell: what a command is, none records.
  private let known: [ParameterSpec]
  private var places: [[String]: Int] = [:]
  private let axes: [AxisValues]

  /// Indexes the jobs of a sweep by the values of its axes.
  init(_ sweep: Sweep, signature: WorkloadSignature, map: ImportMap) {
    self.sweep = sweep
    self.signature = signature
    self.map = map
    pattern = map.pattern.flatMap { try? TextPattern($0) }
    pathPattern = map.pattern.flatMap {
      try? TextPattern(String($0.map { $0 == "/" ? " " : $0 }))
    }
    let isCommand = sweep.workload == CommandSpec.workload
    known = signature.parameters.filter {
      $0.decidesResult && !(isCommand && CommandSpec.reserved.contains($0.name))
    }
    let specs = sweep.axes.compactMap(signature.parameter).filter(\.decidesResult)
    self.specs = specs
    axes = specs.map { spec in AxisValues(sweep.jobs.lazy.compactMap { $0.parameters[spec.name] }) }
    for (place, job) in sweep.jobs.enumerated() {
      places[
        specs.map { spec in job.parameters[spec.name].map { RecordedValue.canonical($0) } ?? "" }
      ] = place
    }
  }

  /// The parameters of the sweep that no run needs to record: nobody can tell whether they were so.
  func unchecked(_ recorded: Set<String>) -> [String] {
    guard let first = sweep.jobs.first else { return [] }
    return known.filter { spec in
      first.parameters[spec.name] != nil && !sweep.axes.contains(spec.name)
        && !recorded.contains(spec.name)
    }.map(\.name)
  }

  /// What a run records of the sweep's parameters, by their names.
  func values(of run: FoundRun) -> Result<[String: String], Ambiguity> {
    var found: [String: String] = [:]
    var others: [String: String] = [:]
    func note(_ name: String, _ text: String) {
      let other = found.updateValue(text, forKey: name)
      if let other, RecordedValue.canonical(other) != RecordedValue.canonical(text) {
        others[name] = other
      }
    }
    for field in run.fields where !map.ignored.contains(field.name) { note(field.name, field.text) }
    if let pattern = run.isPath ? pathPattern : pattern {
      switch pattern.match(run.words) {
      case .none: break
      case .several(let first, let second):
        return .failure(
          Ambiguity(
            "the pattern fits it in several ways: \(Self.text(first)), or \(Self.text(second))"))
      case .one(let values): for value in values { note(value.name, value.value) }
      }
    }
    var values: [String: String] = [:]
    for spec in known {
      let name = map.parameters[spec.name]?.name ?? spec.name
      if map.constants[spec.name] == nil, let other = others[name], let text = found[name] {
        return .failure(
          Ambiguity(
            "it says \(name)=\(printable(other)) and \(name)=\(printable(text)): `ignore: \(name)` in a "
              + "map has the pattern alone say it"))
      }
      if let constant = map.constants[spec.name] {
        values[spec.name] = constant.description
      } else if let source = map.parameters[spec.name] {
        if let text = found[source.name] { values[spec.name] = source.renames[text] ?? text }
      } else if let text = found[spec.name] {
        values[spec.name] = text
      }
    }
    return .success(values)
  }

  /// Why a run's parameters are not known.
  struct Ambiguity: Error, Hashable, Sendable {
    /// Why.
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private static func text(_ values: [TextPattern.Named]) -> String {
    values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }

  /// Finds the job whose axes have a run's values and whose settings the run does not contradict.
  func job(_ values: [String: String]) -> Finding {
    let missing = specs.filter { values[$0.name] == nil }
    guard missing.isEmpty else {
      let names = missing.map { map.parameters[$0.name]?.name ?? $0.name }
      return .none("it does not record \(names.joined(separator: ", "))")
    }
    let key = specs.map { RecordedValue.canonical(values[$0.name] ?? "", of: $0.kind) }
    if let place = places[key] { return checked(place, values) }
    let near = zip(axes, key).map { $0.near($1, within: map.tolerance) }
    for (spec, found) in zip(specs, near) where found.count > 1 {
      return .several(
        "several values of \(spec.name) are within the tolerance: "
          + found.map(\.description).joined(separator: ", "))
    }
    let meant = near.compactMap { $0.first.map { RecordedValue.canonical($0) } }
    guard meant.count == key.count, let place = places[meant] else { return .none(absence(key)) }
    return checked(place, values)
  }

  private func checked(_ place: Int, _ values: [String: String]) -> Finding {
    for spec in known {
      guard let text = values[spec.name], let value = sweep.jobs[place].parameters[spec.name],
        !specs.contains(where: { $0.name == spec.name }),
        !agrees(RecordedValue.canonical(text, of: spec.kind), value)
      else { continue }
      return .none("it is not of this sweep: its \(spec.name) is \(text), the sweep's is \(value)")
    }
    return .job(place)
  }

  private func agrees(_ text: String, _ value: Value) -> Bool {
    let other = RecordedValue.canonical(value)
    if text == other { return true }
    guard map.tolerance > 0, let left = Double(text), let right = Double(other) else {
      return false
    }
    return abs(left - right) <= map.tolerance * max(abs(left), abs(right))
  }

  /// A point by what varies.
  func label(_ place: Int) -> String {
    specs.map { spec in
      "\(spec.name)=\(sweep.jobs[place].parameters[spec.name].map(\.description) ?? "")"
    }.joined(separator: " ")
  }

  /// Why no job has these values: the first that no point has, with the nearest that one has.
  private func absence(_ key: [String]) -> String {
    for ((spec, axis), text) in zip(zip(specs, axes), key)
    where axis.near(text, within: map.tolerance).isEmpty {
      let words = "the grid has no \(spec.name)=\(text)"
      guard let number = Double(text), let nearest = axis.nearest(to: number) else { return words }
      return words + "; the nearest is \(nearest.value)"
        + (nearest.apart < 1e-5 ? ": `tolerance` in the map accepts that" : "")
    }
    return
      "the grid has no point \(zip(specs, key).map { "\($0.name)=\($1)" }.joined(separator: " "))"
  }
}

/// The different values of an axis.
private struct AxisValues: Sendable {
  private var texts: [String: Value] = [:]
  /// Those that are numbers, ascending.
  private var numbers: [(number: Double, value: Value)] = []

  init(_ values: some Sequence<Value>) {
    for value in values { texts[RecordedValue.canonical(value)] = value }
    numbers = texts.values.compactMap { value in value.number.map { ($0, value) } }
      .sorted { $0.number < $1.number }
  }

  /// The value of a canonical text, or else all that are within a relative distance.
  func near(_ text: String, within tolerance: Double) -> [Value] {
    if let value = texts[text] { return [value] }
    guard tolerance > 0, let number = Double(text), number.isFinite else { return [] }
    let reach = 2 * tolerance * abs(number)
    let first = index(of: number - reach)
    return numbers[first...].prefix { $0.number <= number + reach }.filter { other in
      Self.distance(other.number, number) <= tolerance
    }.map(\.value)
  }

  /// The value nearest to a number, and how far it is relative to the greater of both.
  func nearest(to number: Double) -> (value: Value, apart: Double)? {
    let place = index(of: number)
    let sides = [place - 1, place].filter(numbers.indices.contains)
    let best = sides.min { abs(numbers[$0].number - number) < abs(numbers[$1].number - number) }
    return best.map { (numbers[$0].value, Self.distance(numbers[$0].number, number)) }
  }

  private static func distance(_ left: Double, _ right: Double) -> Double {
    abs(left - right) / max(abs(left), abs(right))
  }

  /// The place of the first number that is not below another.
  private func index(of number: Double) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
