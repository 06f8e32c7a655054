import Glibc
public import SweepModel

/// The one way to fit a scaling curve.
public enum Fitter {
  /// Fits `form` to `points` by minimising `objective`, and says how sure the parameters are.
  ///
  /// Natural logarithms, sums and not means, so a threshold δ means the same for any n. Power laws
  /// under least squares are solved in closed form; everything else by several starts, each
  /// polished by Newton steps with exact derivatives to a relative decrease below 1e-14.
  ///
  /// - Parameters:
  ///   - points: Observations; those of one cluster are not independent. Order does not matter to
  ///     the estimate beyond rounding.
  ///   - form: The functional form.
  ///   - objective: The sum to minimise.
  ///   - uncertainty: Where standard errors and intervals come from. The same seed gives the same
  ///     interval, on any machine.
  /// - Returns: The fit; look at `converged` and `notes`.
  /// - Throws: ``FitError`` when the points cannot carry the form.
  public static func fit(
    points: [FitPoint], form: FitRequest.Form = .power,
    objective: FitRequest.Objective = .logLeastSquares, uncertainty: Uncertainty = .bootstrap()
  ) throws(FitError) -> Fit {
    try check(points, form, objective, uncertainty)
    let problem = LogProblem(points: points, objective: objective)
    let solver = Solver(form: form)
    let solution = solver.solve(problem)
    var draft = FitDraft(
      points: points, problem: problem, form: form, solution: solution, uncertainty: uncertainty)
    switch uncertainty {
    case .none: break
    case .asymptotic: draft.addAsymptotic()
    case .bootstrap(let resamples, let seed):
      draft.addBootstrap(solver, resamples: resamples, seed: seed)
    }
    return draft.finished()
  }

  private static func check(
    _ points: [FitPoint], _ form: FitRequest.Form, _ objective: FitRequest.Objective,
    _ uncertainty: Uncertainty
  ) throws(FitError) {
    if case .huber(let delta) = objective, !(delta > 0 && delta.isFinite) {
      throw .invalidDelta(delta)
    }
    if case .bootstrap(let resamples, _) = uncertainty, resamples < 100 {
      throw .tooFewResamples(resamples)
    }
    for (index, point) in points.enumerated() {
      for (axis, value) in [("x", point.x), ("y", point.y)] where !(value > 0 && value.isFinite) {
        throw .notPositive(index: index, axis: axis, value: value)
      }
    }
    let distinct = Set(points.map(\.x)).count
    let needed = form.parameterCount + 1
    guard distinct >= needed else {
      throw .tooFewPoints(form: form, distinct: distinct, needed: needed)
    }
    if form == .offset, points.allSatisfy({ $0.y == points[0].y }) { throw .noVariation }
  }
}

/// A fit in the making: the optimum, then errors and intervals.
private struct FitDraft {
  let points: [FitPoint]
  let problem: LogProblem
  let form: FitRequest.Form
  let solution: Solver.Solution
  let uncertainty: Uncertainty
  let optimum: Fit.ParameterVector
  var errors: [FittedParameter.Name: Double] = [:]
  var intervals: [FittedParameter.Name: ClosedRange<Double>] = [:]
  var replicates: [Fit.ParameterVector] = []
  var expansion = 1.0
  var notes: [String] = []

  init(
    points: [FitPoint], problem: LogProblem, form: FitRequest.Form, solution: Solver.Solution,
    uncertainty: Uncertainty
  ) {
    self.points = points
    self.problem = problem
    self.form = form
    self.solution = solution
    self.uncertainty = uncertainty
    self.optimum = problem.natural(solution.theta)
    if !solution.converged {
      notes.append(
        "The optimiser did not converge (scaled gradient \(solution.scaledGradientNorm)): "
          + "the data hardly determine these parameters.")
    }
    if floorAtBoundary {
      notes.append(
        "The data push the floor against its bound E = 0: a power law without a floor fits as "
          + "well.")
    }
  }

  var floorAtBoundary: Bool { form == .offset && solution.theta.z == 0 }

  var clusterCount: Int { Set(points.map(\.cluster)).count }

