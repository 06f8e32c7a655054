import Glibc
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
    guard let index = fit.form.parameters.firstIndex(where: { $0.name == name }),
      fit.held[name] == nil, fit.objectiveValue > 0
    else { return nil }
    let profile = Profile(fit: fit, points: points, index: index)
    guard let low = profile.end(direction: -1), let high = profile.end(direction: 1) else {
      return nil
    }
    return min(low, fit.parameters[index].value)...max(high, fit.parameters[index].value)
  }
}

/// The objective's minimum over the other parameters as a function of one.
private struct Profile {
  /// χ²₁ at 95 %.
  private static let rise = 3.841458820694124

  private let fit: Fit
  private let index: Int
  private let parameter: FormParameter
  private let search: Search
  private let problem: Problem
  private let unit: Double
  /// Where the parameter's working variable is the parameter itself.
  private let factor: Double
  private let offset: Double
  private let optimum: Vector

  init(fit: Fit, points: [FitPoint], index: Int) {
    let binding = Binding(points: points, form: fit.form, held: fit.held, isCentred: false)
    let search = Search(form: fit.form, objective: fit.objective)
    let coordinate = binding.model.coordinates[index]
    self.fit = fit
    self.index = index
    self.parameter = fit.form.parameters[index]
    self.search = search
    self.problem = search.problem(binding)
    self.unit = fit.objective == .leastSquares ? binding.scale * binding.scale : 1
    self.factor = coordinate.row[0].factor
    self.offset = coordinate.offset
    self.optimum = binding.model.theta(fit.parameters.map(\.value))
  }

  /// How far the deviance is above its minimum plus 3.841 with θ_index held, and the others' best.
  private func excess(_ value: Double, near theta: Vector) -> (excess: Double, theta: Vector) {
    var minimiser = Minimiser(problem.model)
    minimiser.free[index] = false
    minimiser.lower[index] = value
    minimiser.upper[index] = value
    var start = theta
    start[index] = value
    let solution = search.run(problem, near: start, minimiser: minimiser)
    guard solution.value.isFinite else { return (.infinity, theta) }
    let count = problem.sample.count
    let rise =
      Deviance.value(fit.objective, solution.value * unit, count: count)
      - Deviance.value(fit.objective, fit.objectiveValue, count: count)
    return (rise - Self.rise, solution.theta)
  }

  /// Walks outwards in growing steps until the deviance has risen enough, then bisects.
  func end(direction: Double) -> Double? {
    let bound =
      direction < 0 ? problem.model.lower[index] : problem.model.upper[index]
    var step = max(1e-3 * abs(optimum[index]), 1e-4)
    if let variance = fit.covariance?[index][index], variance > 0 {
      step = 0.5 * variance.squareRoot() / abs(factor)
    }
    var inside = (value: optimum[index], theta: optimum)
    for _ in 0..<60 {
      var next = inside.value + direction * step
      let isBound = direction * (next - bound) >= 0
      if isBound { next = bound }
      let there = excess(next, near: inside.theta)
      if there.excess > 0 { return natural(root(inside, outside: next)) }
      if isBound { return natural(bound) }
      inside = (next, there.theta)
      step *= 1.5
    }
    return direction * .infinity
  }

  private func root(_ inside: (value: Double, theta: Vector), outside: Double) -> Double {
    var (low, high, theta) = (inside.value, outside, inside.theta)
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      guard abs(high - low) > 1e-10 * max(1e-3, abs(middle)) else { break }
      let there = excess(middle, near: theta)
      if there.excess > 0 {
        high = middle
      } else {
        low = middle
        theta = there.theta
      }
    }
    return 0.5 * (low + high)
  }

  private func natural(_ theta: Double) -> Double {
    parameter.value(linear: offset + factor * theta)
  }
}
