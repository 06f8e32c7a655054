import SweepModel

/// Reads `fits:` against the grid.
struct FitReader {
  /// The workload.
  let signature: WorkloadSignature
  /// The names that vary.
  let axes: [String]

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
    try checkX(x, fields)
    guard !y.isEmpty else { throw fields.place.error("\"y\" must not be empty") }
    try checkY(y, fields)
    let form = try fields.word("form").flatMap(FitRequest.Form.init(rawValue:)) ?? .power
    let further = [try fields.text("x2"), try fields.text("x3")].compactMap(\.self)
    return FitRequest(
      name: entry.key, x: x, further: further, y: y, form: form, held: try held(form, fields),
      objective: try objective(fields),
      by: try splits(fields), xRange: try fields.interval("xRange"),
      yRange: try fields.interval("yRange"))
  }

  /// Lets numbers pass that only the results know, but no slip of one that every result records.
  private func checkY(_ y: String, _ fields: Fields) throws(FileError) {
    let known = signature.metrics.map(\.name)
    guard !known.contains(y), let place = fields["y"]?.place,
      NearestWord.of(y, in: known, limit: 1) != nil
    else { return }
    throw place.error("unknown number \(quoted(y))", NearestWord.remedy(for: y, in: known))
  }

  /// Lets scalars pass whose names only the results know, but no slip of a known name.
  private func checkX(_ x: String, _ fields: Fields) throws(FileError) {
    let known = Self.knownAxes + axes
    guard !known.contains(x), let place = fields["x"]?.place else { return }
    if signature.parameter(x) != nil {
      throw place.error(
        "\"\(x)\" does not vary in this grid", NearestWord.remedy(for: x, in: known))
    }
    guard !x.isEmpty, NearestWord.of(x, in: known, limit: 1) == nil else {
      throw place.error("unknown axis \(quoted(x))", NearestWord.remedy(for: x, in: known))
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
