import SweepModel

// Bounds that only the search has, which must not pass for what the data say.

extension Profile {
  /// True for bounds that only keep the search in numbers that doubles hold: of exponents, of where a
  /// break may lie and how sharp it is, how soon repeats lose their worth, how many quanta there are.
  func isOfSearch(_ place: Int, _ direction: Double) -> Bool {
    guard region != nil, bound(place, direction).isFinite else { return false }
    let parameter = fit.form.parameters[place]
    switch parameter.role {
    case .exponent: return true
    case .floor, .prefactor: return false
    case .scale: return direction > 0 || parameter.isLogarithmic && parameter.name != "K"
    case .shape: return parameter.isLogarithmic
    }
  }

  /// True next to such a bound, where the others' bounds end the valley.
  func isAtSearchBound(_ end: Double, _ direction: Double) -> Bool {
    let bound = bound(index, direction)
    return isOfSearch(index, direction) && abs(end - bound) < 1e-3 * abs(bound)
  }

  /// True for an end at which another parameter has run against such a bound, and which lies half as far
  /// again from the optimum once that bound is moved: the data have not stopped it. A floor is stopped
  /// by the metric itself.
  func isBoxed(_ edge: (value: Double, theta: Vector), _ direction: Double) -> Bool {
    guard parameter.role != .floor, boxes(edge.theta).contains(true) else { return false }
    let further = edge.value + 0.5 * (edge.value - optimum[index])
    let start = tangent(at: edge.theta, to: further)
    return descend(to: further, from: start, isWide: true).rise <= ProfileLikelihood.rise95
  }

  /// Twice the box, for those whose bounds a wider one would free.
  func widen(_ minimiser: inout Minimiser) {
    for place in fit.form.parameters.indices where isBoxing(place) {
      let width = minimiser.upper[place] - minimiser.lower[place]
      guard width.isFinite, width > 0 else { continue }
      if isOfSearch(place, -1) { minimiser.lower[place] -= width }
      if isOfSearch(place, 1) { minimiser.upper[place] += width }
    }
  }

  private func boxes(_ theta: Vector) -> [Bool] {
    fit.form.parameters.indices.map { place in
      isBoxing(place)
        && [-1.0, 1].contains { direction in
          let bound = bound(place, direction)
          return isOfSearch(place, direction)
            && abs(theta[place] - bound) < 1e-6 * max(1, abs(bound))
        }
    }
  }

  /// At the other parameters' bounds curves hardly change any more.
  private func isBoxing(_ place: Int) -> Bool {
    guard place != index, problem.model.free[place] else { return false }
    switch fit.form.parameters[place].role {
    case .exponent: return true
    case .scale: return fit.form.parameters[place].name != "K"
    case .shape: return fit.form.breakCount > 0
    case .floor, .prefactor: return false
    }
  }

  private func bound(_ place: Int, _ direction: Double) -> Double {
    direction < 0 ? problem.model.lower[place] : problem.model.upper[place]
  }
}