  /// s²(JᵀJ)⁻¹ with s² = Σψ²/(n − p) / (mean ψ′)²: the usual one for least squares, Huber's
  /// sandwich for Huber. A floor at its bound is held there.
  mutating func addAsymptotic() {
    let floorFree = form == .offset && !floorAtBoundary
    let degrees = points.count - (floorFree ? 3 : 2)
    let at = Derivatives(problem, at: solution.theta)
    let slope = at.slopeSum / Double(points.count)
    guard degrees > 0, slope > 0 else {
      notes.append("No asymptotic errors: no residual lies within the Huber threshold.")
      return
    }
    let variance = at.psiNorm * at.psiNorm / Double(degrees) / (slope * slope)
    let gram = floorFree ? at.gram : at.gram.withoutZ
    let t = StudentT.quantile975(degrees: degrees)
    for (name, row) in zip(FittedParameter.Name.allCases, problem.naturalJacobian) {
      guard name != .floor || floorFree, let column = gram.solve(row) else { continue }
      setAsymptotic(name, error: (variance * (row * column).sum()).squareRoot(), t: t)
    }
    if clusterCount < points.count {
      notes.append(
        "Asymptotic errors take all \(points.count) points for independent, though they form "
          + "\(clusterCount) clusters; the bootstrap does not.")
    }
  }

  private mutating func setAsymptotic(_ name: FittedParameter.Name, error: Double, t: Double) {
    switch name {
    case .exponent:
      errors[name] = error
      intervals[name] = (optimum.exponent - t * error)...(optimum.exponent + t * error)
    case .prefactor:
      errors[name] = error * exp(optimum.logPrefactor)
      intervals[name] =
        exp(optimum.logPrefactor - t * error)...exp(optimum.logPrefactor + t * error)
    case .floor:
      errors[name] = error
      intervals[name] = max(0, optimum.floor - t * error)...(optimum.floor + t * error)
    }
  }

  mutating func addBootstrap(_ solver: Solver, resamples: Int, seed: UInt64) {
    guard let factor = Bootstrap.expansion(points: points, form: form) else {
      notes.append(
        "No interval: all points come from one run, so nothing says how runs differ. "
          + "Add seeds.")
      return
    }
    let outcome = Bootstrap.run(
      problem, points: points, solver: solver, optimum: solution.theta, resamples: resamples,
      seed: seed)
    replicates = outcome.replicates
    expansion = factor
    setBootstrap(.exponent, optimum.exponent, replicates.map(\.exponent))
    setBootstrap(.prefactor, optimum.logPrefactor, replicates.map(\.logPrefactor))
    if form == .offset { setBootstrap(.floor, optimum.floor, replicates.map(\.floor)) }
    if clusterCount < 5 {
      notes.append("Only \(clusterCount) clusters: the interval is wide and still uncertain.")
    }
    if outcome.unconverged * 100 > resamples {
      notes.append("\(outcome.unconverged) of \(resamples) resampled fits did not converge.")
    }
  }

  private mutating func setBootstrap(
    _ name: FittedParameter.Name, _ estimate: Double, _ values: [Double]
  ) {
    let interval = Bootstrap.interval(around: estimate, replicates: values, expansion: expansion)
    let onScale = name == .prefactor ? values.map { exp($0) } : values
    let mean = onScale.reduce(0, +) / Double(onScale.count)
    let squares = onScale.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    errors[name] = (squares / Double(max(1, onScale.count - 1))).squareRoot()
    intervals[name] =
      switch name {
      case .exponent: interval
      case .prefactor: exp(interval.lowerBound)...exp(interval.upperBound)
      case .floor: max(0, interval.lowerBound)...max(0, interval.upperBound)
      }
  }

  func finished() -> Fit {
    let xs = points.map(\.x)
    let squares = points.indices.map { problem.residual($0, solution.theta) }.map { $0 * $0 }
    return Fit(
      form: form, objective: problem.objective, parameters: parameters(),
      objectiveValue: solution.value, scaledGradientNorm: solution.scaledGradientNorm,
      converged: solution.converged, pointCount: points.count, distinctX: Set(xs).count,
      clusterCount: clusterCount, xRange: (xs.min() ?? 0)...(xs.max() ?? 0),
      rmsLogResidual: (squares.reduce(0, +) / Double(points.count)).squareRoot(),
      uncertainty: uncertainty, replicates: replicates, expansion: expansion, notes: notes,
      optimum: optimum)
  }

  private func parameters() -> [FittedParameter] {
    let names: [FittedParameter.Name] =
      form == .power ? [.exponent, .prefactor] : [.exponent, .prefactor, .floor]
    return names.map { name in
      let value =
        switch name {
        case .exponent: optimum.exponent
        case .prefactor: exp(optimum.logPrefactor)
        case .floor: optimum.floor
        }
      return FittedParameter(
        name: name, value: value, standardError: errors[name], ci95: intervals[name],
        atBoundary: name == .floor && floorAtBoundary)
    }
  }
}
