import Basics
import SweepModel

/// Reads `fits:` against the grid.
struct FitReader {
  /// The workload.
  let signature: WorkloadSignature
  /// The names that vary.
  let axes: [String]
  /// The text is one that a store keeps: what it asks for was once accepted.
  var isStored = false

  /// Names that every result can be plotted against.
  private static let knownAxes = ["parameters", "samples", "step"]

  /// The fits in the file's order, without those that cannot be read.
  func fits(_ value: YAMLValue, _ problems: inout Problems) -> [FitRequest] {
    guard case .mapping(let entries) = value.content else {
      problems.add(
        value.place.error(
          "\"fits\" must be a mapping from names to fits, found \(value.found)",
          "write for example alpha_N: {x: parameters, y: loss.final}"))
      return []
    }
    var fits: [FitRequest] = []
    for entry in entries {
      if let fit = problems.trying(try fit(entry)) { fits.append(fit) }
    }
    return fits
  }

  private func fit(_ entry: YAMLEntry) throws(FileError) -> FitRequest {
    if let problem = SafeName.problem(entry.key) {
      throw entry.keyPlace.error("a fit's name \(problem), found \(quoted(entry.key))")
    }
    let fields = try Fields(entry.value, SweepKeys.fit)
    guard let x = try fields.text("x"), let y = try fields.text("y") else {
      throw entry.value.place.error("\"x\" and \"y\" must be names")
    }
    let inputs = [x, try fields.text("x2"), try fields.text("x3")]
    for (key, input) in zip(["x", "x2", "x3"], inputs) {
      if let input { try checkInput(input, key, fields) }
    }
    guard !y.isEmpty else { throw fields.place.error("\"y\" must not be empty") }
    try checkY(y, isOfSteps: inputs.contains("step"), fields)
    let form = try fields.word("form").flatMap(FitRequest.Form.init(rawValue:)) ?? .power
    let further = [try fields.text("x2"), try fields.text("x3")].compactMap(\.self)
    return FitRequest(
      name: entry.key, x: x, further: further, y: y, form: form, held: try held(form, fields),
      objective: try objective(fields),
      by: try splits(fields), xRange: try fields.interval("xRange"),
      yRange: try fields.interval("yRange"))
  }

  /// Refuses what no result holds, before anything runs, where the workload says what results hold.
  private func checkY(_ y: String, isOfSteps: Bool, _ fields: Fields) throws(FileError) {
    guard !isStored, !signature.metrics.isEmpty, let place = fields["y"]?.place else { return }
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

  private func objective(_ fields: Fields) throws(FileError) -> FitRequest.Objective {
    let delta = try fields.positiveNumber("delta")
    let name = try fields.word("objective") ?? "log-ls"
    if delta != nil, name != "huber", let entry = fields.entry("delta") {
      throw entry.keyPlace.error("\"delta\" goes with the Huber loss", "add \"objective: huber\"")
    }
    return FitRequest.Objective(name: name, delta: delta) ?? .logLeastSquares
  }

  private func held(
    _ form: FitRequest.Form, _ fields: Fields
  ) throws(FileError) -> [String: Double] {
    guard let k = try fields.positiveNumber("k") else { return [:] }
    guard [.quanta, .quantaData].contains(form) || fields.entry("k") == nil else {
      throw (fields.entry("k")?.keyPlace ?? fields.place).error(
        "\"k\" goes with the form quanta", "add \"form: quanta\"")
    }
    return ["K": k]
  }

  private func splits(_ fields: Fields) throws(FileError) -> [String] {
    guard let value = fields["by"] else { return [] }
    var names: [String] = []
    for element in value.elements {
      guard let name = element.text else { throw fields.wrong("by", "axes of the grid", element) }
      guard axes.contains(name) else {
        let message =
          signature.parameter(name) == nil
          ? "unknown axis \(quoted(name)) in \"by\"" : "\"\(name)\" does not vary in this grid"
        throw element.place.error(
          message,
          axes.isEmpty ? "the sweep has no grid" : NearestWord.remedy(for: name, in: axes))
      }
      guard !names.contains(name) else {
        throw element.place.error("\"\(name)\" is in \"by\" twice", "keep one")
      }
      names.append(name)
    }
    return names
  }
}
