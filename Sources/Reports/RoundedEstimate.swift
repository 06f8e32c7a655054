import Basics
import Fitting
import SweepModel

/// An estimate with the digits that its error deserves.
///
/// The standard error is given to two significant digits and value and interval to its last decimal
/// (JCGM 100:2008, *Guide to the expression of uncertainty in measurement*, 7.2.6), but no number that
/// is not 0 to fewer than two significant digits, or to more than eight, or eight decimals: what an
/// error dwarfs is not printed as 0, and an exact fit not with the digits of its rounding. Without an
/// error the interval's width stands for one, without both the value has four significant digits. From
/// 10⁵ on and below 10⁻³ a power of ten is taken out, one for all where they have the same last decimal.
///
/// Of a quantity that is above 0 with its whole interval no number is printed as 0. Where its error
/// exceeds it, or the interval spans more than three decades, the decimals of an error say nothing:
/// each number has two significant digits and its own power of ten. Of one that may have either sign, a
/// number is 0 where two of value and ends are a thousand million times as large: it is then what is left
/// of rounding.
struct RoundedEstimate {
  /// Whose signs are used.
  enum Notation {
    /// TeX's mathematics.
    case tex
    /// Letters and raised digits.
    case text
  }

  /// A number in the digits that are shown.
  private struct Shown {
    let number: DecimalNumber?
    let raw: Double

    init(_ raw: Double, to place: Int, noise: Double) {
      self.raw = raw
      guard let all = DecimalNumber(abs(raw) <= noise ? 0 : raw) else {
        number = nil
        return
      }
      guard let leading = all.leadingPlace else {
        number = all.rounded(to: (-5...0).contains(place) ? place : 0)
        return
      }
      let wanted = min(place, all.significant(2).place)
      let once = all.rounded(to: max(wanted, Self.lastPlace(leading)))
      // A carry, as of 9.99 to 10.0, may end in another notation.
      number =
        once.leadingPlace == leading
        ? once : all.rounded(to: max(wanted, Self.lastPlace(once.leadingPlace ?? leading)))
    }

    /// The place of the eighth digit, or of the eighth decimal where there is no power of ten.
    private static func lastPlace(_ leading: Int) -> Int {
      max(leading - 7, RoundedEstimate.isScaled(leading) ? leading - 7 : -8)
    }

    var leading: Int? { number?.leadingPlace }
    var place: Int? { number?.place }
  }

  private let shownValue: Shown
  private let shownError: Shown?
  private let ends: (low: Shown, high: Shown)?
  private let isIdentified: Bool
  /// Value and error end at different places, so zeros down to the units would pass for digits.
  private let hasOwnPower: Bool
  private let endsHaveOwnPowers: Bool
  private let notation: Notation

  /// - Parameter noise: What is 0 to rounding, beside what error and interval say.
  init(
    value: Double, error: Double? = nil, interval: ClosedRange<Double>? = nil,
    isIdentified: Bool = true, noise: Double = 0, in notation: Notation = .tex
  ) {
    let noise = max(noise, Self.rounding(value, interval))
    let width = interval.flatMap { range -> Double? in
      let width = range.upperBound - range.lowerBound
      return width.isFinite ? width : nil
    }
    let shownError = error.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    // Student's t with one degree of freedom is 12.7 errors wide.
    let meant = shownError.flatMap { 1e3 * $0 < (width ?? 0) ? nil : $0 } ?? width.map { $0 / 3.92 }
    let digits = meant.flatMap { $0 > 0 ? DecimalNumber($0) : nil }
    let place = digits?.significant(2).place ?? DecimalNumber(value)?.significant(4).place ?? 0
    let shown = Shown(value, to: place, noise: noise)
    let isWide = Self.isWide(value, shownError, interval)
    hasOwnPower = (shown.place ?? place) < place
    endsHaveOwnPowers = isWide || hasOwnPower
    // The ends have the value's decimals, where it has those of the error; two digits where those say
    // nothing.
    let common = isWide ? Int.max : max(place, shown.place ?? place)
    self.shownValue = shown
    self.shownError = shownError.map { Shown($0, to: place, noise: 0) }
    self.ends = interval.map {
      (
        Shown($0.lowerBound, to: common, noise: noise),
        Shown($0.upperBound, to: common, noise: noise)
      )
    }
    self.isIdentified = isIdentified
    self.notation = notation
  }

