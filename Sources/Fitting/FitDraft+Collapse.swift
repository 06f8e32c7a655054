import SweepModel

// Intervals that are narrower than noise allows, because a walk or resamples have found nothing beside
// the optimum.

extension FitDraft {
  /// Below this part of the linearised interval's width an interval has collapsed.
  private static let leastShare = 0.2
  /// The same where clusters may say more than points: runs that differ by a factor agree on slopes.
  private static let leastClusterShare = 1e-3

  /// Standard errors over which a bottom that happens to be level between points never reaches.
  private static let levelErrors = 2.0

  /// Parameters along which the bottom of a robust objective is level further than residuals of this
  /// size move the optimum: between points that lie above and below alike, |r| is the same in sum
  /// wherever the curve runs.
  ///
  /// A single parameter's is a median, which is level between two points as a rule.
  var levelParameters: [Bool] {
    let none = form.parameters.map { _ in false }
    guard objective.isRobust, problem.model.free.count > 1, let asymptotic,
      uncertainty != .none, objectiveValue > 0, points.count <= Search.wholeLimit
    else { return none }
    let fit = probe
    return form.parameters.indices.map { index in
      let error = (asymptotic.covariance[index][index] * asymptotic.scatterShare).squareRoot()
      guard error > 0, !identification.isFlat[index],
        let profile = Profile(of: form.parameters[index].name, in: fit, points: points)
      else { return false }
      return profile.isLevel(within: Self.levelErrors * error)
    }
  }

  /// The fit so far, with bare parameters.
  private var probe: Fit {
    var draft = self
    draft.parameters = zip(form.parameters, values).map { Estimate(name: $0.name, value: $1) }
    return draft.finished()
  }

  /// Gives the linearised interval to parameters whose own has collapsed, and says so.
  mutating func widenCollapsed(_ functionals: [Functional]) {
    guard intervals != .asymptotic, intervals != .none, let asymptotic else { return }
    let share = layout.areSingle ? Self.leastShare : Self.leastClusterShare
    var names: [String] = []
    for (index, functional) in functionals.enumerated() where problem.model.free[index] {
      let plain = parameters[index]
      let linearised = asymptotic.estimate(functional, values)
      guard let own = plain.ci95, let even = linearised.ci95 else { continue }
      func width(_ range: ClosedRange<Double>) -> Double {
        let parameter = form.parameters[index]
        return parameter.linear(range.upperBound) - parameter.linear(range.lowerBound)
      }
      let least = 1e-9 * max(1, abs(form.parameters[index].linear(plain.value)))
      guard width(even) > least, width(own) < share * width(even) else { continue }
      names.append(plain.name)
      parameters[index] = Estimate(
        name: plain.name, value: plain.value,
        standardError: plain.standardError.map { max($0, linearised.standardError ?? 0) },
        ci95: min(own.lowerBound, even.lowerBound)...max(own.upperBound, even.upperBound),
        isIdentified: plain.isIdentified)
    }
    guard !names.isEmpty else { return }
    warn(
      FitWarning(
        .noInterval,
        "No \(intervals == .bootstrap ? "bootstrap" : "profile") interval of \(names.joined(separator: ", ")): "
          + "nothing was found beside the optimum, though the points scatter. Linearised ones are given."
      ))
  }
}

extension Profile {
  /// A rise of the deviance that is rounding; one standard error makes it 1.
  private static let levelRise = 1e-6

  /// True where θ_index can be moved by `error`, up or down, and the others follow, without the objective
  /// rising.
  func isLevel(within error: Double) -> Bool {
    [-1.0, 1].contains { direction in
      let place = optimum[index] + direction * error / abs(factor)
      guard place > problem.model.lower[index], place < problem.model.upper[index] else {
        return false
      }
      return descend(to: place, from: tangent(at: optimum, to: place)).rise < Self.levelRise
    }
  }
}

extension FitRequest.Objective {
  /// True for losses that grow as |r|.
  fileprivate var isRobust: Bool {
    switch self {
    case .huber, .leastAbsolute: true
    case .leastSquares, .logLeastSquares: false
    }
  }
}
