import Basics
import SweepModel

/// Reads `fits:` against the grid.
struct FitReader {
  /// The workload.
  let signature: WorkloadSignature
  /// The names that vary.
  let axes: [String]
  /// The text is one that a store keeps: what it asks for was once accepted.
  let isStored: Bool
  /// Takes what is wrong.
  let problems: Problems

  /// What is recorded of a series that a program writes.
  private static let endings = ["final", "min", "max", "best"]

  /// Names that every result can be plotted against.
  private static let knownAxes = ["parameters", "samples", "step"]

  /// The fits in the file's order, without those that cannot be read.
  func fits(_ value: YAMLValue) -> [FitRequest] {
    guard case .mapping(let entries) = value.content else {
      problems.add(
        value.place.error(
          "\"fits\" must be a mapping from names to fits, found \(value.found)",
          "write for example alpha_N: {x: parameters, y: loss.final}"))
      return []
    }
    return problems.collecting(entries, fit).compactMap(\.self)
  }

  /// Nil where it lacks what a fit cannot do without.
  private func fit(_ entry: YAMLEntry) throws(FileError) -> FitRequest? {
    if let problem = SafeName.problem(entry.key) {
      problems.add(
        entry.keyPlace.error("a fit's name \(problem), found \(quoted(entry.key))"))
    }
    let fields = try Fields(entry.value, SweepKeys.fit, problems)
    let inputs = ["x", "x2", "x3"].map { (key: $0, name: fields.text($0)) }
    for (key, name) in inputs {
      if let name { _ = problems.trying(try checkInput(name, key, fields)) }
    }
    let y = fields.text("y")
    if let y { _ = problems.trying(try checkY(y, inputs.contains { $0.name == "step" }, fields)) }
    let form = fields.word("form", otherwise: "power").flatMap(FitRequest.Form.init(rawValue:))
    let request = FitRequest(
      name: entry.key, x: inputs[0].name ?? "", further: inputs.dropFirst().compactMap(\.name),
      y: y ?? "", form: form ?? .power, held: held(form, fields), objective: objective(fields),
      by: splits(fields), xRange: fields.interval("xRange"), yRange: fields.interval("yRange"))
    return request.x.isEmpty || request.y.isEmpty ? nil : request
  }

  /// Refuses what no result holds, before anything runs, where the workload says what results hold.
  private func checkY(_ y: String, _ isOfSteps: Bool, _ fields: Fields) throws(FileError) {
    guard !y.isEmpty else { throw fields.place.error("\"y\" must not be empty") }
    guard !isStored, let place = fields["y"]?.place else { return }
    guard !signature.metrics.isEmpty else { return try checkEnding(y, place) }
    let known = recorded(isOfSteps ? .curve : .scalar)
    guard !known.contains(y), isOfSteps || !axes.contains(y) else { return }
    let isOther = recorded(isOfSteps ? .scalar : .curve).contains(y)
    let message =
      !isOther
      ? "unknown \(isOfSteps ? "curve" : "number") \(quoted(y))"
      : isOfSteps
        ? "\(quoted(y)) is one number of a run and no curve over steps"
        : "\(quoted(y)) is a curve, which goes with \"x: step\""
    throw place.error(message, NearestWord.remedy(for: y, in: known))
  }

  /// What a program's file says that it records.
  private var series: [String] {
    let value = signature.parameter(CommandSpec.parameter)?.defaultValue
    guard case .text(let text)? = value else { return [] }
    return CommandSpec(text: text)?.metrics.required ?? []
  }

  /// Refuses a slip in how the numbers of a series are called that a program is said to record.
  private func checkEnding(_ y: String, _ place: Place) throws(FileError) {
    guard !series.contains(y), let point = y.lastIndex(of: ".") else { return }
    let ending = String(y[y.index(after: point)...])
    guard series.contains(String(y[..<point])), !Self.endings.contains(ending) else { return }
    throw place.error(
      "of \(quoted(String(y[..<point]))) there is no \(quoted(ending))",
      NearestWord.remedy(for: ending, in: Self.endings))
  }

  private func recorded(_ kind: MetricSpec.Kind) -> [String] {
    signature.metrics.filter { $0.kind == kind }.map(\.name)
  }

  /// Lets pass what varies and what results hold. Where the workload does not say what they hold, only
  /// a slip of a known name is refused.
  private func checkInput(_ x: String, _ key: String, _ fields: Fields) throws(FileError) {
    let known = Self.knownAxes + axes
    let scalars = recorded(.scalar)
    guard !isStored, !known.contains(x), !scalars.contains(x), let place = fields[key]?.place else {
      return
    }
    if signature.parameter(x) != nil {
      throw place.error(
        "\"\(x)\" does not vary in this grid", NearestWord.remedy(for: x, in: known))
    }
    let isSlip = x.isEmpty || NearestWord.of(x, in: known, limit: 1) != nil
    guard scalars.isEmpty, !isSlip else {
      let words = known + scalars.filter { !known.contains($0) }
      throw place.error("unknown axis \(quoted(x))", NearestWord.remedy(for: x, in: words))
    }
  }

  private func objective(_ fields: Fields) -> FitRequest.Objective {
    let delta = fields.positiveNumber("delta")
    let name = fields.word("objective", otherwise: "log-ls")
    if let name, name != "huber", let entry = fields.entry("delta") {
      problems.add(
        entry.keyPlace.error("\"delta\" goes with the Huber loss", "add \"objective: huber\""))
    }
    return FitRequest.Objective(name: name ?? "log-ls", delta: delta) ?? .logLeastSquares
  }

  private func held(_ form: FitRequest.Form?, _ fields: Fields) -> [String: Double] {
    if let form, let entry = fields.entry("k"), ![.quanta, .quantaData].contains(form) {
      problems.add(
        entry.keyPlace.error("\"k\" goes with the form quanta", "add \"form: quanta\""))
    }
    return fields.positiveNumber("k").map { ["K": $0] } ?? [:]
  }

  private func splits(_ fields: Fields) -> [String] {
    var names: [String] = []
    for element in fields["by"]?.elements ?? [] {
      if let name = problems.trying(try split(element, beside: names, fields)) {
        names.append(name)
      }
    }
    return names
  }

  private func split(
    _ element: YAMLValue, beside names: [String], _ fields: Fields
  ) throws(FileError) -> String {
    guard let name = element.text else { throw fields.wrong("by", "axes of the grid", element) }
    guard axes.contains(name) else {
      let message =
        signature.parameter(name) == nil
        ? "unknown axis \(quoted(name)) in \"by\"" : "\"\(name)\" does not vary in this grid"
      throw element.place.error(
        message, axes.isEmpty ? "the sweep has no grid" : NearestWord.remedy(for: name, in: axes))
    }
    guard !names.contains(name) else {
      throw element.place.error("\"\(name)\" is in \"by\" twice", "keep one")
    }
    return name
  }
}
