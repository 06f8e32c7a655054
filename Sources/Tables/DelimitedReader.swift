import Basics

/// Reads a text of rows: quoted fields with doubled quotes and line breaks as RFC 4180 has them, LF,
/// CRLF or CR; blanks around fields, blank lines and lines that begin with `#` are skipped.
struct DelimitedReader {
  private let origin: String
  private let layout: TextLayout
  private(set) var bytes: [UInt8]
  private let count: Int
  private var at: Int
  private var line: Int
  /// Where the record begins that was read last.
  private var start = 0

  init(_ bytes: [UInt8], origin: String) throws(TableError) {
    self.origin = origin
    self.bytes = bytes
    self.count = bytes.count
    self.layout = TextLayout(bytes)
    self.at = layout.start
    self.line = 1
    for offset in 0..<layout.start where bytes[offset] == 0x0A { line += 1 }
  }

  /// The table.
  static func read(_ bytes: [UInt8], origin: String) throws(TableError) -> Table {
    var reader = try DelimitedReader(bytes, origin: origin)
    return try reader.table()
  }

  private mutating func table() throws(TableError) -> Table {
    var record: [Table.Field] = []
    var (header, headerLine) = try header()
    var (lines, starts): ([UInt32], [UInt32]) = ([], [])
    var columns: [[Table.Field]] = Array(repeating: [], count: header.count)
    while true {
      let rowLine = try nextRecord(&record)
      if record.isEmpty { break }
      if header.isEmpty {
        header = record.indices.map { "\($0)" }
        columns = Array(repeating: [], count: header.count)
        headerLine = rowLine
      }
      try checkLength(record, header.count, rowLine)
      for place in columns.indices { columns[place].append(record[place]) }
      lines.append(UInt32(truncatingIfNeeded: rowLine))
      starts.append(UInt32(truncatingIfNeeded: start))
    }
    guard !header.isEmpty else {
      throw TableError(
        origin: origin, place: TableError.Place(line: 1, column: 1),
        message: "The file is empty. Was it written to the end?")
    }
    let marks = DecimalMarks(columns: columns, bytes: bytes, delimiter: layout.delimiter)
    return Table(
      origin: origin, header: header, columns: columns.map(Table.Column.fields),
      rowCount: lines.count, bytes: bytes, sourceCount: count, lines: lines,
      starts: starts, headerLine: headerLine, hasDecimalCommas: marks.areCommas)
  }

  private mutating func header() throws(TableError) -> (names: [String], line: Int) {
    guard layout.hasHeader || layout.commentHeader != nil else { return ([], 1) }
    var record: [Table.Field] = []
    var headerLine: Int
    if let place = layout.commentHeader {
      let (row, rowLine) = (at, line)
      (at, line) = (place, Table.place(of: place, in: bytes).line)
      headerLine = try nextRecord(&record, skipsComments: false)
      (at, line) = (row, rowLine)
    } else {
      headerLine = try nextRecord(&record)
    }
    return (record.map { String(decoding: bytes[$0.range], as: UTF8.self) }, headerLine)
  }

  /// A row may end in delimiters with nothing behind them.
  private func checkLength(
    _ record: [Table.Field], _ expected: Int, _ line: Int
  ) throws(TableError) {
    guard
      record.count < expected || record.dropFirst(expected).contains(where: { $0.count > 0 })
    else { return }
    let place =
      record.count > expected
      ? Table.place(of: record[expected].range.lowerBound, in: bytes)
      : TableError.Place(line: line, column: 1)
    let what = layout.hasHeader ? "the header" : "the first row"
    throw TableError(
      origin: origin, place: place,
      message:
        "This row has \(counted(record.count, "field")) and \(what) \(expected). Mend the row, or quote a "
        + "field that holds the mark between fields.")
  }

