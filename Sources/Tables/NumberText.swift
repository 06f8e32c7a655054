/// Numbers as people write them: `1e9`, `+3`, `−2` (U+2212), `1.3B`, `70M`, `12k`; with decimal
/// commas where a table has them; and the words for a number that is missing.
enum NumberText {
  /// Reads bytes without blanks around them.
  static func read(
    _ bytes: [UInt8], _ range: Range<Int>, hasCommas: Bool = false
  ) -> Table.Reading {
    if range.isEmpty { return .missing }
    if let value = decimal(bytes, range, hasCommas: hasCommas) {
      return value.isFinite ? .number(value) : .text
    }
    return word(bytes, range, hasCommas: hasCommas)
  }

  /// The powers of ten that are exact.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// A plain decimal number or one with a size's letter; nil for anything else.
  ///
  /// A mantissa below 2^53 times or over an exact power of ten is rounded once, as IEEE 754 has it
  /// (Clinger 1990); others go through the standard library, which rounds correctly too.
  private static func decimal(_ bytes: [UInt8], _ range: Range<Int>, hasCommas: Bool) -> Double? {
    guard let parts = Decimal(bytes, range, hasCommas: hasCommas) else { return nil }
    if parts.isExact, abs(parts.exponent) <= 22 {
      let mantissa = Double(parts.mantissa)
      let power = powers[abs(parts.exponent)]
      let value = parts.exponent < 0 ? mantissa / power : mantissa * power
      return parts.isNegative ? -value : value
    }
    var text = String(
      decoding: bytes[parts.digits].map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 },
      as: UTF8.self)
    text += "e\(parts.written)"
    guard let value = Double(text) else { return nil }
    // Numbers that only overflow or vanish are names, such as hashes with one e among the digits.
    if value == 0, parts.mantissa != 0 { return .infinity }
    return parts.isNegative ? -value : value
  }

  private static let missing: Set<String> = [
    "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "-", "--", "\u{2013}", "\u{2014}",
    "\u{2212}",
    "+nan", "-nan",
  ]
  private static let infinite: [String: Double] = [
    "inf": .infinity, "+inf": .infinity, "infinity": .infinity, "+infinity": .infinity,
    "-inf": -.infinity, "-infinity": -.infinity,
  ]

  private static func word(
    _ bytes: [UInt8], _ range: Range<Int>, hasCommas: Bool
  ) -> Table.Reading {
    guard range.count <= 16 else { return .text }
    let text = String(decoding: bytes[range], as: UTF8.self).lowercased()
    if missing.contains(text) { return .missing }
    if let value = infinite[text] { return .number(value) }
    return .text
  }
}

/// A number's parts as written.
struct Decimal {
  var isNegative = false
  var mantissa: UInt64 = 0
  /// The power of ten of the mantissa's last digit.
  var exponent = 0
  /// True where the mantissa holds all digits and is below 2^53.
  var isExact = true
  /// The digits with their mark.
  var digits = 0..<0
  /// The power of ten behind the digits, with the size's.
  var written = 0
  /// True for `007`, which is a name in a column of names.
  var hasLeadingZeros = false
  /// True for `70M`.
  var hasSize = false

  /// Nil for what is no plain decimal number.
  init?(_ bytes: [UInt8], _ range: Range<Int>, hasCommas: Bool) {
    guard !range.isEmpty else { return nil }
    var at = range.lowerBound
    let end = range.upperBound
    if bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      isNegative = bytes[at] == UInt8(ascii: "-")
      at += 1
    } else if end - at > 3, bytes[at] == 0xE2, bytes[at + 1] == 0x88, bytes[at + 2] == 0x92 {
      isNegative = true
      at += 3
    }
    guard readDigits(bytes, &at, end, hasCommas) else { return nil }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      guard readExponent(bytes, &at, end) else { return nil }
    } else if end - at == 1, let size = Self.size(bytes[at]) {
      written = size
      hasSize = true
      at += 1
    }
    guard at == end else { return nil }
    exponent += written
  }

  private mutating func readDigits(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int, _ hasCommas: Bool
  ) -> Bool {
    let start = at
    var (count, places, hasMark) = (0, 0, false)
    while at < end {
      let byte = bytes[at]
      if byte &- UInt8(ascii: "0") < 10 {
        count += 1
        if hasMark { places += 1 }
        if mantissa < 1 << 53 {
          mantissa = 10 * mantissa + UInt64(byte &- UInt8(ascii: "0"))
        } else {
          isExact = false
        }
      } else if !hasMark, byte == UInt8(ascii: ".") || (hasCommas && byte == UInt8(ascii: ",")) {
        hasMark = true
      } else {
        break
      }
      at += 1
    }
    digits = start..<at
    exponent = -places
    isExact = isExact && mantissa < 1 << 53
    let isLong = at - start > 1 && bytes[start] == UInt8(ascii: "0")
    hasLeadingZeros = isLong && bytes[start + 1] &- UInt8(ascii: "0") < 10
    return count > 0
  }

  private mutating func readExponent(_ bytes: [UInt8], _ at: inout Int, _ end: Int) -> Bool {
    at += 1
    var isBelow = false
    if at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      isBelow = bytes[at] == UInt8(ascii: "-")
      at += 1
    } else if end - at > 3, bytes[at] == 0xE2, bytes[at + 1] == 0x88, bytes[at + 2] == 0x92 {
      isBelow = true
      at += 3
    }
    let start = at
    while at < end, bytes[at] &- UInt8(ascii: "0") < 10 {
      written = min(100_000, 10 * written + Int(bytes[at] &- UInt8(ascii: "0")))
      at += 1
    }
    if isBelow { written = -written }
    return at > start
  }

  /// The power of ten of `k`, `M`, `B` or `G`, `T`.
  private static func size(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "k"), UInt8(ascii: "K"): 3
    case UInt8(ascii: "m"), UInt8(ascii: "M"): 6
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "g"), UInt8(ascii: "G"): 9
    case UInt8(ascii: "t"), UInt8(ascii: "T"): 12
    default: nil
    }
  }
}
