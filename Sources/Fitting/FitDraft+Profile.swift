import Glibc
import SweepModel

// Intervals from the shape of the objective, where resampled points would not say how sure the fit
// is.

extension FitDraft {
  /// Clusters beyond the parameters up to which profiles cover better than resampling (measured:
  /// `quanta-lab bench coverage --set hard`); of clusters of very different sizes resampling does earlier.
  private static let fewClusters = 12
  private static let fewUnequalClusters = 6
  /// A design whose Jacobian is conditioned worse is weak.
  private static let weakCondition = 3e-2
  /// Standard errors from 0 within which a floor is near it.
  private static let nearErrors = 2.5

  /// What covers: resampling where there are clusters enough and every one tells of all parameters;
  /// else profiles, which need clusters of one place each.
  var chosenMethod: IntervalMethod {
    let isFlat = isOpen.contains(true)
    switch uncertainty {
    case .none: return .none
    case .asymptotic: return isFlat ? .profile(.weakDesign) : .asymptotic
    case .bootstrap:
      if isFlat { return .profile(.weakDesign) }
      let spare = clusterCount - problem.model.free.count
      guard layout.areSingle, spare > 0 else { return .bootstrap }
      let few = layout.areEqual ? Self.fewClusters : Self.fewUnequalClusters
      if spare < few { return .profile(.fewClusters) }
      // Draws of so many clusters stop at bounds, and profiles would refit them for minutes.
      if clusterCount > ScoreDraws.clusterLimit { return .bootstrap }
      if identification.condition < Self.weakCondition { return .profile(.weakDesign) }
      if isExponentUnclear { return .profile(.weakDesign) }
      return isNearBound ? .profile(.nearBound) : .bootstrap
    }
  }

  private func error(_ index: Int) -> Double {
    asymptotic?.covariance[index][index].squareRoot() ?? 0
  }

  /// True for an exponent that the noise hardly tells from 0: its term is hardly seen.
  private var isExponentUnclear: Bool {
    form.parameters.indices.contains { index in
      form.parameters[index].role == .exponent && !form.parameters[index].isLogarithmic
        && problem.model.free[index] && abs(values[index]) < Self.nearErrors * error(index)
    }
  }

  /// True where resamples would press a parameter against its bound, such as a floor against 0, again
  /// and again.
  private var isNearBound: Bool {
    form.parameters.indices.contains { index in
      guard problem.model.free[index] else { return false }
      if outcome.best.atBound[index] { return true }
      let isBounded = form.parameters[index].role == .floor || form.parameters[index].name == "x0"
      return isBounded && values[index] < Self.nearErrors * error(index)
    }
  }

  /// Replaces the intervals by what the data allow.
  mutating func profile(_ functionals: [Functional], _ further: [Functional]) {
    guard
      let region = ConfidenceRegion(
        points: points, objective: objective, free: determinedCount,
        minimum: objectiveValue)
    else { return }
    let fit = finished()
    var visited = AllowedCurves(curves: [values] + elsewhere)
    let stretches =
      !identification.directions.isEmpty
      ? parameters.map { _ in 1.0 }
      : UnevenNoise(problem, outcome.best, keys: points.map(\.clusterKey)).ratios
    let profiles = parameters.indices.map { index in
      Profile(
        of: parameters[index].name, in: fit, points: points,
        region: region.stretched(by: stretches[index]),
        isFlat: identification.isFlat[index] || isLevel[index])
    }
    var ends = profiles.map { profile in
      [-1.0, 1].map { profile?.end(direction: $0, visiting: &visited) ?? 0 }
    }
    for (index, profile) in profiles.enumerated() {
      for (side, direction) in [-1.0, 1].enumerated() {
        guard let profile else { continue }
        ends[index][side] = profile.extended(
          ends[index][side], direction: direction, visiting: &visited)
      }
    }
    let errors = scaled(region)
    // What can be exchanged is allowed to be either.
    let single = visited.curves.count
    if let exchange { visited.add(exchange) }
    let images = visited.curves.dropFirst(single)
    parameters = parameters.enumerated().map { index, plain in
      guard let profile = profiles[index] else { return plain }
      let own = images.reduce(profile.interval(ends[index][0], ends[index][1])) {
        min($0.lowerBound, $1[index])...max($0.upperBound, $1[index])
      }
      let interval = extended(own, index, visited.openEnds)
      let isIdentified = !isOpen[index] && form.parameters[index].isBounded(interval)
      return Estimate(
        name: plain.name, value: plain.value,
        standardError: isIdentified
          ? errors?.estimate(functionals[index], values).standardError : nil,
        ci95: interval, isIdentified: isIdentified)
    }
    followExponents()
    allowed = visited
    derived = further.compactMap { derivedEstimate($0, errors) }
    warnEndless()
  }