  /// Reads the next record that is neither blank nor a comment; empty at the end. Returns its line.
  private mutating func nextRecord(
    _ record: inout [Table.Field], skipsComments: Bool = true
  ) throws(TableError) -> Int {
    record.removeAll(keepingCapacity: true)
    skipEmptyLines(skipsComments)
    let first = line
    start = at
    guard at < count else { return first }
    while true {
      record.append(try field())
      guard at < count else { return first }
      if bytes[at].isLineEnd {
        endLine()
        return first
      }
      at += 1
      if layout.delimiter == nil {
        skipBlanks()
        if at >= count { return first }
        if bytes[at].isLineEnd {
          endLine()
          return first
        }
      }
    }
  }

  private mutating func skipEmptyLines(_ skipsComments: Bool) {
    while at < count {
      let start = at
      while at < count, bytes[at].isBlank { at += 1 }
      if at < count, bytes[at].isLineEnd {
        endLine()
      } else if at < count, skipsComments, bytes[at] == UInt8(ascii: "#") {
        while at < count, !bytes[at].isLineEnd { at += 1 }
        if at < count { endLine() }
      } else {
        // Blanks that are delimiters begin a row with empty fields.
        if at < count, layout.delimiter != nil { at = start }
        return
      }
    }
  }

  private mutating func endLine() {
    let isPair = bytes[at] == 0x0D && at + 1 < count && bytes[at + 1] == 0x0A
    at += isPair ? 2 : 1
    line += 1
  }

  private mutating func skipBlanks() {
    while at < count, bytes[at].isBlank, bytes[at] != layout.delimiter { at += 1 }
  }

  /// A field; stands behind it at a delimiter, a line end or the end.
  private mutating func field() throws(TableError) -> Table.Field {
    skipBlanks()
    if at < count, bytes[at] == UInt8(ascii: "\"") { return try quoted() }
    let start = at
    while at < count {
      let byte = bytes[at]
      if byte.isLineEnd || byte == layout.delimiter { break }
      if layout.delimiter == nil, byte.isBlank { break }
      at += 1
    }
    var end = at
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return Table.Field(start..<end)
  }

  private mutating func quoted() throws(TableError) -> Table.Field {
    let (opening, openingLine) = (at, line)
    at += 1
    var hasDoubled = false
    while at < count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        guard at + 1 < count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
        hasDoubled = true
        at += 2
      } else if byte.isLineEnd {
        endLine()
      } else {
        at += 1
      }
    }
    guard at < count else {
      line = openingLine
      throw error(opening, "This quote never closes. Close it, or double a quote within a field.")
    }
    let content = opening + 1..<at
    at += 1
    skipBlanks()
    let isEnd =
      at >= count || bytes[at].isLineEnd || bytes[at] == layout.delimiter
      || (layout.delimiter == nil && bytes[at - 1].isBlank)
    guard isEnd else {
      throw error(
        at,
        "A closing quote must be followed by the mark between fields or the line's end. Double a "
          + "quote within a field.")
    }
    if layout.delimiter == nil, at < count, !bytes[at].isLineEnd { at -= 1 }
    return hasDoubled ? undoubled(content) : Table.Field(content)
  }

  /// A field without its doubled quotes, behind the file's bytes.
  private mutating func undoubled(_ content: Range<Int>) -> Table.Field {
    let start = bytes.count
    var position = content.lowerBound
    while position < content.upperBound {
      bytes.append(bytes[position])
      position += bytes[position] == UInt8(ascii: "\"") ? 2 : 1
    }
    return Table.Field(start..<bytes.count)
  }

  private func error(_ offset: Int, _ message: String) -> TableError {
    TableError(origin: origin, place: Table.place(of: offset, in: bytes), message: message)
  }
}

/// Whether commas are decimal marks: where semicolons separate fields, unless there are decimal
/// points too; a comma may then separate thousands, and reading it would be a guess.
private struct DecimalMarks {
  let areCommas: Bool

  init(columns: [[Table.Field]], bytes: [UInt8], delimiter: UInt8?) {
    guard delimiter == UInt8(ascii: ";") else {
      areCommas = false
      return
    }
    areCommas = !columns.contains { fields in
      fields.contains { field in
        let range = field.range
        guard !range.isEmpty, let number = Decimal(bytes, range, hasCommas: false) else {
          return false
        }
        return bytes[number.digits].contains(UInt8(ascii: "."))
      }
    }
  }
}
