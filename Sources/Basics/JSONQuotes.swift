/// A text in JSON's quotes (RFC 8259).
///
/// - Parameter newline: How the end of a line is written.
public func jsonQuoted(_ text: String, newline: String = "\\u000a") -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": quoted += "\\\(scalar)"
    case "\n": quoted += newline
    case "\0"..<" ": quoted += "\\u00" + [UInt8(scalar.value)].hexadecimal
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
