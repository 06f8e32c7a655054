import Basics

/// Reads JSON objects as rows: one after another, or the elements of one list. Names of nested
/// objects are joined by a point; `NaN` and `Infinity` are taken as Python writes them.
struct JSONRows {
  /// More columns, or fields of all rows, are no table of runs.
  private static let columnLimit = 10_000
  private static let fieldLimit = 1 << 28
  private static let depthLimit = 64

  private let origin: String
  private var bytes: [UInt8]
  private let count: Int
  private var at: Int
  private var line = 1
  private var names: [String] = []
  private var places: [String: Int] = [:]
  private var columns: [[Table.Field]] = []
  private var lines: [UInt32] = []

  private init(_ bytes: [UInt8], origin: String) {
    self.origin = origin
    self.bytes = bytes
    self.count = bytes.count
    self.at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  static func read(_ bytes: [UInt8], origin: String) throws(TableError) -> Table {
    var reader = JSONRows(bytes, origin: origin)
    return try reader.table()
  }

  private mutating func table() throws(TableError) -> Table {
    skipBlanks()
    let isList = peek() == UInt8(ascii: "[")
    if isList { at += 1 }
    skipBlanks()
    while at < count, !(isList && peek() == UInt8(ascii: "]")) {
      try row()
      skipBlanks()
      // Objects one after another may have commas between them, too.
      if peek() == UInt8(ascii: ",") { at += 1 }
      skipBlanks()
    }
    if isList {
      try expect("]", "This list never closes.")
      skipBlanks()
      guard at == count else { throw error("Nothing is expected after the list.") }
    }
    return Table(
      origin: origin, header: names, columns: columns.map(Table.Column.fields),
      rowCount: lines.count, bytes: bytes, sourceCount: count, lines: lines)
  }

  private mutating func row() throws(TableError) {
    guard peek() == UInt8(ascii: "{") else {
      throw error(
        "An object was expected, such as {\"n\": 1000000, \"loss\": 3.1}: each is a row of the table."
      )
    }
    lines.append(UInt32(truncatingIfNeeded: line))
    try object(prefix: "", depth: 0)
    for column in columns.indices where columns[column].count < lines.count {
      columns[column].append(.none)
    }
  }

  private mutating func object(prefix: String, depth: Int) throws(TableError) {
    guard depth < Self.depthLimit else { throw error("Objects are nested too deeply.") }
    at += 1
    skipBlanks()
    if peek() == UInt8(ascii: "}") {
      at += 1
      return
    }
    while true {
      skipBlanks()
      let name = prefix + String(decoding: bytes[try string().range], as: UTF8.self)
      skipBlanks()
      try expect(":", "A colon was expected after the name \(printable(name)).")
      skipBlanks()
      if peek() == UInt8(ascii: "{") {
        try object(prefix: name + ".", depth: depth + 1)
      } else {
        let start = at
        try put(try value(depth), name, at: start)
      }
      skipBlanks()
      if peek() != UInt8(ascii: ",") { break }
      at += 1
    }
    try expect("}", "A comma or a closing brace was expected.")
  }

  private mutating func put(
    _ field: Table.Field, _ name: String, at start: Int
  ) throws(TableError) {
    let column = try place(of: name)
    guard columns[column].count < lines.count else {
      at = start
      throw error("This row has two values of \(printable(name)).")
    }
    while columns[column].count < lines.count - 1 { columns[column].append(.none) }
    columns[column].append(field)
  }

  private mutating func place(of name: String) throws(TableError) -> Int {
    if let known = places[name] { return known }
    guard names.count < Self.columnLimit, (names.count + 1) * lines.count < Self.fieldLimit else {
      throw error("The rows have too many different names: \(names.count) so far.")
    }
    places[name] = names.count
    names.append(name)
    columns.append([])
    return names.count - 1
  }

  /// A value that is no object: a string's content, or what is written.
  private mutating func value(_ depth: Int) throws(TableError) -> Table.Field {
    switch peek() {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "["):
      let start = at
      try skipNested()
      return Table.Field(start..<at)
    case nil: throw error("A value was expected.")
    default:
      let start = at
      while let byte = peek(), !byte.isBlank, !byte.isLineEnd,
        !Array(",}]:\"[{".utf8).contains(byte)
      {
        at += 1
      }
      guard at > start, isWord(start..<at) else {
        at = start
        throw error("A value was expected.")
      }
      return Table.Field(start..<at)
    }
  }

