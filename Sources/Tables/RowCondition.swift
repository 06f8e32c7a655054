import Basics

/// A condition on rows: `model=base`, `lr<=0.01`, `size!=70M,160M`.
public struct RowCondition: Hashable, Sendable {
  /// How a field must relate to the value.
  public enum Relation: String, CaseIterable, Sendable {
    case atMost = "<="
    case atLeast = ">="
    case notEqual = "!="
    case equal = "="
    case less = "<"
    case greater = ">"
  }

  /// The column.
  public let column: String
  /// How its fields relate to the value.
  public let relation: Relation
  /// A text or number; of `=` and `!=` also several, separated by commas.
  public let value: String

  /// Creates a condition.
  public init(column: String, _ relation: Relation = .equal, value: String) {
    self.column = column
    self.relation = relation
    self.value = value
  }

  /// Reads `column=value` or with another relation; nil without a relation or a column. The first
  /// relation counts, so that values may contain others.
  public init?(_ text: String) {
    guard let start = text.firstIndex(where: { "<>=!".contains($0) }), start > text.startIndex,
      let relation = Relation.allCases.first(where: { text[start...].hasPrefix($0.rawValue) })
    else { return nil }
    var rest = text[start...].dropFirst(relation.rawValue.count)
    if relation == .equal, rest.hasPrefix("=") { rest = rest.dropFirst() }
    self.init(
      column: Self.trimmed(text[..<start]), relation, value: Self.trimmed(rest))
    if column.isEmpty { return nil }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// `model = base`.
  public var description: String { "\(column) \(relation.rawValue) \(value)" }

  /// The rows among those given that meet the condition, in order.
  ///
  /// - Throws: ``TableError`` for an unknown column, for a comparison with what is no number, and where no
  ///   row meets it.
  public func rows(of table: Table, among rows: [Int]) throws(TableError) -> [Int] {
    let place = try table.column(column)
    let kept: [Int]
    switch relation {
    case .equal, .notEqual: kept = equal(table, place, rows)
    case .atMost, .atLeast, .less, .greater: kept = try compared(table, place, rows)
    }
    guard kept.isEmpty else { return kept }
    throw TableError(
      origin: table.origin,
      place: table.headerPlace,
      message: "No row has \(printable(description))." + known(table, place, rows))
  }

  private func compared(
    _ table: Table, _ place: Int, _ rows: [Int]
  ) throws(TableError) -> [Int] {
    guard let bound = Table.number(value) else {
      throw TableError(
        origin: "--where",
        message:
          "\(printable(description)) compares with \"\(printable(value))\", which is no number. Write one, "
          + "such as 1e9 or 7B; names go with = and !=.")
    }
    let numbers = try table.numbers(place, rows: rows)
    let isMet: (Double) -> Bool =
      switch relation {
      case .atMost: { $0 <= bound }
      case .atLeast: { $0 >= bound }
      case .less: { $0 < bound }
      default: { $0 > bound }
      }
    return zip(rows, numbers).filter { isMet($1) }.map(\.0)
  }

  /// Looks at each distinct value once.
  private func equal(_ table: Table, _ place: Int, _ rows: [Int]) -> [Int] {
    let codes = table.codes(place)
    let texts = codes.firstRows.map { table.text(Int($0), place) }
    let wanted = wanted(texts, isNumeric: table.isNumeric(place))
    let asksNumbers = wanted.contains { $0.number != nil }
    let matches = texts.map { text in
      let number = asksNumbers ? Table.number(text) : nil
      return wanted.contains { $0.matches(text, number) }
    }
    // A number may be written in several ways of which only one stands first.
    return rows.filter { matches[Int(codes.values[$0])] == (relation == .equal) }
  }

  /// A value of a set.
  private struct Wanted {
    let text: String
    /// Nil in a column of names.
    let number: Double?

    func matches(_ other: String, _ value: Double?) -> Bool {
      text == other || (number != nil && value == number)
    }
  }

  private func wanted(_ texts: [String], isNumeric: Bool) -> [Wanted] {
    // A text with commas is itself before it is a set.
    let parts = texts.contains(value) ? [value] : Self.parts(value)
    return parts.map { Wanted(text: $0, number: isNumeric ? Table.number($0) : nil) }
  }

  /// The values of a set that no row of a table has, each with the nearest that there are.
  ///
  /// - Throws: ``TableError`` for an unknown column.
  public func absent(
    in table: Table
  ) throws(TableError) -> [(value: String, nearest: [String])] {
    guard [.equal, .notEqual].contains(relation) else { return [] }
    let place = try table.column(column)
    let texts = table.codes(place).firstRows.map { table.text(Int($0), place) }
    let wanted = wanted(texts, isNumeric: table.isNumeric(place))
    let absent = wanted.filter { one in
      !texts.contains { one.matches($0, one.number == nil ? nil : Table.number($0)) }
    }
    // Where none is there no row is left, which is an error of its own.
    if relation == .equal, absent.count == wanted.count { return [] }
    return absent.map { ($0.text, Self.nearest(to: $0.text, in: texts)) }
  }

  /// Up to four values: numbers by their distance, words by their letters.
  private static func nearest(to value: String, in texts: [String]) -> [String] {
    let numbers = texts.map(Table.number)
    guard let target = Table.number(value), numbers.contains(where: { $0 != nil }) else {
      return NearestWord.nearest(to: value, in: texts, count: 4)
    }
    let known = zip(texts, numbers).compactMap { text, number in
      number.map { (text: text, distance: abs($0 - target)) }
    }
    return known.sorted { $0.distance < $1.distance }.prefix(4).map(\.text)
  }

  private static func parts(_ value: String) -> [String] {
    value.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
  }

  private func known(_ table: Table, _ place: Int, _ rows: [Int]) -> String {
    let codes = table.codes(place)
    var seen: Set<Int32> = []
    let texts = rows.filter { seen.insert(codes.values[$0]).inserted }.map { table.text($0, place) }
    guard let numbers = bounds(texts) else {
      let near = word(in: texts).map { " Did you mean \(printable($0))?" } ?? ""
      let nearest = Self.nearest(to: value, in: texts)
      let list = texts.count <= 8 ? texts : nearest
      return "\(near) \(texts.count <= 8 ? "Known" : "The nearest"): "
        + list.map { printable($0) }.joined(separator: ", ") + "."
    }
    return " They go from \(numbers.low) to \(numbers.high)."
  }

  /// The word that a misspelt one was meant to be; numbers have none.
  private func word(in texts: [String]) -> String? {
    Table.number(value) == nil ? NearestWord.of(value, in: texts) : nil
  }

  /// Of a comparison the least and the greatest number as they are written.
  private func bounds(_ texts: [String]) -> (low: String, high: String)? {
    guard ![.equal, .notEqual].contains(relation) else { return nil }
    let numbers = texts.compactMap { text in Table.number(text).map { (text: text, number: $0) } }
      .sorted { $0.number < $1.number }
    guard let low = numbers.first, let high = numbers.last else { return nil }
    return (printable(low.text), printable(high.text))
  }
}
