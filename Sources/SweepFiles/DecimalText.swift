/// A decimal number exactly as it was written: no rounding before the reader knows the type.
///
/// Accepts an optional sign, digits with single underscores between them, a fraction and an
/// exponent: `200_000`, `-0.5`, `2e5`. Refuses hexadecimal, `.inf`, and leading zeros (`010` is
/// eight to one YAML reader and ten to another).
struct DecimalText {
  /// True for a number with a minus sign.
  private(set) var isNegative = false
  /// The significant digits, no zero at either end; empty for zero.
  private(set) var digits: [UInt8] = []
  /// The number is ±0.digits… shifted: ±digits × 10^exponent.
  private(set) var exponent = 0
  /// The text without underscores, as `Double.init` reads it.
  private(set) var text = ""

  /// A reading as a 64-bit whole number.
  enum Whole: Equatable {
    /// The number.
    case value(Int)
    /// It has a fractional part.
    case fraction
    /// It does not fit in 64 bits.
    case overflow
  }

  /// Reads a number; nil when the text is not one.
  init?(_ source: String) {
    var bytes = Array(source.utf8)[...]
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    guard let whole = Self.run(of: &bytes) else { return nil }
    var fraction: [UInt8] = []
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      guard let run = Self.run(of: &bytes) else { return nil }
      fraction = run
    }
    guard !(whole.isEmpty && fraction.isEmpty), whole.count < 2 || whole[0] != 0,
      let power = Self.exponent(of: &bytes), bytes.isEmpty
    else { return nil }
    digits = whole + fraction
    exponent = power - fraction.count
    text = Self.plain(isNegative: isNegative, whole: whole, fraction: fraction, power: power)
    normalise()
  }

  /// The number as a 64-bit whole number, exactly.
  var whole: Whole { scaled(to: 0) }

  /// The number in units of 10^`unit`, exactly.
  func scaled(to unit: Int) -> Whole {
    guard !digits.isEmpty else { return .value(0) }
    guard exponent >= unit else { return .fraction }
    guard digits.count + exponent - unit <= 19 else { return .overflow }
    var magnitude = 0
    for digit in digits + [UInt8](repeating: 0, count: exponent - unit) {
      let (product, above) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, beyond) =
        isNegative
        ? product.subtractingReportingOverflow(Int(digit))
        : product.addingReportingOverflow(Int(digit))
      guard !above, !beyond else { return .overflow }
      magnitude = sum
    }
    return .value(magnitude)
  }

  /// The nearest 64-bit real; nil when it is too large or too small for one.
  var real: Double? {
    guard !digits.isEmpty else { return 0 }
    guard let value = Double(text), value.isFinite, value != 0 else { return nil }
    return value
  }

  private mutating func normalise() {
    digits = Array(digits.drop { $0 == 0 })
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  /// Digits with single underscores between them; empty when there are none; nil on a stray `_`.
  private static func run(of bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
    var digits: [UInt8] = []
    var lastWasDigit = false
    while let byte = bytes.first {
      if (48...57).contains(byte) {
        digits.append(byte - 48)
        lastWasDigit = true
      } else if byte == UInt8(ascii: "_"), lastWasDigit {
        lastWasDigit = false
      } else {
        break
      }
      bytes.removeFirst()
    }
    return digits.isEmpty || lastWasDigit ? digits : nil
  }

  /// The power of ten after `e`, clamped far outside what any type holds; nil when malformed.
  private static func exponent(of bytes: inout ArraySlice<UInt8>) -> Int? {
    guard let mark = bytes.first, mark | 0x20 == UInt8(ascii: "e") else { return 0 }
    bytes.removeFirst()
    var isNegative = false
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    guard let digits = run(of: &bytes), !digits.isEmpty else { return nil }
    let magnitude = digits.reduce(0) { min($0 * 10 + Int($1), 1_000_000) }
    return isNegative ? -magnitude : magnitude
  }

  private static func plain(
    isNegative: Bool, whole: [UInt8], fraction: [UInt8], power: Int
  ) -> String {
    func text(_ digits: [UInt8]) -> String {
      String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
    }
    let head = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : text(whole))
    return head + (fraction.isEmpty ? "" : ".\(text(fraction))") + (power == 0 ? "" : "e\(power)")
  }
}
