import Basics
import Glibc
import SweepModel

/// Numbers as people read them, the same in every locale.
enum Number {
  /// `decimals` digits after the point, halves away from zero: `fixed(0.3325, 3)` is `0.333`.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard let number = DecimalNumber(value) else { return unbounded(value) }
    return typeset(number.rounded(to: -decimals))
  }

  /// All digits, with the minus of mathematics.
  private static func typeset(_ number: DecimalNumber) -> String {
    let text = number.text
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// The end of an interval that has none.
  private static func unbounded(_ value: Double) -> String {
    value.isNaN ? "–" : value < 0 ? "−∞" : "∞"
  }

  /// `digits` significant digits; powers of ten below 10⁻³ and from 10⁵ on: `2.9×10⁷`.
  static func significant(_ value: Double, _ digits: Int = 3) -> String {
    guard let number = DecimalNumber(value)?.significant(digits), let power = number.leadingPlace
    else { return value == 0 ? "0" : unbounded(value) }
    if power >= -3 && power < 5 {
      return typeset(number.rounded(to: min(0, number.place)))
    }
    return "\(typeset(number.divided(byTenTo: power)))×10\(superscript(power))"
  }

  /// A value as it was written: no decimals that say nothing, four significant digits at most.
  static func plain(_ value: Double) -> String {
    guard let whole = Int(exactly: value), whole.magnitude < 100_000 else {
      let parts = significant(value, 4).split(separator: "×", maxSplits: 1)
      guard let first = parts.first, first.contains(".") else {
        return parts.joined(separator: "×")
      }
      var digits = first
      while digits.last == "0" { digits.removeLast() }
      if digits.last == "." { digits.removeLast() }
      return ([digits] + parts.dropFirst()).joined(separator: "×")
    }
    return whole < 0 ? "−\(-whole)" : "\(whole)"
  }

  /// A whole number in raised digits: `⁻³`.
  static func superscript(_ value: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(
      "\(value)".map { digit in
        digit.wholeNumberValue.map { raised[$0] } ?? "⁻"
      })
  }

  /// A tick on a log axis: in digits, or a multiple of a power of ten.
  static func tick(_ value: Double, isPlain: Bool) -> String {
    let power = Int((log10(abs(value)) + 1e-9).rounded(.down))
    let mantissa = Int((value / pow(10, Double(power))).rounded())
    if isPlain { return fixed(value, max(0, -power)) }
    return mantissa == 1 ? "10\(superscript(power))" : "\(mantissa)×10\(superscript(power))"
  }

  /// A coordinate in an SVG: two decimals, an ASCII minus, never beyond a million pixels.
  static func pixel(_ value: Double) -> String {
    guard !value.isNaN else { return "0" }
    let rounded = (min(1e6, max(-1e6, value)) * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
