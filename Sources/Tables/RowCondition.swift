import SweepModel

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
          "\(printable(description)) compares with \"\(printable(value))\", which is no number.")
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
    let isNumeric = table.isNumeric(place)
    let whole = [value]
    // A text with commas is itself before it is a set.
    let wanted = texts.contains(value) ? whole : Self.parts(value)
    let numbers = isNumeric ? wanted.compactMap(Table.number) : []
    let matches = texts.map { text in
      if wanted.contains(text) { return true }
      guard !numbers.isEmpty, let number = Table.number(text) else { return false }
      return numbers.contains(number)
    }
    // A number may be written in several ways of which only one stands first.
    return rows.filter { matches[Int(codes.values[$0])] == (relation == .equal) }
  }

  private static func parts(_ value: String) -> [String] {
    value.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
  }

  private func known(_ table: Table, _ place: Int, _ rows: [Int]) -> String {
    let codes = table.codes(place)
    var seen: Set<Int32> = []
    var texts: [String] = []
    for row in rows where texts.count < 8 && seen.insert(codes.values[row]).inserted {
      texts.append(printable(table.text(row, place)))
    }
    let near = NearestWord.of(value, in: texts).map { " Did you mean \($0)?" } ?? ""
    return "\(near) Known: \(texts.joined(separator: ", "))."
  }
}
