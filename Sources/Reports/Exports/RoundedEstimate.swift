import Analysis
import Fitting

/// An estimate with the digits that its error deserves, in TeX's mathematics.
///
/// The standard error is given to two significant digits and value and interval to its last decimal
/// (JCGM 100:2008, *Guide to the expression of uncertainty in measurement*, 7.2.6); without an error
/// the value has four significant digits. From 10⁵ on and below 10⁻³, by the larger of value and
/// error, all share one power of ten.
struct RoundedEstimate {
  private let value: Double
  private let error: Double?
  private let range: ClosedRange<Double>?
  private let isIdentified: Bool
  /// The last decimal that is shown, as a power of ten.
  private let place: Int
  /// The power of ten that is taken out; 0 for none.
  private let power: Int

  init(
    value: Double, error: Double? = nil, interval: ClosedRange<Double>? = nil,
    isIdentified: Bool = true
  ) {
    let shown = error.flatMap(DecimalNumber.init).flatMap { $0.digits.isEmpty ? nil : $0 }
    let number = DecimalNumber(value)
    self.value = value
    self.error = shown == nil ? nil : error
    self.range = interval
    self.isIdentified = isIdentified
    self.place = shown?.significant(2).place ?? number?.significant(4).place ?? 0
    let place = place
    let leading = [number, shown].compactMap { $0?.rounded(to: place).leadingPlace }.max() ?? 0
    self.power = leading >= 5 || leading < -3 ? leading : 0
  }

  init(_ estimate: Estimate) {
    self.init(
      value: estimate.value, error: estimate.standardError, interval: estimate.ci95,
      isIdentified: estimate.isIdentified)
  }

  /// `0.398 \pm 0.041`, `(4.82 \pm 0.12)\times 10^{8}`.
  var estimate: String {
    guard isIdentified else { return "\\text{not identified}" }
    guard let error else { return scaled(text(value)) }
    let both = "\(text(value)) \\pm \(text(error))"
    return power == 0 ? both : scaled("(\(both))")
  }

  /// `[0.297, 0.507]`, `[4.1, 5.6]\times 10^{8}`; nil without an interval.
  var interval: String? {
    range.map { scaled("[\(text($0.lowerBound)), \(text($0.upperBound))]") }
  }

  private func scaled(_ text: String) -> String {
    power == 0 ? text : "\(text)\\times 10^{\(power)}"
  }

  private func text(_ number: Double) -> String {
    guard let decimal = DecimalNumber(number) else {
      return number.isNaN ? "\\text{--}" : number < 0 ? "-\\infty" : "\\infty"
    }
    return decimal.rounded(to: place).divided(byTenTo: power).text
  }
}
