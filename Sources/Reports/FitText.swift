import Analysis
import Fitting
import Glibc
import SweepModel

/// Fits in words and columns.
enum FitText {
  /// `0.332 [0.310, 0.356]`: the exponent with its 95 % interval.
  static func exponent(_ fit: Fit) -> String {
    [value(fit.exponent), interval(fit.exponent).map { "[\($0)]" }]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// `L = 2.94·x^{−0.332}`, as the canvas raises it.
  static func formula(_ fit: Fit) -> String {
    let sign = fit.exponent.value < 0 ? "" : "−"
    let power = Number.fixed(abs(fit.exponent.value), decimals(fit.exponent))
    let law = "\(Number.significant(fit.parameters[1].value))·x^{\(sign)\(power)}"
    guard let floor = fit.parameter(.floor), !floor.atBoundary else { return "L = \(law)" }
    return "L = \(value(floor)) + \(law)"
  }

  /// `L = E + b·x^{-c}`, as the canvas raises it.
  static func formula(_ form: FitRequest.Form) -> String {
    form == .power ? "L = b·x^{−c}" : "L = E + b·x^{−c}"
  }

  /// The estimate with the digits that its error deserves; a floor at its bound is named so.
  static func value(_ parameter: FittedParameter) -> String {
    if parameter.atBoundary { return "0 (at bound)" }
    if parameter.name == .prefactor { return Number.significant(parameter.value) }
    return Number.fixed(parameter.value, decimals(parameter))
  }

  /// The standard error, two digits.
  static func error(_ parameter: FittedParameter) -> String? {
    parameter.standardError.map { Number.fixed($0, decimals(parameter)) }
  }

  /// `0.310, 0.356`; nil without an interval.
  static func interval(_ parameter: FittedParameter) -> String? {
    parameter.ci95.map { range in
      if parameter.name == .prefactor {
        return "\(Number.significant(range.lowerBound)), \(Number.significant(range.upperBound))"
      }
      let places = decimals(parameter)
      return "\(Number.fixed(range.lowerBound, places)), \(Number.fixed(range.upperBound, places))"
    }
  }

  /// `0.400 = α`; nil without theory.
  static func theory(_ group: FitGroup) -> String? {
    group.theory.map { "\(Number.fixed($0.value, 3)) = \($0.formula)" }
  }

  /// How the intervals were made, in one sentence without its full stop.
  static func method(_ fit: Fit) -> String {
    switch fit.uncertainty {
    case .bootstrap(let resamples, let seed):
      "95 % intervals: case bootstrap over \(fit.clusterCount) clusters, \(resamples) resamples, "
        + "seed \(seed), percentiles expanded ×\(Number.fixed(fit.expansion, 2)) for few clusters"
    case .asymptotic: "95 % intervals: asymptotic, Student's t"
    case .none: "no intervals were asked for"
    }
  }

  private static func decimals(_ parameter: FittedParameter) -> Int {
    Number.decimals(forError: parameter.standardError)
  }
}
