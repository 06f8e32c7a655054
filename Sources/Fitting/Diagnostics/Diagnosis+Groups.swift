import Basics
import Glibc
import SweepModel

// Rows that belong together though nobody said so, and places that replicates tell apart.

extension Diagnosis {
  /// Rows of one group on one side of the curve: of a column's, or of curves that nothing names.
  func families(
    _ straight: TangentResiduals, _ residuals: TangentResiduals, _ groupings: [PointOrder.Grouping]
  ) -> FitWarning? {
    let found = groupings.filter { $0.input == nil && !isSorted($0) }.compactMap { grouping in
      effect(of: grouping, straight).map { (grouping, $0) }
    }
    if let (grouping, test) = found.min(by: { $0.1.p < $1.1.p }),
      test.p * Double(2 * found.count) < Self.level
    {
      return warning(grouping, test.f, min(1, test.p * Double(2 * found.count)))
    }
    guard form.inputCount <= 2, points.count <= 5000, !areRunsNamed,
      let families = Families(
        BendShape.powers(points.map { log($0.x) }, 1), residuals.values)
    else { return nil }
    let exponents = exponents(
      (0..<families.count).map { family in
        points.indices.filter { families.members[$0] == family }
      })
    return FitWarning(
      .mixture,
      "The points lie on \(families.count) curves and not on one: as many lines leave "
        + "\(shown(100 * families.left)) % of the residual squares\(exponents.map { "; \($0)" } ?? ""). "
        + "One exponent of all is that of none. Split the fit by the column that tells them apart, "
        + "\(context.words.split("COLUMN")).")
  }

  /// True where clusters hold several places: whoever named them knows that runs have levels.
  private var areRunsNamed: Bool {
    Dictionary(grouping: points, by: \.clusterKey).values.contains { run in
      run.contains { $0.inputs != run[0].inputs }
    }
  }

  /// The F test of a level, or of a level and a slope, for every group.
  private func effect(
    of grouping: PointOrder.Grouping, _ residuals: TangentResiduals
  ) -> (f: Double, p: Double)? {
    let groups = grouping.groups.filter { $0.count > 1 }
    guard groups.count > 1, groups.count <= 200, groups.count * points.count <= 2_000_000 else {
      return nil
    }
    let us = BendShape.powers(points.map { log($0.x) }, 1)
    let levels = groups.map { rows in column(rows) { _ in 1 } }
    let slopes = groups.map { rows in column(rows) { us[$0] } }
    let tests = [residuals.test(levels), residuals.test(levels + slopes)].compactMap(\.self)
    return tests.min { $0.p < $1.p }
  }

  private func column(_ rows: [Int], _ value: (Int) -> Double) -> [Double] {
    var column = Array(repeating: 0.0, count: points.count)
    for row in rows { column[row] = points[row].weight.squareRoot() * value(row) }
    return column
  }

  /// True where rows of one place stand sorted by y everywhere: their order is no group then.
  private func isSorted(_ grouping: PointOrder.Grouping) -> Bool {
    guard !grouping.isColumn else { return false }
    let places = Dictionary(grouping: points, by: \.inputs).values.filter { $0.count > 1 }
    func sorted(_ order: (Double, Double) -> Bool) -> Bool {
      places.allSatisfy { place in zip(place, place.dropFirst()).allSatisfy { order($0.y, $1.y) } }
    }
    return sorted(<=) || sorted(>=)
  }

  private func warning(_ grouping: PointOrder.Grouping, _ f: Double, _ p: Double) -> FitWarning {
    let name = grouping.isColumn ? grouping.name : "COLUMN"
    let who =
      grouping.isColumn ? "Rows of one \(name)" : "Rows that come first, second … at a place"
    let exponents = exponents(grouping.groups)
    let seen =
      "\(who) lie on one side of the curve together (F = \(shown(f)), chance \(chance(p)))"
      + (exponents.map { "; \($0)" } ?? "")
    let isSeed =
      Self.replicateNames.contains { name.lowercased().contains($0) } || grouping.groups.count > 6
    let rest =
      isSeed
      ? "They are not independent across \(context.input(0)), and intervals that take them for so are "
        + "too narrow. Resample them together: \(context.words.cluster(name))."
      : "They are several curves, or belong to one run or seed. Split the fit with "
        + "\(context.words.split(name)), or resample them together: \(context.words.cluster(name))."
    return FitWarning(isSeed || !grouping.isColumn ? .sharedEffect : .mixture, "\(seen). \(rest)")
  }

  /// What columns that number replicates are called.
  static let replicateNames = ["seed", "replic", "repeat", "trial", "run", "init"]

  /// `fitted alone they give c from 0.1 to 0.3`.
  private func exponents(_ groups: [[Int]]) -> String? {
    guard groups.count <= 12,
      let place = form.parameters.firstIndex(where: {
        $0.role == .exponent && held[$0.name] == nil
      })
    else { return nil }
    let values = groups.compactMap { rows in
      (try? Fitter.fit(
        points: rows.map { points[$0] }, form: form, objective: objective, held: held,
        uncertainty: .none, selects: false))?.parameters[place].value
    }.filter(\.isFinite)
    guard values.count == groups.count, let low = values.min(), let high = values.max() else {
      return nil
    }
    return "fitted alone they give \(form.parameters[place].name) from "
      + "\(shown(low, to: high - low)) to \(shown(high, to: high - low))"
  }

  /// Places that scatter more than the rows of one place do.
  func replicates(_ residuals: TangentResiduals, isBent: Bool) -> FitWarning? {
    guard !isBent, let test = ReplicateTest(residuals, points), test.p < Self.level else {
      return nil
    }
    return FitWarning(
      .lackOfFit,
      "Places scatter about the curve \(shown(test.f.squareRoot())) times as far as the rows of one place "
        + "about each other (F = \(shown(test.f)) of \(test.places) places and \(test.repeats) repeats, "
        + "chance \(chance(test.p))): either the form \(form.rawValue) is not theirs or something else "
        + "than the seed differs between them. The bootstrap, which draws places, has it in its "
        + "intervals; asymptotic errors do not. Compare forms with \(context.words.compare).")
  }

  // MARK: Numbers

  /// Three significant digits.
  func shown(_ value: Double) -> String { ShortNumber.text(value, digits: 3) }

  /// As many digits as tell values apart that differ by so much.
  func shown(_ value: Double, to difference: Double) -> String {
    guard difference > 0, value != 0 else { return ShortNumber.text(value, digits: 4) }
    let digits = Int(log10(abs(value)).rounded(.down) - log10(difference).rounded(.down)) + 2
    return ShortNumber.text(value, digits: max(2, min(8, digits)))
  }

  func chance(_ p: Double) -> String { p < 1e-6 ? "below 1e-06" : ShortNumber.text(p, digits: 1) }
}