  private func isWord(_ range: Range<Int>) -> Bool {
    if Decimal(bytes, range, hasCommas: false).map({ !$0.hasSize }) == true { return true }
    let text = String(decoding: bytes[range], as: UTF8.self)
    return ["true", "false", "null", "NaN", "Infinity", "-Infinity"].contains(text)
  }

  /// Skips a list with all that it contains.
  private mutating func skipNested() throws(TableError) {
    let start = at
    var depth = 0
    while let byte = peek() {
      if byte == UInt8(ascii: "\"") {
        _ = try string()
        continue
      }
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      if byte == 0x0A { line += 1 }
      at += 1
      if depth == 0 { return }
    }
    at = start
    throw error("This list never closes.")
  }

  /// A string's content, where escapes had to be decoded behind the file's bytes.
  private mutating func string() throws(TableError) -> Table.Field {
    guard peek() == UInt8(ascii: "\"") else { throw error("A name in quotes was expected.") }
    let opening = at
    at += 1
    let start = at
    var hasEscapes = false
    while let byte = peek(), byte != UInt8(ascii: "\"") {
      if byte.isLineEnd { break }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        at += 1
      }
      at += 1
    }
    guard at < count, peek() == UInt8(ascii: "\"") else {
      at = opening
      throw error("This string never closes.")
    }
    let content = start..<at
    at += 1
    guard hasEscapes else { return Table.Field(content) }
    guard let decoded = JSONEscapes.decode(bytes[content]) else {
      at = opening
      throw error("This string has an escape that JSON does not know.")
    }
    bytes += decoded
    return Table.Field(bytes.count - decoded.count..<bytes.count)
  }

  private func peek() -> UInt8? { at < count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while at < count, bytes[at].isBlank || bytes[at].isLineEnd {
      if bytes[at] == 0x0A { line += 1 }
      at += 1
    }
  }

  private mutating func expect(_ character: Unicode.Scalar, _ message: String) throws(TableError) {
    guard peek() == UInt8(ascii: character) else { throw error(message) }
    at += 1
  }

  private func error(_ message: String) -> TableError {
    TableError(
      origin: origin, place: Table.place(of: at, in: Array(bytes.prefix(count))), message: message)
  }
}

/// The escapes of JSON strings.
private enum JSONEscapes {
  /// UTF-8 of a string's content; nil for an unknown escape or half a surrogate pair.
  static func decode(_ content: ArraySlice<UInt8>) -> [UInt8]? {
    var units: [UInt8] = []
    var at = content.startIndex
    while at < content.endIndex {
      guard content[at] == UInt8(ascii: "\\") else {
        units.append(content[at])
        at += 1
        continue
      }
      guard at + 1 < content.endIndex else { return nil }
      let letter = content[at + 1]
      at += 2
      if letter == UInt8(ascii: "u") {
        guard let scalar = scalar(content, &at) else { return nil }
        units += Array(String(Character(scalar)).utf8)
      } else if let plain = plain(letter) {
        units.append(plain)
      } else {
        return nil
      }
    }
    return units
  }

  private static func plain(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  private static func scalar(_ content: ArraySlice<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
    guard let high = unit(content, &at) else { return nil }
    guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
    guard content[at...].starts(with: Array("\\u".utf8)) else { return nil }
    at += 2
    guard let low = unit(content, &at), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private static func unit(_ content: ArraySlice<UInt8>, _ at: inout Int) -> UInt32? {
    guard at + 4 <= content.endIndex else { return nil }
    let digits = content[at..<at + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    at += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
