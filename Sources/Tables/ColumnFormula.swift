import Glibc

/// A column that is computed from others: `C=6*N*D`, with + − * / ^, parentheses, and log (natural),
/// log10, log2, exp and sqrt. Names of other letters stand in backquotes: `` `tokens seen` ``.
public struct ColumnFormula: Sendable {
  /// The new column.
  public let name: String
  private let text: String
  private let root: Node

  /// A part of the formula.
  indirect enum Node: Sendable {
    case number(Double)
    case column(String, at: Int)
    case negated(Node)
    case pair(UInt8, Node, Node)
    case call(String, Node)
  }

  /// The functions of one number.
  static let functions: [String: @Sendable (Double) -> Double] = [
    "log": { Glibc.log($0) }, "log10": { Glibc.log10($0) }, "log2": { Glibc.log2($0) },
    "exp": { Glibc.exp($0) }, "sqrt": { $0.squareRoot() },
  ]

  /// Reads `NAME=FORMULA`.
  ///
  /// - Throws: ``TableError`` at the character where it stops being one.
  public init(_ text: String) throws(TableError) {
    var parser = FormulaParser(text)
    name = try parser.name()
    root = try parser.formula()
    self.text = text
  }

  /// Adds the column to a table.
  ///
  /// - Throws: ``TableError`` for an unknown column, a field that is no number, or a name that is taken.
  public func add(to table: inout Table) throws(TableError) {
    try table.add(name, values(root, table))
  }

  private func values(_ node: Node, _ table: Table) throws(TableError) -> [Double] {
    switch node {
    case .number(let value): return Array(repeating: value, count: table.rowCount)
    case .column(let name, let at):
      let place: Int
      do throws(TableError) {
        place = try table.column(name)
      } catch {
        throw TableError(
          origin: "--let", place: TableError.Place(line: 1, column: at), message: error.message)
      }
      return try table.numbers(place)
    case .negated(let inner): return try values(inner, table).map { -$0 }
    case .call(let name, let inner):
      let function = Self.functions[name] ?? { $0 }
      return try values(inner, table).map(function)
    case .pair(let sign, let left, let right):
      var result = try values(left, table)
      let other = try values(right, table)
      for row in result.indices { result[row] = Self.apply(sign, result[row], other[row]) }
      return result
    }
  }

  private static func apply(_ sign: UInt8, _ a: Double, _ b: Double) -> Double {
    switch sign {
    case UInt8(ascii: "+"): a + b
    case UInt8(ascii: "-"): a - b
    case UInt8(ascii: "*"): a * b
    case UInt8(ascii: "/"): a / b
    default: pow(a, b)
    }
  }
}
