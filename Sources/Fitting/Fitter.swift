import Glibc
public import SweepModel

/// The one way to fit a scaling curve.
public enum Fitter {
  /// Fits `form` to `points` by minimising `objective`, and says how sure the parameters are.
  ///
  /// Natural logarithms, sums and not means, so a threshold δ means the same for any n. The descent
  /// begins at several places, in variables in which rescaling an input or the objective changes
  /// nothing; each is polished by Newton steps with exact derivatives to a relative decrease below
  /// 1e-14.
  ///
  /// - Parameters:
  ///   - points: Observations; those of one cluster are not independent. Order does not matter to
  ///     the estimate beyond rounding.
  ///   - form: The functional form.
  ///   - objective: The sum to minimise.
  ///   - held: Parameters that are held at a value instead of fitted, by name.
  ///   - uncertainty: Where standard errors and intervals come from. The same seed gives the same
  ///     interval, on any machine with the same mathematical library.
  ///   - budgets: Training compute in FLOP for which a bivariate form's optimal sizes are derived.
  ///   - selects: True to compute information criteria, the error on the held-out largest scale and
  ///     the exponents over parts of the range.
  ///   - profiles: True to add profile-likelihood intervals.
  ///   - compares: True to compare all forms of as many inputs; needs `selects`.
  ///   - context: What points and columns are called, for warnings.
  /// - Returns: The fit; look at `converged` and `warnings`.
  /// - Throws: ``FitError`` when the points cannot carry the form.
  public static func fit(
    points: [FitPoint], form: FitRequest.Form = .power,
    objective: FitRequest.Objective = .logLeastSquares, held: [String: Double] = [:],
    uncertainty: Uncertainty = .bootstrap(), budgets: [Double] = [5.76e23], selects: Bool = true,
    profiles: Bool = false, compares: Bool = false, context: FitContext = FitContext()
  ) throws(FitError) -> Fit {
    try FitCheck(form: form, objective: objective, held: held).check(points, uncertainty)
    let binding = Binding(points: points, form: form, held: held)
    let search = Search(form: form, objective: objective)
    let problem = search.problem(binding)
    let nesting = Nesting(points: points, form: form, objective: objective, held: held)
    let outcome = search.run(problem, contained: nesting.starts(in: binding.model))
    guard outcome.best.value.isFinite else { throw .unfittable(form: form) }
    var draft = FitDraft(
      points: points, form: form, objective: objective, held: held, uncertainty: uncertainty,
      binding: binding, problem: problem, search: search, outcome: outcome)
    draft.infer(budgets: budgets, context: context)
    if selects {
      draft.select(context, compares: compares)
    }
    let fit = draft.finished()
    guard profiles else { return fit }
    for index in draft.parameters.indices {
      draft.parameters[index].profile95 = ProfileLikelihood.interval(
        of: draft.parameters[index].name, in: fit, points: points)
    }
    return draft.finished()
  }

  /// Refuses parameters to hold that no points could make right.
  ///
  /// - Throws: ``FitError`` for a parameter that the form does not have, and for a value that it
  ///   cannot have.
  public static func check(form: FitRequest.Form, held: [String: Double]) throws(FitError) {
    try FitCheck(form: form, objective: .logLeastSquares, held: held).checkHeld([])
  }
}

/// What a fit refuses before it begins.
struct FitCheck {
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]

  func check(_ points: [FitPoint], _ uncertainty: Uncertainty) throws(FitError) {
    if let delta = objective.delta, !(delta > 0 && delta.isFinite) { throw .invalidDelta(delta) }
    if case .bootstrap(let resamples, _) = uncertainty, resamples < 100 {
      throw .tooFewResamples(resamples)
    }
    try checkValues(points)
    try checkHeld(points)
    if objective == .leastAbsolute, points.contains(where: \.isUpperBound) { throw .boundWithLAD }
    let needed = form.parameters.filter { held[$0.name] == nil }.count + 1
    var distinct: Set<[Double]> = []
    for point in points where !point.isUpperBound && distinct.count < needed {
      distinct.insert(point.inputs)
    }
    guard distinct.count >= needed else {
      throw .tooFewPoints(form: form, distinct: distinct.count, needed: needed)
    }
    for (axis, column) in zip(form.inputNames, Binding.columns(points, form))
    where column.allSatisfy({ abs($0 - column[0]) <= 1e-9 * max(1, abs(column[0])) }) {
      throw .constantInput(axis: axis)
    }
    if form != .power, points.allSatisfy({ $0.y == points[0].y }) { throw .noVariation }
  }

  private func checkValues(_ points: [FitPoint]) throws(FitError) {
    for (index, point) in points.enumerated() {
      guard point.inputCount == form.inputCount else {
        throw .wrongInputs(form: form, found: point.inputCount)
      }
      if point.isPositive {
        if form == .m4, point.y >= 1 { throw .notBelowOne(index: index, value: point.y) }
        continue
      }
      for (axis, value) in zip(
        form.inputNames + ["y", "weight"], point.inputs + [point.y, point.weight])
      where !(value > 0 && value.isFinite) {
        throw .notPositive(index: index, axis: axis, value: value)
      }
    }
  }

  func checkHeld(_ points: [FitPoint]) throws(FitError) {
    for (name, value) in held.sorted(by: { $0.key < $1.key }) {
      guard let parameter = form.parameters.first(where: { $0.name == name }) else {
        throw .unknownParameter(name: name, form: form)
      }
      let isBelow =
        parameter.isLogarithmic
        ? value <= 0 : [.floor, .scale].contains(parameter.role) && value < 0
      let isPool = form == .quanta && name == "K" && points.contains { $0.x >= value }
      if !value.isFinite || isBelow || isPool { throw .invalidHeld(name: name, value: value) }
    }
    try HeldDomain(form: form).check(held, points)
  }
}

extension FitRequest.Form {
  /// What the inputs are called in messages.
  var inputNames: [String] { Array(["x", "x2", "x3"].prefix(inputCount)) }
}
