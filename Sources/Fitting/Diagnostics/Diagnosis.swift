import Glibc
import SweepModel

/// What the residuals of a fit say against it, beside what its columns are called.
///
/// Every test asks for a chance below ``level`` under independent normal noise, after a correction
/// for how many places it looks at, so that of sweeps with nothing wrong about one in a hundred is
/// warned of (`quanta-lab bench diagnose`).
struct Diagnosis {
  let points: [FitPoint]
  let context: FitContext
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]
  let problem: Problem
  let search: Search
  let best: Solution
  let asymptotic: Asymptotic?
  /// The standard error that the fit states of every parameter.
  let stated: [Double?]

  /// The chance of a false alarm of each test.
  static let level = 0.002
  /// Below this a look at other forms may pay.
  private static let doubt = 0.01
  /// Residuals below this are rounding.
  private static let rounding = 1e-8

  struct Findings {
    var warnings: [FitWarning] = []
    var comparison: FormComparison?
  }

  /// - Parameter compares: true to compare all forms, whether or not something is wrong.
  func findings(compares: Bool) -> Findings {
    var findings = Findings()
    let residuals = TangentResiduals(problem, best.theta, atBound: best.atBound)
    let isExact = residuals.map { residuals in
      (residuals.squares / Double(residuals.count)).squareRoot() < Self.rounding
    }
    let rivals = Rivals(points: points, form: form, objective: objective, held: held)
    guard var residuals, isExact == false else {
      if compares { findings.comparison = rivals.all() }
      return findings
    }
    if compares { findings.comparison = rivals.all() }
    let order = PointOrder(points: points, context: context)
    let groupings = order.groupings
    if let warning = families(straightened(residuals), residuals, groupings) {
      findings.warnings.append(warning)
      return findings
    }
    var serial = serial(residuals, order, groupings)
    let known = known(residuals, order)
    let correlation = max(serial?.test.correlation ?? 0, known?.correlation ?? 0)
    var turn: Reversal? =
      switch form.inputCount {
      case 1: Reversal(points, correlation: correlation)
      case 2: Reversal(grid: points)
      default: nil
      }
    if (turn?.p ?? 1) > Self.level { turn = nil }
    var look = Look(residuals: residuals, serial: serial)
    let bend = bend(residuals)?.p ?? 1
    if turn == nil, bend < Self.doubt || (serial?.test.p ?? 1) < Self.level {
      look = self.look(
        at: rivals, compares: compares, compared: findings.comparison, residuals, serial, known,
        order)
    }
    (residuals, serial) = (look.residuals, look.serial)
    let (advised, followed) = (look.advised, look.followed)
    // A turn along one of two inputs leaves residuals that are alike along it.
    if turn != nil, form.inputCount > 1 { serial = nil }
    // A wrong form is worse than a narrow interval, so its warning goes first.
    var dependence: FitWarning?
    if let found = serial, found.test.p < (turn == nil ? Self.level : 1e-6) {
      dependence = warning(found, around: advised?.row.form)
    } else {
      serial = nil
    }
    let isSerial = serial != nil || (known != nil && advised == nil)
    findings.warnings += shape(residuals, isSerial: isSerial, turn: turn, advised: advised)
    if isSerial, advised == nil, let followed { findings.warnings.append(bent(followed)) }
    if let dependence { findings.warnings.append(dependence) }
    if let warning = replicates(residuals, isBent: advised != nil || turn != nil) {
      findings.warnings.append(warning)
    }
    return findings
  }

  /// What a bend leaves.
  private func straightened(_ residuals: TangentResiduals) -> TangentResiduals {
    var straight = residuals
    for shape in shapes where straight.degrees > 5 { straight.add(shape) }
    return straight
  }

  /// The F test of bends; of a parabola alone where the points carry no more, from one degree of
  /// freedom beside it on.
  private func bend(_ residuals: TangentResiduals) -> (f: Double, p: Double)? {
    guard form.inputCount == 1, residuals.degrees < 5 else { return residuals.test(shapes) }
    return residuals.test([shapes[0]], leaving: 1)
  }

  /// Bends of ln y along the inputs.
  private var shapes: [[Double]] {
    let logs = (0..<form.inputCount).map { input in points.map { log($0.inputs[input]) } }
    if logs.count == 1 { return [BendShape.powers(logs[0], 2), BendShape.powers(logs[0], 3)] }
    let us = logs.map { BendShape.powers($0, 1) }
    return us.indices.flatMap { i in (i..<us.count).map { j in zip(us[i], us[j]).map { $0 * $1 } } }
  }

  // MARK: Dependence

  struct Serial {
    let test: SerialDependence
    let grouping: PointOrder.Grouping
  }

  /// The surest dependence of neighbours, of what a bend leaves; p corrected for the looks.
  func serial(
    _ residuals: TangentResiduals, _ order: PointOrder, _ groupings: [PointOrder.Grouping]
  ) -> Serial? {
    let straight = straightened(residuals)
    let found = groupings.compactMap { grouping in
      SerialDependence(straight, order.neighbours(grouping)).map {
        Serial(test: $0, grouping: grouping)
      }
    }
    guard let surest = found.min(by: { $0.test.p < $1.test.p }) else { return nil }
    return Serial(test: surest.test.corrected(found.count), grouping: surest.grouping)
  }

  /// Dependence within clusters, which is no matter for intervals but makes bends and lone points of
  /// waves; nil where there is none.
  func known(_ residuals: TangentResiduals, _ order: PointOrder) -> SerialDependence? {
    let test = SerialDependence(straightened(residuals), order.companions)
    return (test?.p ?? 1) < Self.level ? test : nil
  }

  private func warning(_ serial: Serial, around other: FitRequest.Form?) -> FitWarning {
    let (test, grouping) = (serial.test, serial.grouping)
    let rho = min(0.99, max(0, test.correlation))
    let factor = ((1 + rho) / (1 - rho)).squareRoot()
    let place =
      grouping.isColumn
      ? "Among rows of one \(grouping.name), neighbours'" : "Along \(context.input(0)), neighbours'"
    let around = other.map { " around \($0.rawValue) too" } ?? ""
    let mend =
      grouping.isColumn
      ? "Resample all rows of one \(grouping.name) together: \(context.words.cluster(grouping.name))."
      : "Are they checkpoints of one run? Then name the column that tells runs apart with "
        + "\(context.words.cluster("COLUMN")), or keep the last row of every run; "
        + "a wave that the form does not follow looks the same (\(context.words.compare))."
    return FitWarning(
      .dependentResiduals,
      "\(place) residuals\(around) are alike (correlation \(shown(test.correlation)) over \(test.pairs) pairs, "
        + "chance \(chance(test.p))): the rows are not independent, and a standard error\(error) ought "
        + "to be about \(shown(factor)) times as large. \(mend)")
  }

  private var error: String {
    guard let (name, error) = ownError else { return "" }
    return " of \(shown(error)) for \(name)"
  }

  /// The first exponent with the standard error that the fit states, else the asymptotic one.
  private var ownError: (name: String, error: Double)? {
    guard let place = exponentPlace, let covariance = asymptotic?.covariance else { return nil }
    let error = stated[place] ?? covariance[place][place].squareRoot()
    return error > 0 && error.isFinite ? (form.parameters[place].name, error) : nil
  }

  private var exponentPlace: Int? {
    form.parameters.firstIndex { $0.role == .exponent && held[$0.name] == nil }
  }

  // MARK: Single points, bends and turns

  private func shape(
    _ residuals: TangentResiduals, isSerial: Bool, turn: Reversal?, advised: Advice?
  ) -> [FitWarning] {
    if let turn { return [warning(turn)] }
    var warnings: [FitWarning] = []
    let outliers = isSerial ? nil : outliers(residuals)
    if let outliers { warnings += warning(outliers) }
    var bends: FitWarning?
    if let advised {
      bends = Rivals.warning(advised.row, own: advised.own, slopes: slopes(advised.row), context)
    } else if !isSerial, let bend = bend(outliers?.rest ?? residuals), bend.p < Self.level {
      bends = bent(bend.f, bend.p)
    }
    return warnings + (bends.map { [FitWarning($0.code, $0.message + slowNoise)] } ?? [])
  }

  /// The other reading of a bend: few rows of one run, each alike the one before, bend as well.
  private var slowNoise: String {
    guard context.words == .table, form.inputCount == 1, Set(points.map(\.x)).count == points.count,
      Set(points.map(\.clusterKey)).count == points.count
    else { return "" }
    return
      " Rows that follow from each other, as checkpoints of one run do, bend as well: if they are "
      + "such, name the column that tells runs apart with \(context.words.cluster("COLUMN"))."
  }

  /// `its slope goes from 0.1 at n = 1000 to 0.5 at n = 1e+09`.
  private func slopes(_ row: FormComparison.Row) -> String? {
    let xs = points.map(\.x)
    guard form.inputCount == 1, let low = xs.min(), let high = xs.max() else { return nil }
    let curve = ScalingCurve(form: row.form, values: row.parameters.map(\.value))
    let values = [low, high].map { x in
      log(curve.prediction(at: x / 1.01) / curve.prediction(at: x * 1.01)) / (2 * log(1.01))
    }
    guard values.allSatisfy(\.isFinite) else { return nil }
    return "its slope goes from \(shown(values[0])) at \(context.input(0)) = \(shown(low)) to "
      + "\(shown(values[1])) at \(shown(high))"
  }

  /// Points that lie off whether or not a bend is let go with the curve, or where none is left
  /// without them.
  private func outliers(_ residuals: TangentResiduals) -> OutlierSearch? {
    guard let found = OutlierSearch(residuals, level: Self.level) else { return nil }
    if let other = OutlierSearch(straightened(residuals), level: 10 * Self.level),
      other.rows.contains(found.rows[0])
    {
      return found
    }
    return (found.rest.test(shapes)?.p ?? 1) > Self.level ? found : nil
  }

  private func warning(_ outliers: OutlierSearch) -> [FitWarning] {
    let effect = effect(without: outliers.rows)
    let isRobust = problem.threshold < .infinity
    if isRobust, abs(effect?.shift ?? 0) < 0.5 { return [] }
    let names = outliers.rows.prefix(4).map { row -> String in
      let place =
        "\(context.input(0)) = \(shown(points[row].x)), \(context.metric) = "
        + shown(points[row].y)
      return context.points.indices.contains(row) ? "\(context.points[row]) (\(place))" : place
    }
    let more = outliers.rows.count > 4 ? " and \(outliers.rows.count - 4) more" : ""
    let isOne = outliers.rows.count == 1
    return [
      FitWarning(
        .outlier,
        "\(isOne ? "One point lies" : "\(outliers.rows.count) points lie") off the curve of the others "
          + "by \(shown(outliers.distance)) of their standard deviations\(isOne ? "" : " or more") "
          + "(chance \(chance(outliers.p))): \(names.joined(separator: "; "))\(more)."
          + (effect.map { " Without \(isOne ? "it" : "them") \($0.text)." } ?? "")
          + " Find out what "
          + "happened there, and leave \(isOne ? "it" : "them") out"
          + (isRobust ? "." : " or take \(context.words.robust)."))
    ]
  }

  /// What the first exponent becomes without rows.
  private func effect(without rows: [Int]) -> (text: String, shift: Double)? {
    guard let place = exponentPlace else { return nil }
    let kept = points.indices.filter { !rows.contains($0) }.map { points[$0] }
    guard
      let fit = try? Fitter.fit(
        points: kept, form: form, objective: objective, held: held, uncertainty: .none,
        selects: false)
    else { return nil }
    let name = form.parameters[place].name
    let (before, after) = (
      problem.model.values(best.theta)[place], fit.parameters[place].value
    )
    guard before.isFinite, after.isFinite else { return nil }
    let shift = ownError.map { (after - before) / $0.error }
    let digits = max(1e-4, abs(after - before))
    return (
      "\(name) is \(shown(after, to: digits)) instead of \(shown(before, to: digits))"
        + (shift.map { ", \(shown(abs($0))) of its standard errors away" } ?? ""),
      shift ?? .infinity
    )
  }

  private func warning(_ turn: Reversal) -> FitWarning {
    let falls = turn.slopes.before < 0
    let (metric, input) = (context.metric, context.input(turn.input))
    let side = falls ? "up to" : "from"
    return FitWarning(
      .reversal,
      "\(metric) \(falls ? "falls" : "rises") up to \(input) = \(shown(turn.turn)) and "
        + "\(falls ? "rises" : "falls") from there on (slopes of ln \(metric) in ln \(input) "
        + "\(shown(turn.slopes.before)) and \(shown(turn.slopes.after)), chance \(chance(turn.p))): one "
        + "exponent is an average of both and says nothing of either. "
        + (turn.input == 0
          ? "Fit one side with \(context.words.range), which takes \(input) \(side) there."
          : "Fit the rows with \(input) \(side) there alone\(context.words.condition)."))
  }

  /// Another form follows the points, though it cannot be advised.
  private func bent(_ followed: Advice) -> FitWarning {
    FitWarning(
      .curvature,
      "The form \(form.rawValue) does not follow these points: \(followed.row.form.rawValue) lowers AICc "
        + "by \(shown(followed.own.aicc - followed.row.aicc)), more than dependent noise does"
        + (followed.row.objection.map { ", but is \($0.words)" } ?? ", but predicts no better")
        + ". Compare forms with \(context.words.compare), or keep a part of the range with "
        + "\(context.words.range).")
  }

  private func bent(_ f: Double, _ p: Double) -> FitWarning {
    let halves = halves
    return FitWarning(
      .curvature,
      "The residuals bend along \((0..<form.inputCount).map(context.input).joined(separator: ", ")) "
        + "(F = \(shown(f)), chance \(chance(p))): the form \(form.rawValue) does not follow these points"
        + "\(halves.map { ", \($0)" } ?? ""). Compare forms with \(context.words.compare), or keep a part "
        + "of the range with \(context.words.range).")
  }

  /// The exponents of both halves of the range.
  private var halves: String? {
    guard let place = exponentPlace else { return nil }
    let xs = Set(points.map(\.x)).sorted()
    guard xs.count > 3 else { return nil }
    let middle = xs[xs.count / 2]
    let values = [points.filter { $0.x <= middle }, points.filter { $0.x >= middle }].compactMap {
      (try? Fitter.fit(
        points: $0, form: form, objective: objective, held: held, uncertainty: .none,
        selects: false))?.parameters[place].value
    }
    guard values.count == 2, values.allSatisfy(\.isFinite) else { return nil }
    let digits = abs(values[0] - values[1])
    return "whose \(form.parameters[place].name) is \(shown(values[0], to: digits)) up to "
      + "\(context.input(0)) = \(shown(middle)) and \(shown(values[1], to: digits)) from there on"
  }
}

extension SerialDependence {
  /// With p for the best of so many looks.
  func corrected(_ looks: Int) -> SerialDependence {
    SerialDependence(correlation: correlation, p: min(1, p * Double(looks)), pairs: pairs)
  }

  private init(correlation: Double, p: Double, pairs: Int) {
    (self.correlation, self.p, self.pairs) = (correlation, p, pairs)
  }
}
