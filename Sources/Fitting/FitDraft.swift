import Basics
import SweepModel

/// A fit in the making: the optimum, then errors and intervals, then what to warn of.
struct FitDraft {
  let points: [FitPoint]
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]
  let uncertainty: Uncertainty
  let binding: Binding
  let problem: Problem
  let search: Search
  let outcome: Search.Outcome
  private var selection: Selection?
  private var comparison: FormComparison?
  var parameters: [Estimate] = []
  var derived: [Estimate] = []
  private var replicates: Replicates
  private var expansion = 1.0
  var intervals = IntervalMethod.none
  let identification: Identification
  /// The parameters of other optima that are as low to rounding.
  var elsewhere: [[Double]] = []
  /// True for parameters along which the bottom of a robust objective is level.
  var isLevel: [Bool]
  /// Curves that the data allow, where profiles were made.
  var allowed = AllowedCurves(curves: [])
  var asymptotic: Asymptotic?
  private var warnings: [FitWarning] = []

  init(
    points: [FitPoint], form: FitRequest.Form, objective: FitRequest.Objective,
    held: [String: Double], uncertainty: Uncertainty, binding: Binding, problem: Problem,
    search: Search, outcome: Search.Outcome
  ) {
    self.points = points
    self.form = form
    self.objective = objective
    self.held = held
    self.uncertainty = uncertainty
    self.binding = binding
    self.problem = problem
    self.search = search
    self.outcome = outcome
    self.layout = ClusterLayout(points)
    self.replicates = Replicates(width: problem.model.parameterCount)
    self.identification = Identification(problem, outcome.best)
    self.isLevel = form.parameters.map { _ in false }
  }

  /// The unit of the objective: raw residuals are measured in s.
  private var unit: Double { problem.isRaw ? binding.scale * binding.scale : 1 }

  var objectiveValue: Double { outcome.best.value * unit }

  var values: [Double] { problem.model.values(outcome.best.theta) }

  /// Bounds say nothing of how well a form predicts.
  private var exact: [FitPoint] { points.exact }

  /// Free parameters less the flat directions.
  var determinedCount: Int { problem.model.free.count - identification.directions.count }

  let layout: ClusterLayout

  var clusterCount: Int { layout.count }

  /// Makes parameters and derived quantities with the errors that were asked for.
  mutating func infer(budgets: [Double], context: FitContext) {
    let functionals = form.parameters.enumerated().map { index, parameter in
      Functional(
        name: parameter.name, isLogarithmic: parameter.isLogarithmic,
        bounds: problem.model.bounds(of: index)
      ) { $0[index] }
    }
    let further = Derived.quantities(of: form, budgets: budgets)
    asymptotic = Asymptotic(
      problem, outcome.best, flatCount: identification.directions.count)
    warnings = DraftWarnings(points: points, form: form, problem: problem, outcome: outcome).all
    elsewhere = otherOptima
    isLevel = levelParameters
    warnUnidentified(context)
    intervals = chosenMethod
    // Profiles take the place of its intervals only: its curves are shown nonetheless where they
    // cost little.
    if case .bootstrap(let resamples, let seed) = uncertainty,
      intervals == .bootstrap || !(form.isSlow || isOpen.contains(true))
    {
      bootstrap(resamples: resamples, seed: seed)
    }
    parameters = functionals.enumerated().map { index, functional in
      isOpen[index] ? open(functional) : estimate(functional)
    }
    derived = further.filter { $0.value(values).isFinite }.map { functional in
      determines(functional) ? estimate(functional) : open(functional)
    }
    if case .profile = intervals { profile(functionals, further) }
    widenCollapsed(functionals)
    if intervals == .asymptotic { warnAsymptotic() }
    for parameter in parameters where parameter.isIdentified { warnWide(parameter) }
  }

  /// Adds criteria and predictions, and warns of what the residuals say against the fit.
  mutating func select(_ context: FitContext, compares: Bool) {
    let part = exact.thinned(to: Selection.pointLimit)
    let selection = SelectionMaker(
      points: part, total: exact.count, form: form, objective: objective, held: held,
      values: values
    ).selection(objectiveValue: objectiveValue, free: problem.model.free.count)
    self.selection = selection
    let isWhole = part.count == exact.count
    let rows = isWhole ? points.indices.filter { !points[$0].isUpperBound } : []
    let (seen, solution) = isWhole ? (problem, outcome.best) : problem(of: part)
    let findings = Diagnosis(
      points: part, context: context.of(rows), form: form,
      objective: objective, held: held, problem: seen, search: search, best: solution,
      asymptotic: asymptotic, stated: parameters.map(\.standardError)
    ).findings(compares: compares)
    comparison = findings.comparison
    warnings += findings.warnings
  }

  /// The problem of some of the points, and there the optimum of all.
  private func problem(of part: [FitPoint]) -> (Problem, Solution) {
    let binding = Binding(points: part, form: form, held: held)
    var solution = outcome.best
    solution.theta = binding.model.theta(values)
    return (search.problem(binding), solution)
  }

  mutating func warn(_ warning: FitWarning) { warnings.append(warning) }

  private func estimate(_ functional: Functional) -> Estimate {
    let plain = Estimate(name: functional.name, value: functional.value(values))
    if held[functional.name] != nil { return plain }
    switch intervals {
    case .none, .profile: return plain
    case .asymptotic: return asymptotic?.estimate(functional, values) ?? plain
    case .bootstrap, .scores:
      return Bootstrap.estimate(functional, values, replicates, expansion: expansion)
    }
  }

  /// What the points do not determine.
  private func open(_ functional: Functional) -> Estimate {
    Estimate(name: functional.name, value: functional.value(values), isIdentified: false)
  }

  private mutating func bootstrap(resamples: Int, seed: UInt64) {
    guard !Bootstrap.areCopies(points, layout) else {
      warnings.append(
        FitWarning(
          .noInterval,
          "No interval: the \(clusterCount) clusters hold the same points, so nothing says how they differ. "
            + "Remove the copies, or name what tells independent runs apart."))
      return
    }
    guard let factor = Bootstrap.expansion(layout, form: form) else {
      warnings.append(
        FitWarning(
          .noInterval,
          "No interval: all points come from one run, so nothing says how runs differ. Add seeds."))
      return
    }
    expansion = factor
    let draws = scoreDraws
    if draws != nil, intervals == .bootstrap { intervals = .scores }
    replicates = Bootstrap.run(
      problem, search: search, points: points, optimum: outcome.best, resamples: resamples,
      seed: seed, unit: unit, draws: draws)
    if clusterCount < 5 {
      warnings.append(
        FitWarning(
          .fewClusters,
          "Only \(counted(clusterCount, "cluster")): the interval is wide and still uncertain. Add points or "
            + "seeds."))
    }
    if replicates.unconverged * 100 > resamples {
      warnings.append(
        FitWarning(
          .unconvergedResamples,
          "\(replicates.unconverged) of \(resamples) resampled fits did not converge. Take a form "
            + "with fewer parameters."))
    }
  }

  /// What takes the place of resamples of very many clusters.
  private var scoreDraws: ScoreDraws? {
    guard clusterCount > ScoreDraws.clusterLimit, objective != .leastAbsolute else { return nil }
    return ScoreDraws(problem, points: points, optimum: outcome.best)
  }

  private mutating func warnAsymptotic() {
    guard asymptotic != nil else {
      warnings.append(
        FitWarning(
          .noInterval,
          "No asymptotic errors: the points leave no degree of freedom. Bootstrap, or add points."))
      return
    }
    guard clusterCount < points.count else { return }
    warnings.append(
      FitWarning(
        .dependentPoints,
        "Asymptotic errors take all \(points.count) points for independent, though they form "
          + "\(clusterCount) clusters; the bootstrap does not."))
  }

  private mutating func warnWide(_ parameter: Estimate) {
    guard let role = form.parameters.first(where: { $0.name == parameter.name })?.role,
      role == .exponent, let interval = parameter.ci95,
      interval.upperBound - interval.lowerBound > abs(parameter.value)
    else { return }
    warnings.append(
      FitWarning(
        .wideInterval,
        "The interval of \(parameter.name) is wider than \(parameter.name) itself. Add points at "
          + "larger and smaller scales before you quote it."))
  }

  func finished() -> Fit {
    let xs = points.map(\.x)
    let model = problem.model
    var logs = problem
    logs = Problem(model: model, sample: logs.sample, isRaw: false, threshold: .infinity)
    let squares = logs.residuals(outcome.best.theta).reduce(0) { $0 + $1 * $1 }
    return Fit(
      form: form, objective: objective, held: held, parameters: parameters, derived: derived,
      objectiveValue: objectiveValue, scaledGradientNorm: outcome.best.scaledGradientNorm,
      converged: outcome.best.converged,
      minima: outcome.minima.map {
        Fit.Minimum(objectiveValue: $0.value * unit, values: model.values($0.theta))
      }, startCount: outcome.startCount, reachedCount: outcome.reached, pointCount: points.count,
      boundCount: points.count - exact.count,
      distinctX: Set(xs).count, clusterCount: clusterCount,
      xRange: (xs.min() ?? 0)...(xs.max() ?? 0),
      rmsLogResidual: (squares / Double(exact.count)).squareRoot(), uncertainty: uncertainty,
      intervals: intervals, isOpen: isOpen, allowed: allowed, replicates: replicates,
      expansion: expansion,
      covariance: asymptotic?.covariance,
      selection: selection, comparison: comparison, warnings: warnings)
  }
}
