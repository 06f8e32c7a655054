import SweepModel

/// The objective's minimum over the other parameters as a function of one.
struct Profile {
  let index: Int
  private let fit: Fit
  private let parameter: FormParameter
  private let search: Search
  private let problem: Problem
  private let unit: Double
  /// Where the parameter's working variable is the parameter itself.
  private let factor: Double
  private let offset: Double
  private let optimum: Vector

  /// Nil for a held or unknown parameter or a fit of residuals all 0.
  init?(of name: String, in fit: Fit, points: [FitPoint]) {
    guard let index = fit.form.parameters.firstIndex(where: { $0.name == name }),
      fit.held[name] == nil, fit.objectiveValue > 0
    else { return nil }
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

  /// How far the deviance is above its minimum with θ_index held, and the others' best.
  private func rise(_ value: Double, near theta: Vector) -> (rise: Double, theta: Vector) {
    var minimiser = Minimiser(problem.model)
    minimiser.free[index] = false
    minimiser.lower[index] = value
    minimiser.upper[index] = value
    var start = theta
    start[index] = value
    let solution = search.run(problem, near: start, minimiser: minimiser)
    guard solution.value.isFinite else { return (.infinity, theta) }
    let count = fit.pointCount - fit.boundCount
    let rise =
      Deviance.value(fit.objective, solution.value * unit, count: count)
      - Deviance.value(fit.objective, fit.objectiveValue, count: count)
    return (rise, solution.theta)
  }

  /// θ_index where the deviance has risen enough: walks outwards in growing steps, then bisects.
  /// The bound, or infinite, where it never does.
  func end(direction: Double) -> Double {
    let bound = direction < 0 ? problem.model.lower[index] : problem.model.upper[index]
    var step = firstStep
    var inside = (value: optimum[index], theta: optimum)
    for _ in 0..<60 {
      var next = inside.value + direction * step
      let isBound = direction * (next - bound) >= 0
      if isBound { next = bound }
      let there = rise(next, near: inside.theta)
      if there.rise > ProfileLikelihood.rise95 { return root(inside, outside: next) }
      if isBound { return bound }
      inside = (next, there.theta)
      step *= 1.5
    }
    return direction * .infinity
  }

  /// Half a standard error.
  private var firstStep: Double {
    guard let variance = fit.covariance?[index][index], variance > 0 else {
      return max(1e-3 * abs(optimum[index]), 1e-4)
    }
    return 0.5 * variance.squareRoot() / abs(factor)
  }

  private func root(_ inside: (value: Double, theta: Vector), outside: Double) -> Double {
    var (low, high, theta) = (inside.value, outside, inside.theta)
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      guard abs(high - low) > 1e-10 * max(1e-3, abs(middle)) else { break }
      let there = rise(middle, near: theta)
      if there.rise > ProfileLikelihood.rise95 {
        high = middle
      } else {
        low = middle
        theta = there.theta
      }
    }
    return 0.5 * (low + high)
  }

  /// The interval between two ends, the estimate within.
  func interval(_ first: Double, _ second: Double) -> ClosedRange<Double> {
    let ends = [natural(first), natural(second), fit.parameters[index].value]
    return ends.reduce(.infinity, min)...ends.reduce(-.infinity, max)
  }

  /// How far a curve goes on either side of θ_index: a third beyond the ends of the interval, as
  /// far as on the other side where there is none, within the bounds.
  func reach(_ ends: (Double, Double)) -> (below: Double, above: Double) {
    let middle = optimum[index]
    let known = [middle - ends.0, ends.1 - middle].filter(\.isFinite).max() ?? 8 * firstStep
    func half(_ end: Double) -> Double { 4 / 3 * (end.isFinite ? abs(end - middle) : known) }
    return (
      max(problem.model.lower[index], middle - half(ends.0)),
      min(problem.model.upper[index], middle + half(ends.1))
    )
  }

  /// The curve from the optimum to a place in even steps, each warm-started from the last one; then
  /// back, since a valley that begins further out may reach in below what was found.
  func walk(to end: Double, steps: Int) -> [ProfileCurve.Sample] {
    guard end != optimum[index], steps > 0 else { return [] }
    let places = (1...steps).map { step in
      optimum[index] + (end - optimum[index]) * Double(step) / Double(steps)
    }
    var found: [(rise: Double, theta: Vector)] = []
    for place in places { found.append(rise(place, near: found.last?.theta ?? optimum)) }
    for step in places.indices.dropLast().reversed() {
      let there = rise(places[step], near: found[step + 1].theta)
      if there.rise < found[step].rise { found[step] = there }
    }
    return zip(places, found).map { ProfileCurve.Sample(value: natural($0), rise: $1.rise) }
  }

  private func natural(_ theta: Double) -> Double {
    parameter.value(linear: offset + factor * theta)
  }
}
