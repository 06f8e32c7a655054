import Glibc
import SweepModel

// Intervals from the shape of the objective, where resampled points would not say how sure the fit
// is.

extension FitDraft {
  /// Clusters beyond the parameters up to which profiles cover better than resampling (measured:
  /// `quanta-bench coverage --set hard`); of clusters of very different sizes resampling does earlier.
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
      return isFloorNearBound ? .profile(.nearBound) : .bootstrap
    }
  }

  /// True where resamples would press a floor against 0 again and again.
  private var isFloorNearBound: Bool {
    guard let floor = form.parameters.firstIndex(where: { $0.role == .floor }),
      problem.model.free[floor]
    else { return false }
    let error = asymptotic?.covariance[floor][floor].squareRoot() ?? 0
    return outcome.best.atBound[floor] || values[floor] < Self.nearErrors * error
  }

  /// True for every parameter, in the form's order, that the points leave open.
  var isOpen: [Bool] {
    form.parameters.indices.map { index in
      identification.isFlat[index] || elsewhere.contains { differs($0, at: index) }
        || (exchange != nil && form.parameters[index].role != .floor)
    }
  }

  func determines(_ functional: Functional) -> Bool {
    let here = functional.linear(values)
    return identification.determines(problem.model, outcome.best.theta, functional)
      && elsewhere.allSatisfy { abs(functional.linear($0) - here) <= 1e-4 * max(1, abs(here)) }
  }

  /// Other optima that are as low to rounding, in forms of two inputs.
  var otherOptima: [[Double]] {
    guard form.inputCount > 1 else { return [] }
    // Along a flat direction descents end anywhere.
    let found =
      identification.directions.isEmpty
      ? outcome.alike.map { problem.model.values($0.theta) } : []
    return (found + [exchange?(values)].compactMap(\.self)).filter { other in
      form.parameters.indices.contains { differs(other, at: $0) }
    }
  }

  /// With D = k·N^s at every place, as with D = 20·N, the terms of E + A·N^-alpha + B·D^-beta can
  /// be exchanged: the curve with A′ = B·k^-beta, alpha′ = s·beta, B′ = A·k^(alpha/s),
  /// beta′ = alpha/s. Nil for other places, other forms, and where a term is held.
  private var exchange: (([Double]) -> [Double])? {
    guard form == .chinchilla, held.keys.allSatisfy({ $0 == "E" }) else { return nil }
    let columns = Binding.columns(points.exact, form)
    let (x, y) = (columns[0], columns[1])
    let places = x.indices.sorted { x[$0] < x[$1] }
    guard let first = places.first, let last = places.last, x[last] > x[first] else { return nil }
    let width = x[last] - x[first]
    let slope = (y[last] - y[first]) / width
    let offset = y[first] - slope * x[first]
    let isLine = places.allSatisfy { place in
      abs(y[place] - offset - slope * x[place]) < 1e-6 * width
    }
    guard isLine, slope != 0 else { return nil }
    return { values in
      let (a, b) = (values[2] * exp(-values[4] * offset), values[3] / slope)
      return [values[0], a, values[1] * exp(b * offset), slope * values[4], b]
    }
  }

  /// True when a parameter's values are further apart than descents to one optimum end.
  private func differs(_ other: [Double], at index: Int) -> Bool {
    let parameter = form.parameters[index]
    let (here, there) = (parameter.linear(values[index]), parameter.linear(other[index]))
    let error = asymptotic?.covariance[index][index].squareRoot() ?? 0
    return abs(here - there) > max(1e-4 * max(1, abs(here)), 0.02 * error)
  }

  mutating func warnUnidentified(_ context: FitContext) {
    let names = zip(form.parameters, isOpen).filter(\.1).map(\.0.name)
    guard !names.isEmpty else { return }
    let counts = (0..<form.inputCount).map { input in
      let distinct = Set(points.exact.map { $0.input(input) }).count
      return "\(counted(distinct, "value")) of \(context.input(input))"
    }
    warn(
      FitWarning(
        .unidentified,
        "Not identified: \(names.joined(separator: ", ")). At these places (\(list(counts))) other "
          + "values fit equally well, however exact the data are; the intervals are all that the data "
          + "allow. Add values between and beyond, or hold a parameter that you know."))
  }

  private func list(_ parts: [String]) -> String {
    parts.count < 3 ? parts.joined(separator: " and ") : parts.joined(separator: ", ")
  }

  /// Replaces the intervals by what the data allow.
  mutating func profile(_ functionals: [Functional], _ further: [Functional]) {
    guard
      let region = ConfidenceRegion(
        points: points, objective: objective, free: determinedCount,
        minimum: objectiveValue)
    else { return }
    let fit = finished()
    var visited = [values] + elsewhere
    let stretches =
      !identification.directions.isEmpty
      ? parameters.map { _ in 1.0 }
      : UnevenNoise(problem, outcome.best, keys: points.map(\.clusterKey)).ratios
    let profiles = parameters.indices.map { index in
      Profile(
        of: parameters[index].name, in: fit, points: points,
        region: region.stretched(by: stretches[index]),
        isFlat: identification.isFlat[index])
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
    // What can be exchanged is allowed to be either.
    let images = (exchange.map { visited.map($0) } ?? [])
      .filter { $0.allSatisfy(\.isFinite) }
    visited += images
    parameters = parameters.enumerated().map { index, plain in
      guard let profile = profiles[index] else { return plain }
      let plainInterval = profile.interval(ends[index][0], ends[index][1])
      let isFlat = isOpen[index]
      return Estimate(
        name: plain.name, value: plain.value,
        standardError: isFlat
          ? nil : asymptotic?.estimate(functionals[index], values).standardError,
        ci95: images.reduce(plainInterval) { interval, image in
          min(interval.lowerBound, image[index])...max(interval.upperBound, image[index])
        }, isIdentified: !isFlat)
    }
    allowed = visited
    derived = further.compactMap { derivedEstimate($0, visited: visited) }
  }

  /// What follows from the parameters, over all curves that the profiles have passed: exact where it
  /// is a function of one parameter, else at least as wide as the linearised interval.
  private func derivedEstimate(_ functional: Functional, visited: [[Double]]) -> Estimate? {
    let value = functional.value(values)
    guard value.isFinite else { return nil }
    let seen = visited.map(functional.linear).filter { !$0.isNaN }
    let isFixed = determines(functional)
    let linearised = isFixed ? asymptotic?.estimate(functional, values) : nil
    var (low, high) = (
      seen.min() ?? functional.linear(values), seen.max() ?? functional.linear(values)
    )
    if let interval = linearised?.ci95 {
      let ends = [interval.lowerBound, interval.upperBound].map {
        functional.isLogarithmic ? log($0) : $0
      }
      (low, high) = (min(low, ends[0]), max(high, ends[1]))
    }
    return Estimate(
      name: functional.name, value: value, standardError: linearised?.standardError,
      ci95: functional.natural(low)...functional.natural(high), isIdentified: isFixed)
  }
}
