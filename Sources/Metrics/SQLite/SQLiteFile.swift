/// Tables of a SQLite file, read-only: enough of the format for tables with row numbers.
struct SQLiteFile {
  /// What a column of a row holds.
  enum Value: Hashable, Sendable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case blob([UInt8])
  }

  /// A row: its number and its columns, of which old rows may have fewer than the table.
  struct Row {
    let number: Int
    let values: [Value]

    /// A column; null where the row has none.
    subscript(_ column: Int?) -> Value {
      guard let column, values.indices.contains(column) else { return .null }
      return values[column]
    }
  }

  /// A table.
  struct Table {
    let root: Int
    /// The names of its columns in their order.
    let columns: [String]

    /// The place of a column.
    func place(_ name: String) -> Int? { columns.firstIndex(of: name) }
  }

  /// Rows with more bytes are left out.
  private static let rowLimit = 1 << 20
  private static let depthLimit = 40

  /// By their names.
  private(set) var tables: [String: Table] = [:]
  private let pages: SQLitePages

  init(path: String) throws(SQLiteDamage) {
    pages = try SQLitePages(path: path)
    var tables: [String: Table] = [:]
    try rows(of: 1, after: .min) { row in
      guard row[0] == .text("table"), case .text(let name) = row[1],
        case .integer(let root) = row[3],
        case .text(let sql) = row[4]
      else { return }
      tables[name] = Table(root: root, columns: SQLiteColumns.names(in: sql))
    }
    self.tables = tables
  }

  /// Hands out the rows of a table in the order of their numbers, those after a number only.
  func rows(
    of table: Table, after number: Int = .min, _ body: (Row) -> Void
  ) throws(SQLiteDamage) {
    try rows(of: table.root, after: number, body)
  }

  private func rows(of root: Int, after: Int, _ body: (Row) -> Void) throws(SQLiteDamage) {
    var left = pages.pageCount
    try visit(root, depth: 0, after: after, left: &left, body)
  }

  private func visit(
    _ number: Int, depth: Int, after: Int, left: inout Int, _ body: (Row) -> Void
  ) throws(SQLiteDamage) {
    left -= 1
    guard depth < Self.depthLimit, left >= 0 else {
      throw SQLiteDamage("page \(number) is part of no tree.")
    }
    let page = try pages.page(number)
    let start = number == 1 ? 100 : 0
    let isLeaf = page[start] == 0x0D
    guard isLeaf || page[start] == 0x05 else {
      throw SQLiteDamage("page \(number) belongs to no table with row numbers.")
    }
    let count = Int(page[start + 3...start + 4].bigEndian)
    let cells = start + (isLeaf ? 8 : 12)
    guard cells + 2 * count <= page.count else {
      throw SQLiteDamage("page \(number) has more cells than room.")
    }
    for cell in 0..<count {
      let place = Int(page[cells + 2 * cell...cells + 2 * cell + 1].bigEndian)
      var reader = CellReader(page, at: place)
      if isLeaf {
        guard let length = reader.varint(), let row = reader.varint() else {
          throw SQLiteDamage("page \(number) has a cell without an end.")
        }
        guard row > after, length >= 0, length <= Self.rowLimit else { continue }
        body(Row(number: row, values: try record(page, at: reader.position, length: length)))
      } else {
        guard let child = reader.word(), let key = reader.varint() else {
          throw SQLiteDamage("page \(number) has a cell without an end.")
        }
        if key > after { try visit(child, depth: depth + 1, after: after, left: &left, body) }
      }
    }
    if !isLeaf {
      let child = Int(page[start + 8...start + 11].bigEndian)
      try visit(child, depth: depth + 1, after: after, left: &left, body)
    }
  }

  /// The columns of a record, whose end may lie in pages of overflow.
  private func record(
    _ page: [UInt8], at start: Int, length: Int
  ) throws(SQLiteDamage) -> [Value] {
    let usable = pages.usableSize
    var own = length
    if length > usable - 35 {
      let least = (usable - 12) * 32 / 255 - 23
      let surplus = least + (length - least) % (usable - 4)
      own = surplus <= usable - 35 ? surplus : least
    }
    guard start + own + (own < length ? 4 : 0) <= page.count else {
      throw SQLiteDamage("a row goes beyond its page.")
    }
    var payload = Array(page[start..<start + own])
    var next = own < length ? Int(page[start + own..<start + own + 4].bigEndian) : 0
    while payload.count < length {
      let overflow = try pages.page(next)
      payload += overflow[4..<min(usable, 4 + length - payload.count)]
      next = Int(overflow[0..<4].bigEndian)
    }
    return Self.values(payload)
  }

  private static func values(_ payload: [UInt8]) -> [Value] {
    var header = CellReader(payload, at: 0)
    guard let end = header.varint(), end >= 1, end <= payload.count else { return [] }
    var values: [Value] = []
    var body = CellReader(payload, at: end)
    while header.position < end, let type = header.varint(), let value = body.value(of: type) {
      values.append(value)
    }
    return values
  }
}

/// Reads numbers of a page or a record.
private struct CellReader {
  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Seven bits a byte, the most significant first, and eight of the ninth.
  mutating func varint() -> Int? {
    var value: UInt64 = 0
    for place in 0..<9 {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      if place == 8 { return Int(truncatingIfNeeded: value << 8 | UInt64(byte)) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { return Int(truncatingIfNeeded: value) }
    }
    return nil
  }

  /// A number of four bytes.
  mutating func word() -> Int? { take(4).map { Int($0.bigEndian) } }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard let part = bytes[...].part(position, count) else { return nil }
    position += count
    return part
  }

  /// The value of a serial type; nil where it is not there or of no type.
  mutating func value(of type: Int) -> SQLiteFile.Value? {
    switch type {
    case 0: return .null
    case 1...6:
      let count = type < 5 ? type : 2 * type - 4
      return take(count).map { bytes in
        let room = UInt64(64 - 8 * count)
        return .integer(Int(Int64(bitPattern: bytes.bigEndian << room) >> Int64(room)))
      }
    case 7: return take(8).map { .real(Double(bitPattern: $0.bigEndian)) }
    case 8: return .integer(0)
    case 9: return .integer(1)
    case 12...:
      guard let content = take((type - 12) / 2) else { return nil }
      return type % 2 == 0 ? .blob(Array(content)) : .text(String(decoding: content, as: UTF8.self))
    default: return nil
    }
  }
}

/// The names of the columns in a statement that makes a table.
enum SQLiteColumns {
  static func names(in sql: String) -> [String] {
    guard let opening = sql.firstIndex(of: "("), let closing = sql.lastIndex(of: ")"),
      opening < closing
    else { return [] }
    return definitions(sql[sql.index(after: opening)..<closing]).compactMap(name)
  }

  /// The parts between commas that no parenthesis and no quotes enclose.
  private static func definitions(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var depth = 0
    var quote: Character?
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      switch character {
      case "\"", "'", "`": quote = character
      case "[": quote = "]"
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  private static func name(_ definition: Substring) -> String? {
    let text = definition.drop { $0.isWhitespace }
    guard let first = text.first else { return nil }
    if let closing = ["\"": "\"", "`": "`", "[": "]", "'": "'"][first] {
      return String(text.dropFirst().prefix { $0 != Character(closing) })
    }
    let word = text.prefix { !$0.isWhitespace && $0 != "(" }
    let constraints: Set = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]
    return constraints.contains(word.uppercased()) ? nil : String(word)
  }
}
