import Analysis
import Basics
import Fitting
import Glibc
import SweepModel

/// Fits in words and columns.
enum FitText {
  /// `0.332 [0.310, 0.356]`: the exponent with its 95 % interval.
  static func exponent(_ fit: Fit) -> String {
    [value(fit, fit.exponent), interval(fit, fit.exponent)]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// `L = 2.94·x^{−0.332}`, as the canvas raises it; the letters for other forms than power laws.
  static func formula(_ fit: Fit) -> String {
    guard fit.form == .power || fit.form == .offset, fit.isIdentified, let b = fit.parameter("b")
    else {
      return formula(fit.form)
    }
    let sign = fit.exponent.value < 0 ? "" : "−"
    let power = RoundedEstimate(
      value: abs(fit.exponent.value), error: fit.exponent.standardError,
      interval: fit.exponent.ci95, noise: roundingOfExponents, in: .text
    ).value
    let law = "\(Number.significant(b.value))·x^{\(sign)\(power)}"
    guard let floor = fit.parameter("E"), !fit.isFloorAtBound else { return "L = \(law)" }
    return "L = \(value(fit, floor)) + \(law)"
  }

  /// `L = E + b·x^{−c}`, as the canvas raises it.
  static func formula(_ form: FitRequest.Form) -> String {
    switch form {
    case .power: "L = b·x^{−c}"
    case .offset: "L = E + b·x^{−c}"
    case .chinchilla: "L = E + A·N^{−alpha} + B·D^{−beta}"
    case .chinchillaTied: "L = E + A·N^{−alpha} + B·D^{−alpha}"
    default: form.formula
    }
  }

  /// What a parameter is called in a table: `exponent c`, `floor E`, `K`.
  static func title(_ parameter: FormParameter) -> String {
    switch parameter.role {
    case .exponent, .prefactor, .floor: "\(parameter.role.rawValue) \(parameter.name)"
    case .scale, .shape: parameter.name
    }
  }

  /// The estimate with the digits that its error deserves; a floor at its bound is named so, and what
  /// is held.
  static func value(_ fit: Fit, _ estimate: Estimate) -> String {
    guard estimate.isIdentified else { return "not identified" }
    if fit.held[estimate.name] != nil { return "\(Number.plain(estimate.value)) (held)" }
    if fit.isFloorAtBound, role(fit, estimate) == .floor { return "0 (at bound)" }
    if role(fit, estimate) == .prefactor { return prefactor(estimate) }
    return rounded(fit, estimate).value
  }

  /// What an exponent of exactly 0 comes out as, beside rounding: far below what any data determine.
  private static let roundingOfExponents = 1e-13

  /// An estimate of a fit, ready to be shown.
  static func rounded(
    _ fit: Fit, _ estimate: Estimate, in notation: RoundedEstimate.Notation = .text
  ) -> RoundedEstimate {
    let isExponent = role(fit, estimate) == .exponent
    return RoundedEstimate(estimate, noise: isExponent ? roundingOfExponents : 0, in: notation)
  }

  /// A prefactor stands without error or interval, so three digits do; two where its error leaves no
  /// more.
  private static func prefactor(_ estimate: Estimate) -> String {
    guard let error = estimate.standardError, error > 0, error.isFinite,
      let value = DecimalNumber(estimate.value)?.leadingPlace,
      let place = DecimalNumber(error)?.significant(2).place
    else { return Number.significant(estimate.value) }
    return Number.significant(estimate.value, max(2, min(3, value - place + 1)))
  }

  /// The standard error, two digits.
  static func error(_ fit: Fit, _ estimate: Estimate) -> String? {
    rounded(fit, estimate).error
  }

  /// `[0.310, 0.356]`; nil without an interval.
  static func interval(_ fit: Fit, _ estimate: Estimate) -> String? {
    rounded(fit, estimate).interval
  }

  /// `0.400 = α`; nil without theory.
  static func theory(_ group: FitGroup) -> String? {
    group.theory.map { "\(Number.significant($0.value)) = \($0.formula)" }
  }

  /// `profile likelihood: c [0.310, 0.356], b [2.1, 3.3].`; nil where nobody asked for it.
  static func profiles(_ fit: Fit) -> String? {
    let intervals = fit.parameters.compactMap { estimate in
      estimate.profile95.flatMap { interval in
        RoundedEstimate(
          value: estimate.value, error: estimate.standardError, interval: interval, in: .text
        ).interval.map { "\(estimate.name) \($0)" }
      }
    }
    guard !intervals.isEmpty else { return nil }
    return "95 % profile likelihood, points taken for independent: "
      + intervals.joined(separator: ", ") + "."
  }

  /// How the intervals were made, in one sentence without its full stop.
  static func method(_ fit: Fit) -> String {
    guard fit.held.count < fit.form.parameters.count else { return "every parameter is held" }
    return switch fit.intervals {
    case .bootstrap:
      "95 % intervals: case bootstrap over \(counted(fit.clusterCount, "cluster")), "
        + "\(fit.replicates.count) resamples" + seed(fit) + expansion(fit)
    case .scores:
      "95 % intervals: \(fit.replicates.count) draws of what resampling \(counted(fit.clusterCount, "cluster")) comes "
        + "to, linearised" + seed(fit)
    case .profile(let reason):
      "95 % intervals: profiles of the objective with the F statistic of \(fit.clusterCount) clusters, "
        + "because " + words(reason)
    case .asymptotic: "95 % intervals: asymptotic, Student's t"
    case .none: "no intervals were asked for"
    }
  }

  private static func words(_ reason: IntervalMethod.Reason) -> String {
    switch reason {
    case .fewClusters: "resamples of so few clusters would be too alike"
    case .weakDesign: "resamples of these places would not determine every parameter"
    case .nearBound: "resamples of a parameter so near its bound would pile up there"
    }
  }

  private static func seed(_ fit: Fit) -> String {
    guard case .bootstrap(_, let seed) = fit.uncertainty else { return "" }
    return ", seed \(seed)"
  }

  /// Nothing for a factor that shows as 1.00.
  private static func expansion(_ fit: Fit) -> String {
    let factor = Number.fixed(fit.expansion, 2)
    return factor == "1.00" ? "" : ", percentiles expanded ×\(factor) for few clusters"
  }

  private static func role(_ fit: Fit, _ estimate: Estimate) -> FormParameter.Role? {
    fit.form.parameters.first { $0.name == estimate.name }?.role
  }
}
