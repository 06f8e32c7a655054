/// Rows of RFC 4180 with LF: fields are quoted where they must be, numbers in full precision.
public enum CSVText {
  /// A line with its end.
  public static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\n"
  }

  /// A field, quoted if it has a comma, a quote or a line's end.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// The shortest digits that read back as the same number; empty for none.
  static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
