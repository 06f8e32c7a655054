import Glibc
import SweepModel

/// The objective's minimum over the other parameters as a function of one.
struct Profile {
  let index: Int
  let fit: Fit
  let parameter: FormParameter
  private let search: Search
  let problem: Problem
  private let unit: Double
  /// Where the parameter's working variable is the parameter itself.
  let factor: Double
  private let offset: Double
  let optimum: Vector
  let region: ConfidenceRegion?
  private let isFlat: Bool
  /// The largest |ln x|: an exponent of 500 over it makes terms that doubles hardly hold.
  private let widest: Double

  /// Nil for a held or unknown parameter or, without a region, a fit of residuals all 0.
  ///
  /// - Parameters:
  ///   - region: What the data allow; nil for a rise of the deviance by 3.841.
  ///   - isFlat: True where no standard error says how far the first step goes.
  init?(
    of name: String, in fit: Fit, points: [FitPoint], region: ConfidenceRegion? = nil,
    isFlat: Bool = false
  ) {
    guard let index = fit.form.parameters.firstIndex(where: { $0.name == name }),
      fit.held[name] == nil, fit.objectiveValue > 0 || region != nil
    else { return nil }
    self.region = region
    self.isFlat = isFlat
    let binding = Binding(points: points, form: fit.form, held: fit.held, isCentred: false)
    let search = Search(form: fit.form, objective: fit.objective)
    let coordinate = binding.model.coordinates[index]
    self.widest = points.reduce(0) { most, point in
      point.inputs.reduce(most) { max($0, abs(log($1))) }
    }
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

  /// How far the deviance is above its minimum with θ_index held, and the others' best: descends
  /// from where the tangent of the valley at `theta` leads.
  private func rise(_ value: Double, near theta: Vector) -> (rise: Double, theta: Vector) {
    descend(to: value, from: tangent(at: theta, to: value))
  }

  /// The same; where that is not allowed from `theta` too, lest a valley be lost, and no further
  /// down than is needed to be allowed, but on the bottom of a flat valley: curves that fit as well
  /// as the best one say what else is not determined.
  private func roughRise(_ value: Double, near theta: Vector) -> (rise: Double, theta: Vector) {
    let target = isFlat ? nil : region?.edge
    let along = descend(to: value, from: tangent(at: theta, to: value), target: target)
    guard along.rise > ProfileLikelihood.rise95 else { return along }
    let beside = descend(to: value, from: theta, target: target)
    return beside.rise < along.rise ? beside : along
  }

  func descend(
    to value: Double, from theta: Vector, target: Double? = nil, isWide: Bool = false
  ) -> (rise: Double, theta: Vector) {
    var minimiser = Minimiser(problem.model)
    if isWide { widen(&minimiser) }
    minimiser.free[index] = false
    minimiser.lower[index] = value
    minimiser.upper[index] = value
    if region != nil, !isWide { minimiser.iterations = fit.form.isSlow ? 15 : 40 }
    if let target { minimiser.target = target / unit }
    var start = theta
    start[index] = value
    let solution = search.run(problem, near: start, minimiser: minimiser)
    guard solution.value.isFinite else { return (.infinity, theta) }
    if let region {
      return (
        region.distance(solution.value * unit) * ProfileLikelihood.rise95, solution.theta
      )
    }
    let count = fit.pointCount - fit.boundCount
    let rise =
      Deviance.value(fit.objective, solution.value * unit, count: count)
      - Deviance.value(fit.objective, fit.objectiveValue, count: count)
    return (rise, solution.theta)
  }

  /// θ with θ_index at a value and the others moved such that the predictions change least: along a
  /// flat valley a plain copy would start high on its wall.
  func tangent(at theta: Vector, to value: Double) -> Vector {
    let p = problem.model.parameterCount
    let gram = problem.gram(theta)
    var free = problem.model.free
    free[index] = false
    var (metric, column) = (Vector(), Vector())
    for row in 0..<p {
      metric[row] = gram[row, row]
      column[row] = gram[row, index]
      if gram[row, row] == 0 { free[row] = false }
    }
    guard
      let factor = Cholesky(gram, parameters: p, free: free, damping: 1e-12, metric: metric)
    else { return theta }
    let slope = factor.solve(column)
    var next = theta
    for row in 0..<p where free[row] { next[row] -= slope[row] * (value - theta[index]) }
    next[index] = value
    return next
  }

  /// θ_index where the deviance has risen enough: walks outwards in growing steps, then bisects.
  /// The bound, or infinite, where it never does.
  func end(direction: Double) -> Double {
    var visited = AllowedCurves(curves: [])
    return end(direction: direction, visiting: &visited)
  }

  /// The same; adds the parameters' values at every place on the way that the data allow.
  ///
  /// - Parameter start: Where to begin, which the data must allow; nil for the optimum.
  func end(
    direction: Double, from start: [Double]? = nil, visiting visited: inout AllowedCurves
  ) -> Double {
    let theta = start.map(problem.model.theta) ?? optimum
    var path: [(place: Double, values: [Double])] = []
    let end = walk(direction, from: theta, &path)
    visited.curves += path.map(\.values)
    guard end.isInfinite, let last = path.last else { return end }
    if path.count < 3 {
      // Too long a step to see where it leads.
      path = (1...2).map { share in
        let place = theta[index] + Double(share) / 3 * (last.place - theta[index])
        return (place, problem.model.values(roughRise(place, near: theta).theta))
      }
      path.append(last)
    }
    if let open = OpenEnd(path.filter { isHeld($0.values) }) { visited.openEnds.append(open) }
    return end
  }

  /// False where doubles do not hold a prefactor.
  private func isHeld(_ values: [Double]) -> Bool {
    zip(fit.form.parameters, values).allSatisfy { $0.role != .prefactor || $0.linear($1).isFinite }
  }

  private func walk(
    _ direction: Double, from theta: Vector, _ path: inout [(place: Double, values: [Double])]
  ) -> Double {
    let bound = direction < 0 ? problem.model.lower[index] : problem.model.upper[index]
    var step = max(firstStep, 0.1 * abs(theta[index] - optimum[index]))
    var inside = (value: theta[index], theta: theta)
    for _ in 0..<stepLimit {
      var next = inside.value + direction * step
      let isBound = direction * (next - bound) >= 0
      if isBound { next = bound }
      let there = roughRise(next, near: inside.theta)
      if there.rise > ProfileLikelihood.rise95 {
        let edge = root(inside, outside: next)
        path.append((edge.value, problem.model.values(edge.theta)))
        let isOpen = isAtSearchBound(edge.value, direction) || isBoxed(edge, direction)
        return isOpen ? direction * .infinity : edge.value
      }
      path.append((next, problem.model.values(there.theta)))
      if isBound { return isOfSearch(index, direction) ? direction * .infinity : bound }
      if parameter.role == .exponent, abs(next) * widest > 500 { break }
      inside = (next, there.theta)
      step *= region == nil ? 1.5 : 2
    }
    return direction * .infinity
  }

  /// An end, or one further out where curves that the data allow lie beyond it: the valley that
  /// leads there begins elsewhere.
  func extended(
    _ end: Double, direction: Double, visiting visited: inout AllowedCurves
  ) -> Double {
    var end = end
    for _ in 0..<2 where end.isFinite {
      let beyond = visited.curves.map { ($0, problem.model.theta($0)[index]) }.filter {
        $1.isFinite && $0.allSatisfy(\.isFinite)
      }
      guard let furthest = beyond.max(by: { direction * $0.1 < direction * $1.1 }),
        direction * (furthest.1 - end) > 1e-2 * abs(end - optimum[index]) + 1e-9
      else { break }
      let further = self.end(direction: direction, from: furthest.0, visiting: &visited)
      end = direction * max(direction * further, direction * furthest.1)
    }
    return end
  }

  /// Steps after which an interval has no end: 10¹⁰ standard errors, 10⁵ with a region.
  private var stepLimit: Int { region == nil ? 60 : 18 }

  /// Half a standard error, which is 0 for exact data.
  private var firstStep: Double {
    guard !isFlat, let variance = fit.covariance?[index][index], variance > 0 else {
      return max(1e-3 * abs(optimum[index]), 1e-4, boundStep)
    }
    let least = region == nil ? 0 : 1e-9 * max(1, abs(optimum[index]))
    return max(0.5 * variance.squareRoot() / abs(factor), least)
  }

  /// At a bound, where no standard error is known: as far as is allowed with the others fixed.
  private var boundStep: Double {
    let curvature = problem.gram(optimum)[index, index]
    guard !isFlat, let region, curvature > 0 else { return 0 }
    return 0.5 * (2 * region.room / unit / curvature).squareRoot()
  }

  /// The end of the interval between a place inside and one outside, by the secant of the root of
  /// the rise, which is nearly linear, kept between the two (the Illinois rule).
  private func root(
    _ inside: (value: Double, theta: Vector), outside: Double
  ) -> (value: Double, theta: Vector) {
    func height(_ rise: Double) -> Double {
      (max(0, rise) / ProfileLikelihood.rise95).squareRoot() - 1
    }
    var (low, high, theta) = (inside.value, outside, inside.theta)
    var (below, above) = (-1.0, height(rise(outside, near: theta).rise))
    if low != optimum[index] { below = min(-1e-3, height(rise(low, near: theta).rise)) }
    let precision = region == nil ? 1e-10 : 1e-5
    for step in 0..<60 {
      guard abs(high - low) > precision * max(1e-3, abs(low), abs(high)) else { break }
      let share = -below / (above - below)
      // Halves where the secant says nothing, and every fourth time.
      let isUsable = share > 0.01 && share < 0.99 && step % 4 != 3
      let place = low + (isUsable ? share : 0.5) * (high - low)
      let there = rise(place, near: theta)
      let level = height(there.rise)
      if region != nil, abs(level) < 3e-4 { return (place, there.theta) }
      if level > 0 {
        (high, above, below) = (place, level, below / 2)
      } else {
        (low, below, above, theta) = (place, min(level, -1e-12), above / 2, there.theta)
      }
    }
    return (0.5 * (low + high), theta)
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
