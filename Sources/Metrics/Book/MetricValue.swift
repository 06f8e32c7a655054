/// Numbers and steps as programs write them.
enum MetricValue {
  /// A number, `nan`, `-inf`, `True`; nil for any other text.
  static func number(_ text: Substring) -> Double? {
    guard let first = text.utf8.first, text.utf8.count <= 400 else { return nil }
    if isNumeric(first), let value = Double(text) { return value }
    switch text.lowercased() {
    case "nan", "+nan", "-nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    case "true": return 1
    case "false": return 0
    default: return nil
    }
  }

  /// Whether a text says that there is no number.
  static func isMissing(_ text: String) -> Bool {
    ["", "na", "n/a", "<na>", "null", "none", "-", "--"].contains(text.lowercased())
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.".utf8.contains(byte)
  }

  /// A step: a whole number.
  static func step(_ value: Double) -> Int? {
    guard value.magnitude <= 9_007_199_254_740_992 else { return nil }
    return Int(exactly: value)
  }

  /// How likely a name is the step's, 0 for the likeliest; nil for a metric's.
  static func stepRank(_ name: String) -> Int? {
    let last = name.split(separator: "/").last ?? ""
    let plain = last.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 }
    return stepNames[String(plain)]
  }

  private static let stepNames: [String: Int] = Dictionary(
    uniqueKeysWithValues: [
      "step", "global_step", "globalstep", "_step", "steps", "iteration", "iterations", "iter",
      "total_timesteps", "num_timesteps", "timesteps", "timestep", "total_steps", "num_steps",
      "num_updates", "updates", "update", "log_steps", "log_step", "epoch", "epochs",
    ].enumerated().map { ($1, $0) })
}

/// Which column or member holds the step: the one that a person has named, or the likeliest.
struct StepChoice: Sendable {
  private let named: String?
  /// Names that look like the step's and hold no whole numbers, such as epochs of HF.
  private var refused: Set<String> = []

  init(_ named: String?) { self.named = named }

  /// The name among those of a row that holds the step.
  func name(among names: some Sequence<String>) -> String? {
    if let named {
      var similar: String?
      for name in names {
        if name == named { return name }
        if similar == nil, name.lowercased() == named.lowercased() { similar = name }
      }
      return similar
    }
    var best: (rank: Int, name: String)?
    for name in names {
      if let rank = MetricValue.stepRank(name), rank < best?.rank ?? .max, !refused.contains(name) {
        best = (rank, name)
      }
    }
    return best?.name
  }

  /// The step of a value; a name that nobody has chosen and that holds a fraction is none.
  mutating func step(_ value: Double, of name: String) -> Int? {
    if let step = MetricValue.step(value) { return step }
    if named == nil, value.isFinite, refused.count < 100 { refused.insert(name) }
    return nil
  }
}
