import Glibc
import SweepModel

/// How well a form does for what it costs, and how it predicts beyond the data it saw.
///
/// The criteria are of all points. Of more than ``pointLimit`` points every k-th is taken for the refits,
/// the predictions and the other forms, which say the same of a hundred thousand points as of ten.
public struct Selection: Hashable, Sendable {
  /// The most points that are fitted again.
  public static let pointLimit = 20_000

  /// Akaike's criterion, corrected for few points: D + 2k + 2k(k + 1)/(n − k − 1), where k counts
  /// the free parameters and the scale and D is −2 ln of the likelihood (n·ln(RSS/n) for least
  /// squares); nil where n ≤ k + 1.
  public let aicc: Double?
  /// Schwarz's criterion D + k·ln n.
  public let bic: Double
  /// The prediction of the largest scale from the rest; nil where the rest cannot carry the form.
  public let heldOut: HeldOut?
  /// The exponents without the smallest and without the largest values of x.
  public let cutoffs: [Cutoff]

  /// A fit without the largest scale.
  public struct HeldOut: Hashable, Sendable {
    /// Points with x from here on were left out: those of the largest x, or of the largest tenth of
    /// the distinct x where there are more than 20.
    public let from: Double
    /// How many points that were.
    public let count: Int
    /// √mean (ln prediction − ln y)² over them.
    public let rmsLogError: Double
  }

  /// The exponents of a fit over part of the range of x.
  public struct Cutoff: Hashable, Sendable {
    /// The part that was kept.
    public let range: ClosedRange<Double>
    /// Points in it.
    public let count: Int
    /// The exponents, by name.
    public let exponents: [Estimate]
  }
}

/// Makes a ``Selection`` by refitting parts of the points.
struct SelectionMaker {
  /// The points that are fitted again.
  let points: [FitPoint]
  /// How many there are in all.
  let total: Int
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]
  /// The whole fit's parameters, where the fits of parts of the range begin.
  let values: [Double]

  /// At most so many cut-offs on each side.
  private static let cutoffCount = 6

  func selection(objectiveValue: Double, free: Int) -> Selection {
    let n = Double(total)
    let k = Double(free + 1)
    let deviance = Deviance.value(objective, objectiveValue, count: total)
    return Selection(
      aicc: n > k + 1 ? deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1) : nil,
      bic: deviance + k * log(n), heldOut: heldOut(), cutoffs: cutoffs())
  }

  private var distinct: [Double] { Set(points.map(\.x)).sorted() }

  /// A fit of some of the points from the whole fit's optimum; nil where they cannot carry it.
  private func exponents(_ points: [FitPoint]) -> [Estimate]? {
    guard
      (try? FitCheck(form: form, objective: objective, held: held).check(points, .none)) != nil
    else { return nil }
    let binding = Binding(points: points, form: form, held: held)
    let search = Search(form: form, objective: objective)
    let problem = search.problem(binding)
    let model = binding.model
    let solution = search.run(
      problem, near: model.theta(values), minimiser: Minimiser(model))
    guard solution.converged else { return nil }
    let asymptotic = Asymptotic(problem, solution)
    let fitted = model.values(solution.theta)
    return form.parameters.indices.filter { form.parameters[$0].role == .exponent }.map { index in
      let functional = Functional(name: form.parameters[index].name, isLogarithmic: false) {
        $0[index]
      }
      return asymptotic?.estimate(functional, fitted)
        ?? Estimate(name: functional.name, value: fitted[index])
    }
  }

  private func heldOut() -> Selection.HeldOut? {
    let xs = distinct
    guard xs.count > 2 else { return nil }
    let from = xs[xs.count - (xs.count > 20 ? xs.count / 10 : 1)]
    guard
      let fit = try? Fitter.fit(
        points: points.filter { $0.x < from }, form: form, objective: objective, held: held,
        uncertainty: .none, selects: false)
    else { return nil }
    let rest = points.filter { $0.x >= from }
    let squares = zip(rest, fit.predictions(at: rest.map(\.inputs))).reduce(0) { sum, pair in
      let error = log(pair.1) - log(pair.0.y)
      return sum + error * error
    }
    let error = (squares / Double(rest.count)).squareRoot()
    guard error.isFinite else { return nil }
    return Selection.HeldOut(from: from, count: rest.count, rmsLogError: error)
  }

  /// A few of the places between an end of the range and its middle, evenly in log: data are often
  /// crowded at one end.
  private static func spread(_ places: some Collection<Double>, from end: Double) -> [Double] {
    let places = Array(places)
    guard places.count > cutoffCount, let last = places.last else { return places }
    var chosen: [Double] = []
    for step in 1...cutoffCount {
      let target = log(end) + (log(last) - log(end)) * Double(step) / Double(cutoffCount)
      let nearest = places.min { abs(log($0) - target) < abs(log($1) - target) }
      if let nearest, chosen.last != nearest { chosen.append(nearest) }
    }
    return chosen
  }

  private func cutoffs() -> [Selection.Cutoff] {
    let xs = distinct
    let half = xs.count / 2
    guard half > 0, let low = xs.first, let high = xs.last else { return [] }
    let ranges =
      Self.spread(xs[1...half], from: low).map { $0...high }
      + Self.spread(xs[(xs.count - 1 - half)..<(xs.count - 1)].reversed(), from: high)
      .map { low...$0 }
    return ranges.compactMap { range in
      let kept = points.filter { range.contains($0.x) }
      guard let exponents = exponents(kept) else { return nil }
      return Selection.Cutoff(range: range, count: kept.count, exponents: exponents)
    }
  }
}
