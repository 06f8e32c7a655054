import ArgumentParser
import Fitting
import Foundation
import SweepModel

/// Compares the fitter's minima with those of a dense multi-start that shares nothing with it.
struct OptimaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optima",
    abstract: "Compares the fitter's minima with the best of thousands of random starts.",
    discussion: """
      Real curves of a folder and made-up ones; on each every form that its points carry, least \
      squares of logarithms. The relative excess is F/F' − 1 for the fit's objective F and the least F' \
      of the random starts, found within the fitter's stated domain. Prints the cases above 1e-8, then \
      a table.

      Examples:
        quanta-bench optima --starts 2000
        quanta-bench optima --synthetic 20 --starts 200 --form bnsl1
      """)

  @Option(help: "The folder of published curves.")
  var data = "Tests/FittingTests/Data"
  @Option(help: "Made-up curves.")
  var synthetic = 130
  @Option(help: "Random starts of each case.")
  var starts = 2000
  @Option(help: "Only this form.")
  var form: String?
  @Option(help: "Leave out this many curves first, so that parts of the set run side by side.")
  var skip = 0
  @Option(help: "At most so many curves.")
  var limit = Int.max
  @Option(help: "The seed of everything.")
  var seed: UInt64 = 1

  /// Above this relative excess a minimum counts as missed.
  private static let tolerance = 1e-8

  func validate() throws {
    guard starts > 0, synthetic >= 0, skip >= 0, limit > 0 else {
      throw ValidationError("starts and limit must be at least 1, synthetic and skip at least 0.")
    }
  }

  /// What a form's cases came to.
  private struct Row {
    var cases = 0
    var above = 0
    var unconverged = 0
    var worst = -1.0
    var fitSeconds: [Double] = []
    var rivalSeconds = 0.0
  }

  func run() throws {
    let all = try RealCurves(folder: data).all() + SyntheticCurves(seed: seed).all(synthetic)
    let curves = Array(all.dropFirst(skip).prefix(limit))
    var rows: [FitRequest.Form: Row] = [:]
    for curve in curves {
      for form in curve.forms where self.form == nil || form.rawValue == self.form {
        var row = rows[form] ?? Row()
        measure(curve, form, &row)
        rows[form] = row
      }
    }
    print(
      "\n| form | cases of \(curves.count) curves | worst relative excess | above 1e-8 | unconverged "
        + "| median and worst fit, ms | starts, s |\n|---|---|---|---|---|---|---|")
    for (form, row) in rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let sorted = row.fitSeconds.sorted()
      print(
        "| \(form.rawValue) | \(row.cases) | \(row.worst) | \(row.above) | \(row.unconverged) "
          + "| \(Int(1e3 * sorted[sorted.count / 2])), \(Int(1e3 * (sorted.last ?? 0))) "
          + "| \(Int(row.rivalSeconds)) |")
    }
  }

  private func measure(_ curve: OptimaCurve, _ form: FitRequest.Form, _ row: inout Row) {
    let started = ContinuousClock().now
    guard
      let fit = try? Fitter.fit(
        points: curve.points, form: form, uncertainty: .none, selects: false)
    else { return }
    let fitted = ContinuousClock().now
    let least = DenseMultistart(curve.points, form).least(starts: starts, seed: seed)
    row.cases += 1
    row.fitSeconds.append(seconds(fitted - started))
    row.rivalSeconds += seconds(ContinuousClock().now - fitted)
    if !fit.converged { row.unconverged += 1 }
    // Both are exact to rounding there.
    let isExact = fit.objectiveValue < 1e-24 * Double(curve.points.count)
    let excess = isExact ? 0 : fit.objectiveValue / least.value - 1
    row.worst = max(row.worst, excess)
    guard excess > Self.tolerance else { return }
    row.above += 1
    print(
      "above: \(form.rawValue) on \(curve.name): \(fit.objectiveValue) where \(least.value) exists, at "
        + "\(least.theta)")
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
