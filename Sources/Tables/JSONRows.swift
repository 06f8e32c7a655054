import Basics

/// Reads JSON objects as rows: one after another, or the elements of one list. Names of nested
/// objects are joined by a point; `NaN` and `Infinity` are taken as Python writes them.
struct JSONRows {
  /// More columns, or fields of all rows, are no table of runs.
  private static let columnLimit = 10_000
  private static let fieldLimit = 1 << 28
  private static let depthLimit = 64

  private let origin: String
  private var scanner: JSONScanner
  private var names: [String] = []
  private var places: [String: Int] = [:]
  private var columns: [[Table.Field]] = []
  private var lines: [UInt32] = []
  private var starts: [UInt32] = []

  private init(_ bytes: [UInt8], origin: String) {
    self.origin = origin
    scanner = JSONScanner(bytes)
  }

  static func read(_ bytes: [UInt8], origin: String) throws(TableError) -> Table {
    var reader = JSONRows(bytes, origin: origin)
    return try reader.table()
  }

  private mutating func table() throws(TableError) -> Table {
    scanner.skipBlanks()
    let isList = scanner.isNext("[")
    if isList { scanner.position += 1 }
    scanner.skipBlanks()
    while scanner.next != nil, !(isList && scanner.isNext("]")) {
      try row()
      scanner.skipBlanks()
      // Objects one after another may have commas between them, too.
      if scanner.isNext(",") { scanner.position += 1 }
      scanner.skipBlanks()
    }
    if isList {
      try expect("]", "This list never closes.")
      scanner.skipBlanks()
      guard scanner.next == nil else { throw error("Nothing is expected after the list.") }
    }
    return Table(
      origin: origin, header: names, columns: columns.map(Table.Column.fields),
      rowCount: lines.count, bytes: scanner.bytes, sourceCount: scanner.end, lines: lines,
      starts: starts)
  }

  private mutating func row() throws(TableError) {
    guard scanner.isNext("{") else {
      throw error(
        "An object was expected, such as {\"n\": 1000000, \"loss\": 3.1}: each is a row of the table."
      )
    }
    lines.append(UInt32(truncatingIfNeeded: scanner.line))
    starts.append(UInt32(truncatingIfNeeded: scanner.position))
    try object(prefix: "", depth: 0)
    for column in columns.indices where columns[column].count < lines.count {
      columns[column].append(.none)
    }
  }

  private mutating func object(prefix: String, depth: Int) throws(TableError) {
    guard depth < Self.depthLimit else { throw error("Objects are nested too deeply.") }
    scanner.position += 1
    scanner.skipBlanks()
    if scanner.isNext("}") {
      scanner.position += 1
      return
    }
    while true {
      scanner.skipBlanks()
      let name = prefix + (try scanned { scanner throws(JSONDamage) in try scanner.text() })
      scanner.skipBlanks()
      try expect(":", "A colon was expected after the name \(printable(name)).")
      scanner.skipBlanks()
      if scanner.isNext("{") {
        try object(prefix: name + ".", depth: depth + 1)
      } else {
        let start = scanner.position
        try put(try value(), name, at: start)
      }
      scanner.skipBlanks()
      if !scanner.isNext(",") { break }
      scanner.position += 1
    }
    try expect("}", "A comma or a closing brace was expected.")
  }

  private mutating func put(
    _ field: Table.Field, _ name: String, at start: Int
  ) throws(TableError) {
    let column = try place(of: name)
    guard columns[column].count < lines.count else {
      scanner.position = start
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
  private mutating func value() throws(TableError) -> Table.Field {
    let start = scanner.position
    let isList = scanner.isNext("[")
    if scanner.isNext("\"") {
      return Table.Field(try scanned { scanner throws(JSONDamage) in try scanner.string() })
    }
    try scanned { scanner throws(JSONDamage) in
      if isList { try scanner.skipNested() } else { _ = try scanner.word() }
    }
    let range = start..<scanner.position
    guard isList || isWord(range) else {
      scanner.position = start
      throw error("A value was expected.")
    }
    return Table.Field(range)
  }

  private func isWord(_ range: Range<Int>) -> Bool {
    if Decimal(scanner.bytes, range, hasCommas: false).map({ !$0.hasSize }) == true { return true }
    let text = String(decoding: scanner.bytes[range], as: UTF8.self)
    return ["true", "false", "null", "NaN", "Infinity", "-Infinity"].contains(text)
  }

  private mutating func expect(_ character: Unicode.Scalar, _ message: String) throws(TableError) {
    try scanned { scanner throws(JSONDamage) in try scanner.expect(character, message) }
  }

  /// Has the scanner do something; its errors become a table's.
  private mutating func scanned<Result>(
    _ body: (inout JSONScanner) throws(JSONDamage) -> Result
  ) throws(TableError) -> Result {
    do throws(JSONDamage) {
      return try body(&scanner)
    } catch {
      throw self.error(error.message, at: error.offset)
    }
  }

  private func error(_ message: String, at offset: Int? = nil) -> TableError {
    let place = Table.place(
      of: offset ?? scanner.position, in: Array(scanner.bytes.prefix(scanner.end)))
    return TableError(origin: origin, place: place, message: message)
  }
}
