import SweepModel

/// Intervals from the shape of the objective itself.
public enum ProfileLikelihood {
  /// The 95 % profile-likelihood interval of a parameter: the values at which it can be held such
  /// that the deviance (see ``Selection``: n·ln(RSS/n) for least squares) of the best fit of the
  /// others rises by no more than 3.841, the 95 % quantile of χ² with one degree of freedom. All
  /// points are taken for independent.
  ///
  /// - Parameters:
  ///   - name: A free parameter of the form.
  ///   - fit: The fit of `points`; it gives form, objective and held parameters.
  ///   - points: The points of the fit.
  /// - Returns: The interval; an end is infinite, or the parameter's bound, where the deviance never
  ///   rises enough. Nil for a held or unknown parameter or a fit of residuals all 0.
  public static func interval(
    of name: String, in fit: Fit, points: [FitPoint]
  ) -> ClosedRange<Double>? {
    guard let profile = Profile(of: name, in: fit, points: points) else { return nil }
    return profile.interval(profile.end(direction: -1), profile.end(direction: 1))
  }

  /// 3.841, the rise of the deviance at the ends of the interval: χ²₁ at 95 %.
  public static let rise95 = 3.841458820694124

  /// The profile deviance of a parameter, over its interval and a third of each half beyond.
  ///
  /// - Parameters:
  ///   - name: A free parameter of the form.
  ///   - fit: The fit of `points`.
  ///   - points: The points of the fit.
  ///   - steps: Values on either side of the optimum, at each of which the others are refitted.
  /// - Returns: The curve, or nil for a held or unknown parameter or a fit of residuals all 0.
  public static func curve(
    of name: String, in fit: Fit, points: [FitPoint], steps: Int = 24
  ) -> ProfileCurve? {
    guard let profile = Profile(of: name, in: fit, points: points) else { return nil }
    let ends = (profile.end(direction: -1), profile.end(direction: 1))
    let reach = profile.reach(ends)
    let optimum = ProfileCurve.Sample(value: fit.parameters[profile.index].value, rise: 0)
    let samples =
      [optimum] + profile.walk(to: reach.below, steps: steps)
      + profile.walk(to: reach.above, steps: steps)
    return ProfileCurve(
      name: name, interval: profile.interval(ends.0, ends.1),
      samples: samples.sorted { $0.value < $1.value })
  }
}

/// How much worse the best fit is with one parameter held at a value.
public struct ProfileCurve: Hashable, Sendable {
  /// The parameter.
  public let name: String
  /// The 95 % interval, as ``ProfileLikelihood/interval(of:in:points:)`` has it.
  public let interval: ClosedRange<Double>
  /// By ascending value, the optimum among them.
  public let samples: [Sample]

  /// A value of the parameter.
  public struct Sample: Hashable, Sendable {
    /// The value.
    public let value: Double
    /// The deviance of the best fit of the others there, less that of the optimum.
    public let rise: Double
  }
}
