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
      Real curves of a folder and made-up ones; on each every form that its points carry. The relative \
      excess is F/F' − 1 for the fit's objective F and the least F' of the random starts, found within \
      the fitter's stated domain. Prints the cases above 1e-8, then a table; `missed` counts the cases \
      in which the random starts end more than that above the fit.

      Examples:
        quanta-lab bench optima --starts 2000
        quanta-lab bench optima --synthetic 20 --starts 200 --form bnsl1
        quanta-lab bench optima --objective huber --hold E=0 --starts 500 --limit 40
      """)

  @Option(help: "The folder of published curves.")
  var data = "Tests/FittingTests/Data"
  @Option(help: "Made-up curves.")
  var synthetic = 130
  @Option(help: "Random starts of each case.")
  var starts = 2000
  @Option(help: "Only these forms, with commas between.")
  var form: String?
  @Option(help: "log-ls, ls, huber (delta 0.01) or lad.")
  var objective = "log-ls"
  @Option(help: "NAME=VALUE: a parameter that is held; forms without it are left out.")
  var hold: [String] = []
  @Option(help: "Every so many points bound y from above only.")
  var censored: Int?
  @Option(help: "Leave out this many curves first, so that parts of the set run side by side.")
  var skip = 0
  @Option(help: "At most so many curves.")
  var limit = Int.max
  @Option(help: "The seed of everything.")
  var seed: UInt64 = 1

  func validate() throws {
    guard starts > 0, synthetic >= 0, skip >= 0, limit > 0, (censored ?? 2) > 1 else {
      throw ValidationError(
        "starts and limit must be at least 1, synthetic and skip at least 0, censored at least 2.")
    }
    guard FitRequest.Objective(name: objective) != nil else {
      throw ValidationError("'\(objective)' is no objective. Take log-ls, ls, huber or lad.")
    }
    for pair in hold where pair.split(separator: "=").count != 2 || number(pair) == nil {
      throw ValidationError("'\(pair)' is not NAME=VALUE.")
    }
    for name in names ?? [] where FitRequest.Form(rawValue: name) == nil {
      throw ValidationError("'\(name)' is no form.")
    }
  }

  private func number(_ pair: String) -> Double? {
    pair.split(separator: "=").last.flatMap { Double($0) }
  }

  private var names: [String]? { form.map { $0.split(separator: ",").map(String.init) } }

  func run() throws {
    var curves = try RealCurves(folder: data).all() + SyntheticCurves(seed: seed).all(synthetic)
    curves = Array(curves.dropFirst(skip).prefix(limit))
    if let censored { curves = curves.map { $0.censored(every: censored) } }
    var held: [String: Double] = [:]
    for pair in hold { held[String(pair.prefix { $0 != "=" })] = number(pair) }
    let optima = OptimaCase(
      objective: FitRequest.Objective(name: objective, delta: 0.01) ?? .logLeastSquares, held: held,
      starts: starts, seed: seed)
    var rows: [FitRequest.Form: OptimaRow] = [:]
    for curve in curves {
      for form in curve.forms where names?.contains(form.rawValue) ?? true {
        guard held.keys.allSatisfy({ name in form.parameters.contains { $0.name == name } }) else {
          continue
        }
        optima.measure(curve, form, &rows[form, default: OptimaRow()])
        fflush(nil)
      }
    }
    print(OptimaRow.table(rows, curves: curves.count))
  }
}