  /// Linearised errors of the variance that the region takes, as an interval beside them has it.
  private func scaled(_ region: ConfidenceRegion) -> Asymptotic? {
    asymptotic?.scaled(by: region.variance, degrees: max(1, clusterCount - determinedCount))
  }

  /// A term of any exponent, however large, may have any prefactor up to infinity, and one of any
  /// exponent below 0 any down to 0: at the points, all above 1, it vanishes.
  private mutating func followExponents() {
    let terms: [(prefactor: String, exponent: String, input: Int)] =
      switch form {
      case .power, .offset, .shifted: [("b", "c", 0)]
      case .chinchilla, .repeated: [("A", "alpha", 0), ("B", "beta", 1)]
      case .chinchillaTied: [("A", "alpha", 0), ("B", "alpha", 1)]
      default: []
      }
    func place(_ name: String) -> Int? { form.parameters.firstIndex { $0.name == name } }
    for term in terms where points.allSatisfy({ $0.input(term.input) > 1 }) {
      guard let exponent = place(term.exponent).flatMap({ parameters[$0].ci95 }),
        let index = place(term.prefactor), held[term.prefactor] == nil,
        let own = parameters[index].ci95
      else { continue }
      let low = exponent.lowerBound == -.infinity ? 0 : own.lowerBound
      let high = exponent.upperBound == .infinity ? .infinity : own.upperBound
      guard low != own.lowerBound || high != own.upperBound else { continue }
      parameters[index] = Estimate(
        name: term.prefactor, value: parameters[index].value, ci95: low...high, isIdentified: false)
    }
  }

  /// A parameter's interval with what becomes of it where others go on without an end.
  private func extended(
    _ interval: ClosedRange<Double>, _ index: Int, _ openEnds: [OpenEnd]
  ) -> ClosedRange<Double> {
    let parameter = form.parameters[index]
    // The metric itself ends what a floor can be.
    guard parameter.role != .floor else { return interval }
    let linear = parameter.linear(interval.lowerBound)...parameter.linear(interval.upperBound)
    let wide = openEnds.reduce(linear) { range, open in
      open.extended(range, open.numbers { [parameter.linear($0[index])] }.map { $0[0] })
    }
    let bounds = problem.model.bounds(of: index)
    func natural(_ end: Double, _ own: Double) -> Double {
      end.isInfinite
        ? parameter.value(linear: end)
        : min(
          max(parameter.value(linear: end), min(own, bounds.lowerBound)),
          max(own, bounds.upperBound))
    }
    // Unchanged ends keep their last digit.
    let lower =
      wide.lowerBound < linear.lowerBound
      ? natural(wide.lowerBound, interval.lowerBound) : interval.lowerBound
    let upper =
      wide.upperBound > linear.upperBound
      ? natural(wide.upperBound, interval.upperBound) : interval.upperBound
    return lower...upper
  }

  /// What follows from the parameters, over all curves that the profiles have passed: exact where it
  /// is a function of one parameter, else at least as wide as the linearised interval.
  private func derivedEstimate(
    _ functional: Functional, _ errors: Asymptotic?
  ) -> Estimate? {
    let value = functional.value(values)
    guard value.isFinite else { return nil }
    let here = functional.linear(values)
    let seen = allowed.curves.map(functional.linear)
    let isDetermined = determines(functional)
    let linearised = isDetermined ? errors?.estimate(functional, values) : nil
    var (low, high) = seen.reduce((here, here)) { (min($0.0, $1), max($0.1, $1)) }
    // With curves that have no such number the data say nothing of it.
    if seen.contains(where: \.isNaN) { (low, high) = (-.infinity, .infinity) }
    if let interval = linearised?.ci95 {
      let ends = [interval.lowerBound, interval.upperBound].map {
        functional.isLogarithmic ? log($0) : $0
      }
      (low, high) = (min(low, ends[0]), max(high, ends[1]))
    }
    let range = allowed.openEnds.reduce(low...high) { range, open in
      open.extended(range, open.numbers { [functional.linear($0)] }.map { $0[0] })
    }
    let isIdentified =
      isDetermined && range.lowerBound.isFinite && range.upperBound.isFinite
      && !followsEndless(functional)
    return Estimate(
      name: functional.name, value: value,
      standardError: isIdentified ? linearised?.standardError : nil,
      ci95: functional.natural(range.lowerBound)...functional.natural(range.upperBound),
      isIdentified: isIdentified)
  }

  /// True when a number depends on a parameter that the data do not bound.
  private func followsEndless(_ functional: Functional) -> Bool {
    let here = functional.linear(values)
    return form.parameters.indices.contains { index in
      guard !parameters[index].isIdentified else { return false }
      var moved = values
      moved[index] *= 1 + 1e-4
      return abs(functional.linear(moved) - here) > 1e-9 * max(1, abs(here))
    }
  }
}
