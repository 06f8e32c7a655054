import Basics

/// A table in columns: of a text the bytes and where each field lies in them, of a binary file the
/// numbers. No string is made for a field before somebody asks for it.
public struct Table: Sendable {
  /// The file, as errors show it.
  public let origin: String
  /// The names of the columns. Of a table without a header `0`, `1`, …, as NumPy and pandas count.
  public private(set) var header: [String]
  /// Rows.
  public let rowCount: Int
  /// The fields' bytes: the file, then fields that had to be decoded.
  let bytes: [UInt8]
  /// How many of the bytes are the file.
  let sourceCount: Int
  var columns: [Column]
  /// The line where each row begins, from 1; empty where there are no lines.
  let lines: [UInt32]
  /// The byte where each row begins, as many as there are lines.
  let starts: [UInt32]
  /// The line of the header.
  let headerLine: Int
  /// True where a comma is the decimal mark.
  let hasDecimalCommas: Bool

  /// The content of a column, one entry a row.
  enum Column: Sendable {
    case fields([Field])
    case numbers([Double])
  }

  /// The bytes of a field.
  struct Field: Hashable, Sendable {
    let start: UInt32
    let count: UInt32

    init(_ range: Range<Int>) {
      start = UInt32(truncatingIfNeeded: range.lowerBound)
      count = UInt32(truncatingIfNeeded: range.count)
    }

    /// A field that a row does not have.
    static let none = Field(0..<0)

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  init(
    origin: String, header: [String], columns: [Column], rowCount: Int, bytes: [UInt8] = [],
    sourceCount: Int = 0, lines: [UInt32] = [], starts: [UInt32] = [], headerLine: Int = 1,
    hasDecimalCommas: Bool = false
  ) {
    self.origin = origin
    self.header = header
    self.columns = columns
    self.rowCount = rowCount
    self.bytes = bytes
    self.sourceCount = sourceCount
    self.lines = lines
    self.starts = starts
    self.headerLine = headerLine
    self.hasDecimalCommas = hasDecimalCommas
  }

  /// The position of a column.
  ///
  /// - Throws: ``TableError`` at the header, with the nearest name.
  public func column(_ name: String) throws(TableError) -> Int {
    guard let index = header.firstIndex(of: name) else {
      throw headerError("There is no column called \(printable(name))." + hint(name))
    }
    guard header.lastIndex(of: name) == index else { throw repeated(name) }
    return index
  }

  /// Throws where two columns have one name, the first of such names; columns without a name may be many.
  public func checkNames() throws(TableError) {
    var known: Set<String> = []
    for name in header where !name.isEmpty {
      guard known.insert(name).inserted else { throw repeated(name) }
    }
  }

  /// Why a name says nothing that several columns have.
  public func repeated(_ name: String) -> TableError {
    headerError("Two columns are called \(printable(name)). Give them different names.")
  }

  private func headerError(_ message: String) -> TableError {
    TableError(origin: origin, place: headerPlace, message: message)
  }

  /// Where the header is; nil in a binary file.
  public var headerPlace: TableError.Place? {
    bytes.isEmpty || sourceCount == 0 ? nil : TableError.Place(line: headerLine, column: 1)
  }

  private func hint(_ name: String) -> String {
    let shown = header.prefix(20).map { printable($0) }
    let known = shown.joined(separator: ", ") + (header.count > shown.count ? ", …" : "")
    let nearest = NearestWord.of(name, in: header).map { " Did you mean \(printable($0))?" } ?? ""
    let isCounted = header.enumerated().allSatisfy { "\($0)" == $1 }
    return nearest
      + (isCounted
        ? " There is no header, so columns are counted from 0: \(known)." : " Known: \(known).")
  }

  /// A field's text without the blanks around it.
  public func text(_ row: Int, _ column: Int) -> String {
    switch columns[column] {
    case .fields(let fields): String(decoding: bytes[fields[row].range], as: UTF8.self)
    case .numbers(let numbers): Self.text(numbers[row])
    }
  }

  /// The texts of a column at some rows.
  public func texts(_ column: Int, rows: [Int]) -> [String] { rows.map { text($0, column) } }

  /// The line where a row begins, from 1; nil where there are no lines.
  public func line(_ row: Int) -> Int? { lines.isEmpty ? nil : Int(lines[row]) }

  /// `line 7`, or `row 6` where there are no lines.
  public func label(_ row: Int) -> String {
    lines.isEmpty ? "row \(row)" : "line \(lines[row])"
  }

  /// An error at a field.
  public func error(_ row: Int, _ column: Int, _ message: String) -> TableError {
    TableError(origin: origin, place: place(row, column), message: message)
  }

  /// The shortest text of a number, whole ones without a point.
  static func text(_ number: Double) -> String {
    if let whole = Int(exactly: number), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(number)"
  }

  /// Adds a column of numbers; NaN is a missing one.
  ///
  /// - Throws: ``TableError`` where there is one of that name.
  public mutating func add(_ name: String, _ numbers: [Double]) throws(TableError) {
    guard !header.contains(name) else {
      throw headerError("There is a column called \(printable(name)) already. Take another name.")
    }
    header.append(name)
    columns.append(.numbers(numbers))
  }
}
