import Glibc

/// Evenly spaced numbers, bit for bit as NumPy and Python compute them.
enum Spacing {
  /// `numpy.linspace(first, last, count)`: first + i·step with step = (last − first) ∕ (count − 1),
  /// and exactly `last` at the end.
  static func linear(from first: Double, to last: Double, count: Int) -> [Double] {
    guard count > 1 else { return count == 1 ? [first] : [] }
    let intervals = Double(count - 1)
    let span = last - first
    let step = span / intervals
    var values: [Double] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      // NumPy divides first where the step underflows to zero.
      let offset = step == 0 ? Double(index) / intervals * span : Double(index) * step
      values.append(offset + first)
    }
    values[count - 1] = last
    return values
  }

  /// `10 ** numpy.linspace(log10(first), log10(last), count)`; both ends above 0.
  static func decimal(from first: Double, to last: Double, count: Int) -> [Double] {
    linear(from: log10(first), to: log10(last), count: count).map { pow(10, $0) }
  }

  /// `2 ** numpy.linspace(log2(first), log2(last), count)`; both ends above 0.
  static func binary(from first: Double, to last: Double, count: Int) -> [Double] {
    linear(from: log2(first), to: log2(last), count: count).map { pow(2, $0) }
  }

  /// What an exponent stands for in the space of a name, as people write it: `1e-3`, `1000`, `8`.
  static func power(of exponent: Double, _ name: String) -> String {
    let base = name == "logspace" ? 10.0 : 2.0
    guard abs(exponent) < 300 else { return "\(Int(base))^\(exponent)" }
    if base == 10, let whole = Int(exactly: exponent), whole < -4 || whole > 6 {
      return "1e\(whole)"
    }
    let value = pow(base, exponent)
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

/// `range(first, end, step)` as in Python: `end` is left out. Decimals are counted exactly, so
/// that 0.1, 0.2, 0.3 are those numbers and not 0.30000000000000004.
struct DecimalRange {
  /// Why a range has no values.
  enum Problem: Error, Equatable {
    /// The step is zero.
    case zeroStep
    /// The step leads away from the end, or the ends are equal.
    case empty
    /// More than the given number of values.
    case tooMany
    /// The decimals of the three numbers do not fit together in 64 bits.
    case overflow
  }

  /// The values in units of 10^`unit`.
  let values: [Int]
  /// The power of ten.
  let unit: Int

  /// Counts the values out.
  init(first: DecimalText, end: DecimalText, step: DecimalText, limit: Int) throws(Problem) {
    let unit = min(0, first.exponent, end.exponent, step.exponent)
    guard case .value(let low) = first.scaled(to: unit),
      case .value(let high) = end.scaled(to: unit),
      case .value(let stride) = step.scaled(to: unit)
    else { throw .overflow }
    guard stride != 0 else { throw .zeroStep }
    var values: [Int] = []
    var value = low
    while stride > 0 ? value < high : value > high {
      guard values.count < limit else { throw .tooMany }
      values.append(value)
      let (next, overflow) = value.addingReportingOverflow(stride)
      if overflow { break }
      value = next
    }
    guard !values.isEmpty else { throw .empty }
    self.values = values
    self.unit = unit
  }

  /// The values as whole numbers; nil when one has a fraction.
  var whole: [Int]? { unit == 0 ? values : nil }

  /// The nearest reals.
  var reals: [Double] { values.map { Double("\($0)e\(unit)") ?? .nan } }
}
