import Fitting
import Glibc
import SweepModel

/// What a fit's optimum is compared under.
struct OptimaCase {
  let objective: FitRequest.Objective
  let held: [String: Double]
  let starts: Int
  let seed: UInt64

  /// Above this relative excess a minimum counts as missed.
  private static let tolerance = 1e-8

  /// Adds one form on one curve to the form's row; nothing where the points cannot carry it.
  func measure(_ curve: OptimaCurve, _ form: FitRequest.Form, _ row: inout OptimaRow) {
    let started = clock()
    guard
      let fit = try? Fitter.fit(
        points: curve.points, form: form, objective: objective, held: held, uncertainty: .none,
        selects: false)
    else { return }
    let fitted = clock()
    let least = DenseMultistart(curve.points, form, objective: objective, held: held)
      .least(starts: starts, seed: seed)
    row.cases += 1
    row.fitSeconds.append(seconds(fitted - started))
    row.rivalSeconds += seconds(clock() - fitted)
    if !fit.converged {
      row.unconverged += 1
      print(
        "not converged: \(form.rawValue) on \(curve.name): gradient \(fit.scaledGradientNorm), "
          + "at \(fit.parameters.map(\.value))")
    }
    // Both are exact to rounding there.
    let isExact = fit.objectiveValue < 1e-24 * Double(curve.points.count)
    let excess = isExact ? 0 : fit.objectiveValue / least.value - 1
    row.worst = max(row.worst, excess)
    if excess < -Self.tolerance { row.missed += 1 }
    guard excess > Self.tolerance else { return }
    row.above += 1
    print(
      "above by \(excess): \(form.rawValue) on \(curve.name): \(fit.objectiveValue) "
        + "\(fit.converged ? "" : "(not converged) ")at \(fit.parameters.map(\.value)), where "
        + "\(least.value) exists, at \(least.theta)")
  }

  private func seconds(_ ticks: clock_t) -> Double {
    Double(ticks) / Double(CLOCKS_PER_SEC)
  }
}

/// What a form's cases came to.
struct OptimaRow {
  var cases = 0
  var above = 0
  var missed = 0
  var unconverged = 0
  var worst = -1.0
  var fitSeconds: [Double] = []
  var rivalSeconds = 0.0

  static func table(_ rows: [FitRequest.Form: OptimaRow], curves: Int) -> String {
    let head =
      "\n| form | cases of \(curves) curves | worst relative excess | above 1e-8 | missed | unconverged "
      + "| median and worst fit, CPU ms | starts, CPU s |\n|---|---|---|---|---|---|---|---|"
    return rows.sorted { $0.key.rawValue < $1.key.rawValue }.reduce(head) { text, entry in
      let (form, row) = entry
      let sorted = row.fitSeconds.sorted()
      return text
        + "\n| \(form.rawValue) | \(row.cases) | \(row.worst) | \(row.above) | \(row.missed) "
        + "| \(row.unconverged) | \(Int(1e3 * sorted[sorted.count / 2])), "
        + "\(Int(1e3 * (sorted.last ?? 0))) | \(Int(row.rivalSeconds)) |"
    }
  }
}
