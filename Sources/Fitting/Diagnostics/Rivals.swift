import Basics
import Glibc
import SweepModel

/// The forms that a fit is compared with, under the same objective.
struct Rivals {
  let points: [FitPoint]
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]

  /// A lower AICc by so much is strong evidence (Burnham & Anderson 2002, table 2.6).
  private static let margin = 10.0
  /// Within so much of the lowest AICc the form of fewer parameters is preferred.
  private static let tie = 4.0
  /// A held-out error is lower where it is at most this share of the other.
  private static let share = 0.8
  /// Of more points a part is looked at unasked.
  private static let limit = 60
  /// How many of the largest scales are predicted.
  private static let rollOutCount = 3

  /// Every form of as many inputs.
  func all() -> FormComparison {
    let forms = FitRequest.Form.allCases.filter { $0.inputCount == form.inputCount }
    // C and M = D/N are other inputs than N and D.
    return comparison(
      forms.filter { $0 == form || ($0 != .overtrained && form != .overtrained) })
  }

  /// A form that does better, looked for at little cost: those of few parameters first, a broken law of
  /// several breaks only where one does better and does not do; held-out errors only of those that the
  /// other criteria leave. Nil where parameters are held, a choice that nobody asks advice on.
  ///
  /// - Parameter accepts: false for a form that is out of the question.
  /// - Returns: The comparison, where it advises, and else the broken law that follows the points.
  func advice(
    _ accepts: (FormComparison.Row) -> Bool
  ) -> (comparison: FormComparison?, bend: Diagnosis.Advice?) {
    guard held.isEmpty, form.inputCount == 1 else { return (nil, nil) }
    let few = Rivals(points: thinned, form: form, objective: objective, held: held)
    let cuts = few.cuts
    var rows = few.rows([form, .offset], cuts: [])
    func found() -> FormComparison? {
      guard let own = rows.first(where: \.isFitted) else { return nil }
      let better = rows.filter { few.isBetter($0, than: own) && accepts($0) }
      guard !better.isEmpty else { return nil }
      let timed = ([own] + better).map { $0.with(heldOut: few.heldOut($0.form, cuts)) }
      let comparison = FormComparison(
        rows: timed, leftOut: [], advised: few.advised(timed), rollOuts: cuts.map(\.scale))
      return comparison.advised == nil ? nil : comparison
    }
    if let simple = found(), let advised = simple.advised, few.follows(advised) {
      return (simple, nil)
    }
    // One break follows nearly every bend: where it does not do, the others do not either.
    if form != .bnsl1 {
      rows += few.rows([.bnsl1], cuts: [])
      guard let own = rows.first(where: \.isFitted), let bent = rows.last, bent.form == .bnsl1,
        bent.aicc < own.aicc - Self.margin, accepts(bent)
      else { return (nil, nil) }
    }
    rows += few.rows([.power, .shifted, .quanta].filter { $0 != form }, cuts: [])
    guard let bent = found(), let advised = bent.advised else {
      let bent = rows.first {
        $0.form == .bnsl1 && !$0.isFitted && [nil, .unidentified].contains($0.objection)
      }
      let own = rows.first(where: \.isFitted)
      return (nil, bent.flatMap { bent in own.map { Diagnosis.Advice(row: bent, own: $0) } })
    }
    guard points.count >= 20, !few.follows(advised), form != .bnsl2 else { return (bent, nil) }
    rows += few.rows([.bnsl2], cuts: [])
    return (found() ?? bent, nil)
  }

  /// True where the residuals of a form do not bend any more.
  private func follows(_ row: FormComparison.Row) -> Bool {
    guard let residuals = residuals(row) else { return true }
    let xs = points.map { log($0.x) }
    return (residuals.test([2, 3, 4].map { BendShape.powers(xs, $0) })?.p ?? 1) > 0.01
  }

  /// Of many points some, evenly in log x.
  private var thinned: [FitPoint] {
    guard points.count > Self.limit else { return points }
    let sorted = points.sorted { $0.x < $1.x }
    let (low, high) = (log(sorted[0].x), log(sorted[sorted.count - 1].x))
    var (taken, last) = ([FitPoint](), -1)
    for (index, point) in sorted.enumerated() {
      let place = Int((log(point.x) - low) / (high - low) * Double(Self.limit))
      if place > last || index == sorted.count - 1 { taken.append(point) }
      last = max(last, place)
    }
    return taken
  }

  private func comparison(_ forms: [FitRequest.Form]) -> FormComparison {
    let cuts = cuts
    var leftOut: [FormComparison.LeftOut] = []
    let rows = rows(forms, cuts: cuts) {
      leftOut.append(FormComparison.LeftOut(form: $0, reason: $1))
    }
    .sorted { $0.aicc < $1.aicc }
    return FormComparison(
      rows: rows, leftOut: leftOut, advised: advised(rows), rollOuts: cuts.map(\.scale))
  }

  private func rows(
    _ forms: [FitRequest.Form], cuts: [Cut],
    refused: (FitRequest.Form, String) -> Void = { _, _ in }
  ) -> [FormComparison.Row] {
    var seen: Set<FitRequest.Form> = []
    return forms.filter { seen.insert($0).inserted }.compactMap { candidate in
      do throws(FitError) {
        return try row(candidate, cuts)
      } catch {
        refused(candidate, error.description)
        return nil
      }
    }
  }

  private func fit(_ form: FitRequest.Form, _ points: [FitPoint]) throws(FitError) -> Fit {
    try Fitter.fit(
      points: points, form: form, objective: objective, held: form == self.form ? held : [:],
      uncertainty: .none, selects: false)
  }

  private func row(
    _ candidate: FitRequest.Form, _ cuts: [Cut]
  ) throws(FitError) -> FormComparison.Row {
    let fit = try fit(candidate, points)
    let n = Double(points.count)
    let k = Double(candidate.parameters.count { fit.held[$0.name] == nil } + 1)
    let needed = candidate.parameters.count + 2
    guard n > k + 1 else {
      throw .tooFewPoints(form: candidate, distinct: points.count, needed: needed)
    }
    let deviance = Deviance.value(objective, fit.objectiveValue, count: points.count)
    return FormComparison.Row(
      form: candidate, parameters: estimates(fit), isFitted: candidate == form,
      aicc: deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1),
      heldOut: heldOut(candidate, cuts), objection: objection(fit))
  }

  private func estimates(_ fit: Fit) -> [Estimate] {
    zip(candidates(fit), fit.parameters).map { place, estimate in
      Estimate(
        name: estimate.name, value: estimate.value, standardError: place.flatMap { error($0, fit) })
    }
  }

  /// The places of the exponents, nil for other parameters.
  private func candidates(_ fit: Fit) -> [Int?] {
    fit.form.parameters.enumerated().map { $1.role == .exponent && !$1.isLogarithmic ? $0 : nil }
  }

  private func error(_ place: Int, _ fit: Fit) -> Double? {
    guard let variance = fit.covariance?[place][place], variance > 0, variance.isFinite else {
      return nil
    }
    return variance.squareRoot()
  }

  // MARK: Roll-outs

  typealias Cut = (scale: Double, below: [FitPoint], above: [FitPoint])

  /// How large the run of a point is: its input, or the product of several.
  private func scale(_ point: FitPoint) -> Double { point.inputs.reduce(1, *) }

  /// The last scales, or as many last twentieths of many, each with what lies below it.
  private var cuts: [Cut] {
    let scales = Set(points.map(scale)).sorted()
    let step = max(1, scales.count / 20)
    return (1...Self.rollOutCount).compactMap { number in
      guard scales.count > number * step + 2 else { return nil }
      let cut = scales[scales.count - number * step]
      return (cut, points.filter { scale($0) < cut }, points.filter { scale($0) >= cut })
    }
  }

  private func heldOut(
    _ form: FitRequest.Form, _ cuts: [Cut]
  ) -> Double? {
    var (squares, count) = (0.0, 0)
    for cut in cuts {
      guard let fit = try? fit(form, cut.below) else { return nil }
      for (point, value) in zip(cut.above, fit.predictions(at: cut.above.map(\.inputs))) {
        let error = log(value) - log(point.y)
        squares += error * error
        count += 1
      }
    }
    let error = (squares / Double(count)).squareRoot()
    return count > 0 && error.isFinite ? error : nil
  }

  // MARK: Advice

  private func advised(_ rows: [FormComparison.Row]) -> FormComparison.Row? {
    guard let own = rows.first(where: \.isFitted), let error = own.heldOut else { return nil }
    let better = rows.filter {
      isBetter($0, than: own) && ($0.heldOut ?? .infinity) < Self.share * error
    }
    guard let lowest = better.min(by: { $0.aicc < $1.aicc }) else { return nil }
    return better.filter { $0.aicc < lowest.aicc + Self.tie }
      .min { $0.form.parameters.count < $1.form.parameters.count }
  }

  private func isBetter(_ row: FormComparison.Row, than own: FormComparison.Row) -> Bool {
    !row.isFitted && row.objection == nil && row.aicc < own.aicc - Self.margin
  }

  private func objection(_ fit: Fit) -> FormComparison.Objection? {
    if !fit.converged { return .unconverged }
    if fit.warnings.contains(where: { $0.code == .unidentified }) { return .unidentified }
    // A sharp break is as sharp as the search allows, and a broken law may well end without a floor.
    let isAtBound =
      fit.isFloorAtBound || fit.warnings.contains { $0.code == .parameterAtBoundary }
    if isAtBound, ![.bnsl1, .bnsl2, .bnsl3].contains(fit.form) { return .atBound }
    return isSensible(fit) ? (isDetermined(fit) ? nil : .unidentified) : .wrongSign
  }

  /// Exponents above 0 where the metric falls, and a curve that does not turn within the data.
  private func isSensible(_ fit: Fit) -> Bool {
    let isBroken = [.bnsl1, .bnsl2, .bnsl3].contains(fit.form)
    let exponents = zip(fit.form.parameters, fit.parameters).filter { $0.0.role == .exponent }
    if !isBroken, exponents.contains(where: { $0.1.value <= 0 }) { return false }
    guard fit.form.inputCount == 1, let low = points.map(\.x).min(),
      let high = points.map(\.x).max()
    else { return true }
    let places = (0...60).map { [low * pow(high / low, Double($0) / 60)] }
    let curve = fit.predictions(at: places)
    guard curve.allSatisfy(\.isFinite) else { return false }
    let rises = zip(curve, curve.dropFirst()).count { $0 < $1 * (1 - 1e-9) }
    let falls = zip(curve, curve.dropFirst()).count { $0 * (1 - 1e-9) > $1 }
    return rises == 0 || falls == 0
  }

  /// Exponents known to half their value; of a broken law, whose slopes may well be near 0, to the
  /// size of the largest, and breaks among the points or within a tenfold of them.
  private func isDetermined(_ fit: Fit) -> Bool {
    guard ![.bnsl1, .bnsl2, .bnsl3].contains(fit.form) else {
      let scales = zip(fit.form.parameters, fit.parameters).filter { $0.0.role == .scale }
      let exponents = candidates(fit).compactMap(\.self)
      let largest = exponents.map { abs(fit.parameters[$0].value) }.max() ?? 0
      let xs = points.map(\.x)
      let (low, high) = ((xs.min() ?? 0) / 10, (xs.max() ?? 0) * 10)
      return scales.allSatisfy { low...high ~= $0.1.value }
        && exponents.allSatisfy { (error($0, fit) ?? .infinity) < largest }
    }
    return candidates(fit).compactMap(\.self).allSatisfy { place in
      fit.held[fit.form.parameters[place].name] != nil
        || (error(place, fit) ?? .infinity) < 0.5 * abs(fit.parameters[place].value)
    }
  }

  /// The residuals of another form's fit, as diagnostics see them.
  func residuals(_ row: FormComparison.Row) -> TangentResiduals? {
    let binding = Binding(points: points, form: row.form, held: row.form == form ? held : [:])
    let problem = Search(form: row.form, objective: objective).problem(binding)
    return TangentResiduals(
      problem, binding.model.theta(row.parameters.map(\.value)), atBound: Mask())
  }

  /// Why another form is advised.
  static func warning(
    _ row: FormComparison.Row, own: FormComparison.Row, slopes: String?, _ context: FitContext
  ) -> FitWarning {
    func text(_ value: Double) -> String { ShortNumber.text(value, digits: 3) }
    let seen =
      "AICc is lower by \(text(own.aicc - row.aicc)) and the error on the largest scales, held out, "
      + "\(text(100 * (row.heldOut ?? 0))) % instead of \(text(100 * (own.heldOut ?? 0))) %"
    let exponent = row.exponent
    let advice =
      "Fit with \(context.words.form(row.form)); \(context.words.compare) shows all forms."
    switch row.form {
    case .offset:
      let floor = row.parameters.first { $0.name == "E" }.map { " E = \(text($0.value))" } ?? ""
      return FitWarning(
        .offsetIgnored,
        "With a floor\(floor) \(seen): the slope of a power law is then too flat "
          + "(\(text(own.exponent.value)) instead of \(text(exponent.value))). \(advice)")
    case .quanta:
      return FitWarning(
        .finiteQuanta,
        "The curve bends as a finite pool of quanta bends it: \(seen), alpha \(text(exponent.value)); "
          + "the slope of a power law is then too steep. \(advice)")
    default:
      return FitWarning(
        .betterForm,
        "The curve bends, and \(row.form.rawValue) follows it: \(seen)"
          + "\(slopes.map { "; \($0), where \(own.form.rawValue) has \(text(own.exponent.value))" } ?? ""). "
          + advice)
    }
  }
}