  /// What is left of rounding beside an interval on both sides of 0.
  private static func rounding(_ value: Double, _ interval: ClosedRange<Double>?) -> Double {
    guard let interval, interval.lowerBound < 0, interval.upperBound > 0 else { return 0 }
    let sizes = [abs(value), -interval.lowerBound, interval.upperBound].filter(\.isFinite).sorted()
    return sizes.count < 2 ? 0 : 1e-9 * sizes[sizes.count - 2]
  }

  /// True for a quantity above 0 whose numbers share no decimals.
  private static func isWide(
    _ value: Double, _ error: Double?, _ interval: ClosedRange<Double>?
  ) -> Bool {
    guard value > 0, value.isFinite, interval.map({ $0.lowerBound >= 0 }) ?? true else {
      return false
    }
    let ends = interval.map { [$0.lowerBound, $0.upperBound] } ?? []
    let all = ([value] + ends).filter { $0 > 0 && $0.isFinite }
    return (error ?? 0) > value || (all.max() ?? 1) / (all.min() ?? 1) > 1e3
  }

  init(_ estimate: Estimate, noise: Double = 0, in notation: Notation = .tex) {
    self.init(
      value: estimate.value, error: estimate.standardError, interval: estimate.ci95,
      isIdentified: estimate.isIdentified, noise: noise, in: notation)
  }

  /// `0.398 \pm 0.041`, `(4.82 \pm 0.12)\times 10^{8}`.
  var estimate: String {
    guard isIdentified else { return notation == .tex ? "\\text{not identified}" : value }
    guard let error = shownError else { return value }
    return joined(
      shownValue, error, " \(notation == .tex ? "\\pm" : "±") ", ("(", ")"), isPair: true)
  }

  /// The value alone.
  var value: String {
    guard isIdentified else { return "not identified" }
    return text(shownValue, hasOwnPower)
  }

  /// The value with its interval: `0.350 [0.342, 0.357]`.
  var line: String { [value, interval].compactMap(\.self).joined(separator: " ") }

  /// The standard error alone; nil without one.
  var error: String? { shownError.map { text($0, hasOwnPower) } }

  /// `[0.297, 0.507]`, `[4.1, 5.6]\times 10^{8}`; nil without an interval.
  var interval: String? {
    ends.map { joined($0.low, $0.high, ", ", ("[", "]"), isPair: false) }
  }

  private func joined(
    _ first: Shown, _ second: Shown, _ sign: String, _ brackets: (String, String), isPair: Bool
  ) -> String {
    let isOwn = isPair ? hasOwnPower : endsHaveOwnPowers
    guard first.place == second.place else {
      let both = text(first, isOwn) + sign + text(second, isOwn)
      return isPair ? both : brackets.0 + both + brackets.1
    }
    let beside = shownValue.place == first.place ? shownValue.leading : nil
    let power = power(of: [first.leading, second.leading, beside], first.place, isOwn)
    let both = digits(first, power) + sign + digits(second, power)
    return scaled(isPair && power == 0 ? both : brackets.0 + both + brackets.1, power)
  }

  /// The power of ten that is taken out of numbers with these first places and this last one.
  private func power(of leading: [Int?], _ place: Int?, _ isOwn: Bool) -> Int {
    guard let leading = leading.compactMap(\.self).max() else { return 0 }
    return Self.isScaled(leading) || (isOwn && (place ?? 0) > 0) ? leading : 0
  }

  private static func isScaled(_ leading: Int) -> Bool { leading >= 5 || leading < -3 }

  /// A number with a power of its own.
  private func text(_ shown: Shown, _ isOwn: Bool) -> String {
    let power = power(of: [shown.leading], shown.place, isOwn)
    return scaled(digits(shown, power), power)
  }

  private func scaled(_ text: String, _ power: Int) -> String {
    guard power != 0 else { return text }
    return notation == .tex
      ? "\(text)\\times 10^{\(power)}" : "\(text)×10\(Number.superscript(power))"
  }

  private func digits(_ shown: Shown, _ power: Int) -> String {
    guard let number = shown.number else { return Self.open(shown.raw, notation) }
    if number.digits.isEmpty, number.place < power - 5 { return "0" }
    let text = number.divided(byTenTo: power).text
    return notation == .tex || !text.hasPrefix("-") ? text : "−" + text.dropFirst()
  }

  /// What is no number, or the end of an interval that has none.
  private static func open(_ value: Double, _ notation: Notation) -> String {
    switch notation {
    case .tex: value.isNaN ? "\\text{--}" : value < 0 ? "-\\infty" : "\\infty"
    case .text: value.isNaN ? "–" : value < 0 ? "−∞" : "∞"
    }
  }
}
