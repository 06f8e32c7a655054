public import SweepModel

/// Values as other tools have recorded them: texts that mean the same are made the same text.
public enum RecordedValue {
  /// The one spelling of all texts that mean a value: `64`, `64.0` and `6.4e1` are 64, `1e-5` is `0.00001`,
  /// `True` is `true`. Whole numbers stay exact, others are the nearest 64-bit reals.
  public static func canonical(_ text: String) -> String {
    guard let number = DecimalText(text) else {
      switch text {
      case "True", "TRUE": return "true"
      case "False", "FALSE": return "false"
      default: return text
      }
    }
    if case .value(let whole) = number.whole { return "\(whole)" }
    return number.real.map { "\($0)" } ?? text
  }

  /// The same for what is recorded of a parameter of some type: a switch may be 1 or 0, too.
  public static func canonical(_ text: String, of kind: ParameterSpec.Kind) -> String {
    guard kind == .flag else { return canonical(text) }
    switch text.lowercased() {
    case "1", "yes", "on", "true": return "true"
    case "0", "no", "off", "false": return "false"
    default: return text
    }
  }

  /// The same for a value of a job.
  public static func canonical(_ value: Value) -> String { canonical(value.description) }
}
