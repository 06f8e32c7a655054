import Basics

extension Table {
  /// The numbers of a column at some rows; NaN where one is missing.
  ///
  /// - Throws: ``TableError`` at the first field that is something else.
  public func numbers(_ column: Int, rows: [Int]) throws(TableError) -> [Double] {
    switch columns[column] {
    case .numbers(let numbers): return rows.map { numbers[$0] }
    case .fields(let fields):
      var numbers = [Double](repeating: .nan, count: rows.count)
      for (place, row) in rows.enumerated() {
        switch reading(fields[row]) {
        case .number(let value): numbers[place] = value
        case .missing: continue
        case .text: throw noNumber(row, column)
        }
      }
      return numbers
    }
  }

  /// The numbers of a whole column.
  ///
  /// - Throws: ``TableError`` at the first field that is neither a number nor missing.
  public func numbers(_ column: Int) throws(TableError) -> [Double] {
    if case .numbers(let numbers) = columns[column] { return numbers }
    return try numbers(column, rows: Array(0..<rowCount))
  }

  /// Why a number is missing: `no value of loss`, or `loss is NA`.
  public func missing(_ row: Int, _ column: Int) -> String {
    let name = header[column]
    guard case .fields = columns[column] else { return "\(name) is NaN" }
    let text = text(row, column)
    return text.isEmpty ? "no value of \(name)" : "\(name) is \(printable(text))"
  }

  /// What a field says of a number.
  public enum Reading: Equatable, Sendable {
    /// A number.
    case number(Double)
    /// Nothing, NA, N/A, NaN, null, None or a dash.
    case missing
    /// Something else.
    case text
  }

  /// What a field says, of a column of which others may be no numbers.
  public func reading(_ row: Int, _ column: Int) -> Reading {
    switch columns[column] {
    case .numbers(let numbers): .number(numbers[row])
    case .fields(let fields): reading(fields[row])
    }
  }

  private func reading(_ field: Field) -> Reading {
    NumberText.read(bytes, field.range, hasCommas: hasDecimalCommas)
  }

  /// Why a field that is no number cannot be read, at its place.
  public func noNumber(_ row: Int, _ column: Int) -> TableError {
    let text = text(row, column)
    let bare = TableError.noNumber(
      text, column: header[column], origin: origin, place: place(row, column))
    var message = bare.message
    if case .fields(let fields) = columns[column] {
      if NumberText.read(bytes, fields[row].range, hasCommas: true) != .text {
        message +=
          " Is the comma a decimal mark? Write a point, or separate the columns by semicolons."
      } else if text.contains(","), text.allSatisfy({ $0.isNumber || ",.'".contains($0) }) {
        message += " Write numbers without thousands separators."
      } else if text.hasPrefix("[") {
        message +=
          " It is a list: write a row for each of its values, such as by pandas' "
          + "DataFrame(…).to_json(FILE, orient='records', lines=True)."
      } else {
        message += " Mend it; NA stands for a missing value."
      }
    }
    return TableError(origin: origin, place: bare.place, message: message)
  }

  /// Why a field is no step of a run, at its place.
  public func noStep(_ row: Int, _ column: Int) -> TableError {
    let text = printable(String(text(row, column).prefix(60)))
    return error(
      row, column,
      "Column \(printable(header[column])) has the step \"\(text)\", and a whole number was "
        + "expected.")
  }

  /// True where all fields of a column are numbers or missing: equal numbers are then one value,
  /// however they are written. A column with `007` or with a number beyond all bounds, as hashes such as
  /// `61e9540` are, holds names.
  public func isNumeric(_ column: Int) -> Bool {
    guard case .fields(let fields) = columns[column] else { return true }
    return fields.allSatisfy { field in
      guard !field.range.isEmpty else { return true }
      switch NumberText.read(bytes, field.range, hasCommas: hasDecimalCommas) {
      case .text: return false
      case .missing: return true
      case .number:
        return Decimal(bytes, field.range, hasCommas: hasDecimalCommas)?.hasLeadingZeros != true
      }
    }
  }

  /// A word of the command line as a number of this table; nil for what is none.
  public static func number(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard case .number(let value) = NumberText.read(bytes, bytes.indices) else { return nil }
    return value
  }
}
