import SweepModel

/// Reads what jobs keep beside their numbers: `keep:` of a sweep file, or `--set keep=…` in its place.
struct KeepReader {
  /// What is kept.
  let rule: WeightRule
  /// Where that is said.
  let place: Place

  private static let remedy =
    "write keep: weights, or {weights: final}, {weights: 40} or {weights: [0, 100, 1000]}"

  /// What a file says, or an override of it; nil where neither says anything.
  ///
  /// - Parameter overrides: `key=values`, those that count.
  init?(_ fields: Fields, _ overrides: [String]) throws(FileError) {
    var override: YAMLValue?
    for text in overrides {
      guard let found = try? Override(text), found.key == WeightRule.parameter else { continue }
      override = found.value
    }
    guard let value = override ?? fields[WeightRule.parameter] else { return nil }
    place = value.place
    guard value.text != "weights" else {
      guard let rule = WeightRule(.final) else { preconditionFailure("the last step may be kept") }
      self.rule = rule
      return
    }
    if override != nil {
      rule = try Self.points(value)
      return
    }
    guard case .mapping = value.content else {
      throw value.place.error(
        "\"keep\" must be weights or a mapping, found \(value.found)", Self.remedy)
    }
    let own = Problems()
    let keep = try Fields(value, SweepKeys.keep, own)
    try own.check()
    guard let points = keep["weights"] else {
      throw value.place.error("\"keep\" does not say what", Self.remedy)
    }
    rule = try Self.points(points)
  }

  /// `final`, how many spaced steps, or the steps themselves.
  private static func points(_ value: YAMLValue) throws(FileError) -> WeightRule {
    var points = WeightRule.Points.final
    switch value.content {
    case .list(let elements):
      var steps: [Int] = []
      for element in elements {
        steps.append(try element.integer(in: WeightRule.steps, name: "weights"))
      }
      points = .steps(steps)
    case .scalar("final", isPlain: _): break
    default:
      guard value.plain.flatMap({ DecimalText($0) }) != nil else {
        throw value.place.error(
          "\"weights\" must be final, a number of steps or a list of steps, found \(value.found)",
          remedy)
      }
      points = .spaced(try value.integer(in: WeightRule.counts, name: "weights"))
    }
    guard let rule = WeightRule(points) else {
      throw value.place.error(
        "\"weights\" must list 1 to \(WeightRule.counts.upperBound) steps", remedy)
    }
    return rule
  }

  /// What a file says to a workload; nil where it says nothing, or where an override of that name sets
  /// a parameter of a program. Throws where jobs have nothing to keep.
  static func read(
    _ fields: Fields, _ overrides: [String], for workload: String, _ workloads: WorkloadCatalog
  ) throws(FileError) -> KeepReader? {
    guard workloads[workload]?.keeping == nil else { return try KeepReader(fields, overrides) }
    guard let entry = fields.entry(WeightRule.parameter) else { return nil }
    let isProgram = workload == CommandSpec.workload
    throw entry.keyPlace.error(
      isProgram
        ? "the weights of a program are files of its own, which are not kept"
        : "jobs of \(workload) have no weights to keep",
      isProgram
        ? "remove \"keep\"; what the program writes into the folder that $QUANTA_CHECKPOINT_DIR names "
          + "it finds again until it is done"
        : "remove \"keep\"; weights have " + workloads.namesOfKeeping.joined(separator: ", "))
  }
}
