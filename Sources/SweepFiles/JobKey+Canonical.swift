import Basics
import Digests
public import SweepModel

extension JobKey {
  /// The key of a job: SHA-256 over its ``canonicalText(workload:resultVersion:parameters:)``.
  ///
  /// `parameters` are the ones that decide the result, complete and in the types of the workload's
  /// signature; ``of(_:for:)`` brings any parameters into that form.
  public static func of(
    workload: String, resultVersion: Int, parameters: Parameters
  ) -> JobKey {
    let text = canonicalText(
      workload: workload, resultVersion: resultVersion, parameters: parameters)
    return digest(of: Array(text.utf8))
  }

  /// The key that a canonical text has.
  static func digest(of text: [UInt8]) -> JobKey {
    guard let key = JobKey(hex: SHA256.hash(text.span).hexadecimal) else {
      preconditionFailure("SHA-256 has 64 digits")
    }
    return key
  }

  /// The key of a job with the given parameters, defaults filled in, numbers brought to the types
  /// of the signature (a real given as a whole number is a real), and parameters that do not
  /// decide the result, or came later and have their default, left out.
  public static func of(_ parameters: Parameters, for signature: WorkloadSignature) -> JobKey {
    of(
      workload: signature.name, resultVersion: signature.resultVersion,
      parameters: signature.semantic(parameters))
  }

  /// The text that keys are hashes of, one line each, every line ending in a line feed:
  ///
  /// ```
  /// quanta-job 1
  /// workload=sparse-parity
  /// resultVersion=1
  /// alpha=0.4
  /// width=9
  /// ```
  ///
  /// After three fixed lines come the parameters, ascending by name in Unicode scalar order, as
  /// `name=value` in the canonical text of ``Value``. In names and texts a backslash is written
  /// `\\`, a line feed `\n` and a carriage return `\r`. This format never changes: keys that are
  /// stored must stay valid.
  public static func canonicalText(
    workload: String, resultVersion: Int, parameters: Parameters
  ) -> String {
    var text = "quanta-job 1\nworkload=\(escaped(workload))\nresultVersion=\(resultVersion)\n"
    for entry in parameters.entries { text += canonicalLine(entry.name, entry.value) }
    return text
  }

  /// The line of a parameter in the canonical text.
  static func canonicalLine(_ name: String, _ value: Value) -> String {
    "\(escaped(name))=\(escaped(canonical(value)))\n"
  }

  private static func canonical(_ value: Value) -> String {
    // Zero has one key, whatever its sign.
    if case .real(let real) = value, real == 0 { return Value.real(0).description }
    return value.description
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x5C, 0x0A, 0x0D].contains($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension WorkloadSignature {
  /// The parameters that decide a result: in the signature's types, complete but for defaults that
  /// came later, nothing else.
  func semantic(_ parameters: Parameters) -> Parameters {
    var result = Parameters()
    for spec in self.parameters where spec.decidesResult {
      guard let value = parameters[spec.name] ?? spec.defaultValue else { continue }
      if !spec.isSilent(value) { result[spec.name] = spec.normalised(value) }
    }
    return result
  }
}

extension ParameterSpec {
  /// True for the default of a parameter that came later, of which keys say nothing.
  func isSilent(_ value: Value) -> Bool {
    isLater && normalised(value) == defaultValue.map(normalised)
  }

  /// The value in this parameter's type where that loses nothing.
  func normalised(_ value: Value) -> Value {
    switch (kind, value) {
    case (.real, .integer(let whole)): return .real(Double(whole))
    case (.real, .real(let real)): return .real(real == 0 ? 0 : real)
    case (.integer, .real(let real)): return Int(exactly: real).map(Value.integer) ?? value
    default: return value
    }
  }
}
