/// Text from bytes that should be UTF-8.
public enum UTF8Text {
  /// The first byte that is not UTF-8, by its place in the text before it.
  public struct Damage: Error, Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1.
    public let column: Int
  }

  /// The text; throws the place of the first byte that is not UTF-8.
  public static func decode(_ bytes: [UInt8]) throws(Damage) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var line = 1
    var column = 1
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    throw Damage(line: line, column: column)
  }
}
