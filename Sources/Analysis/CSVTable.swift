import SweepModel

/// A table with a header, read as RFC 4180 has it: quoted fields, doubled quotes, line breaks in
/// quotes, LF or CRLF; a byte order mark is skipped, blank lines are too.
public struct CSVTable: Hashable, Sendable {
  /// The file, as errors show it.
  public let origin: String
  /// The column names.
  public let header: [String]
  /// The rows, each as long as the header.
  public let rows: [[Field]]

  /// A field and where it begins, from 1.
  public struct Field: Hashable, Sendable {
    /// The text, unquoted.
    public let text: String
    /// The line.
    public let line: Int
    /// The column, in characters.
    public let column: Int
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - text: The file's text.
  ///   - origin: The file's name for errors.
  /// - Throws: ``CSVError`` for an empty file, an open quote, or a row of another length.
  public init(text: String, origin: String) throws(CSVError) {
    var reader = CSVReader(text: text, origin: origin)
    var records: [[Field]] = []
    while let record = try reader.next() { records.append(record) }
    guard let first = records.first else {
      throw CSVError(origin: origin, line: 1, column: 1, message: "The file is empty.")
    }
    self.origin = origin
    self.header = first.map(\.text)
    self.rows = Array(records.dropFirst())
    for row in rows where row.count != first.count {
      throw CSVError(
        origin: origin, line: row[0].line, column: 1,
        message: "This row has \(row.count) fields and the header \(first.count).")
    }
  }

  /// Reads a table from a file's bytes.
  ///
  /// - Throws: ``CSVError`` as for a text, and at the first byte that is not UTF-8.
  public init(bytes: [UInt8], origin: String) throws(CSVError) {
    let text: String
    do throws(UTF8Text.Damage) {
      text = try UTF8Text.decode(bytes)
    } catch {
      throw CSVError(
        origin: origin, line: error.line, column: error.column,
        message: "The text is not UTF-8. Save it as UTF-8.")
    }
    try self.init(text: text, origin: origin)
  }

  /// The position of a column.
  ///
  /// - Throws: ``CSVError`` at the header, with the nearest name.
  public func column(_ name: String) throws(CSVError) -> Int {
    if let index = header.firstIndex(of: name) {
      guard header.lastIndex(of: name) == index else {
        throw CSVError(
          origin: origin, line: 1, column: 1,
          message: "Two columns are called \(name). Give them different names.")
      }
      return index
    }
    throw CSVError(
      origin: origin, line: 1, column: 1,
      message: "There is no column called \(name)." + hint(name, header))
  }

  /// A field as a number; `nan` and `inf` are numbers.
  ///
  /// - Throws: ``CSVError`` at the field.
  public func number(_ field: Field, column name: String) throws(CSVError) -> Double {
    let trimmed = field.text.drop { $0 == " " }
    if let value = Double(String(trimmed)) { return value }
    let shown = field.text.isEmpty ? "is empty" : "has \"\(field.text)\""
    throw CSVError(
      origin: origin, line: field.line, column: field.column,
      message: "Column \(name) \(shown), and a number was expected.")
  }

  /// A field as a switch: `1` or `true`, `0`, `false` or nothing.
  ///
  /// - Throws: ``CSVError`` at the field.
  func flag(_ field: Field, column name: String) throws(CSVError) -> Bool {
    switch field.text.lowercased() {
    case "1", "1.0", "true": return true
    case "", "0", "0.0", "false": return false
    default:
      throw CSVError(
        origin: origin, line: field.line, column: field.column,
        message: "Column \(name) has \"\(field.text)\", and 1 or 0 was expected.")
    }
  }
}

/// What is wrong in a table, and where.
public struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let origin: String
  /// The line, from 1.
  public let line: Int
  /// The column in characters, from 1.
  public let column: Int
  /// What is wrong, in full sentences.
  public let message: String

  /// `data.csv:3:7: Column loss has "x", and a number was expected.`
  public var description: String { "\(origin):\(line):\(column): \(message)" }
}

/// The reader's state: a position in the text.
private struct CSVReader {
  let origin: String
  private var rest: Substring
  private var line = 1
  private var column = 1

  init(text: String, origin: String) {
    self.origin = origin
    self.rest = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
  }

  /// The next record that is not blank; nil at the end.
  mutating func next() throws(CSVError) -> [CSVTable.Field]? {
    while let character = rest.first, character.isLineEnd { advance() }
    guard !rest.isEmpty else { return nil }
    var fields = [try field()]
    while rest.first == "," {
      advance()
      fields.append(try field())
    }
    if rest.first?.isLineEnd == true { advance() }
    return fields
  }

  private mutating func advance() {
    let character = rest.removeFirst()
    if character.isLineEnd {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }

  private mutating func field() throws(CSVError) -> CSVTable.Field {
    let start = (line: line, column: column)
    var text = ""
    if rest.first == "\"" {
      text = try quoted()
    } else {
      while let character = rest.first, character != ",", !character.isLineEnd {
        text.append(character)
        advance()
      }
    }
    return CSVTable.Field(text: text, line: start.line, column: start.column)
  }

  private mutating func quoted() throws(CSVError) -> String {
    let start = (line: line, column: column)
    var text = ""
    advance()
    while let character = rest.first {
      advance()
      guard character == "\"" else {
        text.append(character)
        continue
      }
      if rest.first == "\"" {
        text.append("\"")
        advance()
      } else if rest.first == nil || rest.first == "," || rest.first?.isLineEnd == true {
        return text
      } else {
        throw CSVError(
          origin: origin, line: line, column: column,
          message: "A closing quote must be followed by a comma or the line's end.")
      }
    }
    throw CSVError(
      origin: origin, line: start.line, column: start.column, message: "This quote never closes.")
  }
}

extension Character {
  /// LF, CRLF or CR; other line separators of Unicode are text, as RFC 4180 has it.
  fileprivate var isLineEnd: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
