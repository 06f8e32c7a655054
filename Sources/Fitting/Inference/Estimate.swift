import Glibc

/// A number that a fit determines, with how sure it is: a parameter or something derived.
public struct Estimate: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The point estimate.
  public let value: Double
  /// The standard deviation of the bootstrap's estimates, or the asymptotic standard error (see
  /// ``Fit/uncertainty``); nil when there is none.
  public let standardError: Double?
  /// The 95 % confidence interval; nil when there is none.
  public let ci95: ClosedRange<Double>?
  /// The 95 % profile-likelihood interval (see ``ProfileLikelihood``); nil where it was not asked
  /// for.
  public var profile95: ClosedRange<Double>?
  /// The standard error of each end of the interval that comes from the finite number of
  /// resamples; nil without a bootstrap.
  public let monteCarloError: Ends?
  /// False where the data do not determine it: ``value`` is one of many that fit equally well, or as
  /// well as the noise allows however far out they are, and ``ci95`` is the set of all that the data
  /// allow, possibly without an end.
  public let isIdentified: Bool

  /// A number for each end of an interval.
  public struct Ends: Hashable, Sendable {
    /// Of the lower end.
    public let lower: Double
    /// Of the upper end.
    public let upper: Double
  }

  /// Creates an estimate.
  public init(
    name: String, value: Double, standardError: Double? = nil, ci95: ClosedRange<Double>? = nil,
    monteCarloError: Ends? = nil, isIdentified: Bool = true
  ) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.ci95 = ci95
    self.monteCarloError = monteCarloError
    self.isIdentified = isIdentified
  }
}

/// A number as a function of a form's parameters.
struct Functional {
  let name: String
  /// True when its errors are even in its logarithm.
  let isLogarithmic: Bool
  /// The values that it can have.
  var bounds = -Double.infinity...Double.infinity
  /// The number, from the parameters' values.
  let value: ([Double]) -> Double

  /// The scale on which errors are even.
  func linear(_ values: [Double]) -> Double {
    isLogarithmic ? log(value(values)) : value(values)
  }

  /// Back from that scale.
  func natural(_ linear: Double) -> Double {
    let value = isLogarithmic ? exp(linear) : linear
    return min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}
