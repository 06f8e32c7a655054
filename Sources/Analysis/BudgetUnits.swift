public import Fitting
import Glibc
public import SweepModel

/// What compute budgets say of the units of N and D: C = 6·N·D holds for parameters and samples, and
/// not for billions of them.
struct BudgetUnits {
  /// The columns of N and D.
  let sizes: [String]
  /// 6·N·D of every row, above 0.
  let computes: [Double]

  init(sizes: [String], computes: [Double]) {
    self.sizes = sizes
    self.computes = computes
  }

  /// Of points whose first inputs are N and D.
  init(sizes: [String], points: [FitPoint]) {
    self.init(sizes: sizes, computes: points.map { 6 * $0.inputs[0] * $0.inputs[1] })
  }

  /// Planned budgets lie within this factor of 6·N·D, whatever embeddings and attention add.
  private static let usual = 0.2...5.0
  /// An optimum so many decades from all rows is not asked of data in the units of its budget.
  private static let farthest = 6.0

  /// Warns of a column of budgets that is another quantity than 6·N·D.
  func mismatch(_ budgets: [Double], column: String) -> FitWarning? {
    let factors = zip(budgets, computes).map { $0 / $1 }.filter { $0 > 0 && $0.isFinite }.sorted()
    guard !factors.isEmpty else { return nil }
    let median = factors[factors.count / 2]
    guard !Self.usual.contains(median) else { return nil }
    let step = (log10(median) / 3).rounded()
    let isStep = step != 0 && abs(log10(median) - 3 * step) < 0.7
    let factor = isStep ? pow(10, 3 * step) : median
    let cure =
      factor > 1
      ? rescaled(sizes[1], as: "D", by: factor) : rescaled(column, as: "C", by: 1 / factor)
    return FitWarning(
      .budgetUnits,
      "\(column) is \(median.inCompute) times 6·\(sizes[0])·\(sizes[1]), in the median of the rows: "
        + "\(sizes[0]), \(sizes[1]) or \(column) seem to be in other units, such as billions. Bring them "
        + "to parameters, samples and FLOP, as with \(cure).")
  }

  /// Warns of budgets that were asked for and that no row comes near.
  ///
  /// - Parameter column: That of the rows' budgets; nil for 6·N·D.
  func outside(_ asked: [Double], column: String? = nil) -> FitWarning? {
    guard let low = computes.min(), let high = computes.max(), low > 0, high.isFinite else {
      return nil
    }
    let far = asked.compactMap { budget -> String? in
      let decades = max(log10(budget / high), log10(low / budget))
      guard decades > Self.farthest else { return nil }
      return "\(budget.inCompute) lies \((decades * 10).rounded() / 10) decades outside"
    }
    guard !far.isEmpty else { return nil }
    return FitWarning(
      .budgetFarOutside,
      "\(column ?? "6·\(sizes.joined(separator: "·"))") of the rows is \(low.inCompute) to "
        + "\(high.inCompute), and the budget \(far.joined(separator: ", ")): an optimum there is an "
        + "extrapolation that nothing supports. If \(sizes.joined(separator: " or ")) are in other units, "
        + "such as billions, bring them to parameters and samples, as with "
        + "\(rescaled(sizes[sizes.count - 1], as: sizes.count > 1 ? "D" : "N", by: 1e9)).")
  }

  /// `--let D=1e9*d`; the new column has another name.
  private func rescaled(_ column: String, as letter: String, by factor: Double) -> String {
    "--let \(column == letter ? "\(letter)_all" : letter)=\(factor.inCompute)*\(column)"
  }
}

extension IsoFlopGroup {
  /// What the budgets say of the units of the sizes.
  public func warnings(of fit: IsoFlopFit) -> [FitWarning] {
    let budgets = points.map { $0.inputs[fit.sizes.count] }
    let far = BudgetUnits(sizes: fit.sizes, computes: budgets)
      .outside(fit.predicted, column: fit.budget)
    guard fit.sizes.count == 2 else { return [far].compactMap(\.self) }
    let mismatch = BudgetUnits(sizes: fit.sizes, points: points)
      .mismatch(budgets, column: fit.budget)
    return [mismatch, far].compactMap(\.self)
  }
}

extension FrontierReport {
  /// What the budgets say of the units of N and D.
  public var warnings: [FitWarning] {
    let units = BudgetUnits(sizes: study.sizes, computes: runs.map(\.compute))
    let mismatch = study.budget.flatMap { units.mismatch(runs.compactMap(\.budget), column: $0) }
    return [mismatch, units.outside(study.budgets)].compactMap(\.self)
  }
}

extension PredictionReport.Entry {
  /// What a budget that was asked for says of the units of N and D.
  ///
  /// - Parameter request: The fit's.
  public func warnings(of request: FitRequest) -> [FitWarning] {
    guard request.form.hasFrontier, !request.inputs.contains("C") else { return [] }
    let asked = place.numbers.filter { $0.name == "C" }.map(\.value)
    return [BudgetUnits(sizes: request.inputs, points: group.points).outside(asked)]
      .compactMap(\.self)
  }
}
