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
    let isFlat = identification.isFlat.contains(true)
    switch uncertainty {
    case .none: return .none
    case .asymptotic: return isFlat ? .profile(.weakDesign) : .asymptotic
    case .bootstrap:
      if isFlat { return .profile(.weakDesign) }
      let spare = clusterCount - problem.model.free.count
      guard Bootstrap.areSingle(points), spare > 0 else { return .bootstrap }
      let few = areClustersEqual ? Self.fewClusters : Self.fewUnequalClusters
      if spare < few { return .profile(.fewClusters) }
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

  private var areClustersEqual: Bool {
    let sizes = Dictionary(grouping: points.exact, by: \.clusterKey).values.map(\.count)
    return (sizes.max() ?? 0) <= 2 * (sizes.min() ?? 0)
  }

  mutating func warnUnidentified() {
    let names = zip(form.parameters, identification.isFlat).filter(\.1).map(\.0.name)
    guard !names.isEmpty else { return }
    let counts = zip(form.inputNames, 0...).map { name, input in
      let distinct = Set(points.exact.map { $0.inputs[input] }).count
      return "\(counted(distinct, "value")) of \(name)"
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
    var visited = [values]
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
    parameters = parameters.enumerated().map { index, plain in
      guard let profile = profiles[index] else { return plain }
      let isFlat = identification.isFlat[index]
      return Estimate(
        name: plain.name, value: plain.value,
        standardError: isFlat
          ? nil : asymptotic?.estimate(functionals[index], values).standardError,
        ci95: profile.interval(ends[index][0], ends[index][1]), isIdentified: !isFlat)
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
    let isFixed = identification.determines(problem.model, outcome.best.theta, functional)
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
