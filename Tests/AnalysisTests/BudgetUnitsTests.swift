import Fitting
import Foundation
import SweepModel
import Tables
import Testing

@testable import Analysis

/// Sizes that are not in the units of C = 6·N·D are noticed.
struct BudgetUnitsTests {
  /// Four sizes at each of five budgets, D in these units.
  private func table(unit: Double) throws -> Table {
    var rows = ["n,d,c,loss"]
    for power in 18...22 {
      let c = pow(10, Double(power))
      for step in 0..<4 {
        let n = sqrt(c / 120) * pow(2, Double(step) - 1.5)
        let d = c / 6 / n
        let loss = 1.7 + 406 * pow(n, -0.34) + 411 * pow(d, -0.28)
        rows.append("\(n),\(d / unit),\(c),\(loss)")
      }
    }
    return try Table(text: rows.joined(separator: "\n"), origin: "c.csv")
  }

  private func codes(_ warnings: [FitWarning]) -> [FitWarning.Code] { warnings.map(\.code) }

  @Test func budgets_farFromSixND_areWarnedOf() throws {
    let units = BudgetUnits(sizes: ["n", "d"], computes: [1e9, 2e9, 3e9])
    func message(_ factor: Double) -> String? {
      units.mismatch([1e9, 2e9, 3e9].map { factor * $0 }, column: "c")?.message
    }
    for near in [0.3, 1, 1.2, 4] { #expect(message(near) == nil, "\(near)") }
    #expect(message(1.02e9)?.hasPrefix("c is 1.02e9 times 6·n·d") == true)
    #expect(message(1.02e9)?.contains("--let D=1e9*d.") == true)
    #expect(message(1.1e-15)?.contains("--let C=1e15*c.") == true)
    #expect(message(6)?.contains("--let D=6*d.") == true)
  }

  @Test func budgets_manyDecadesOutside_areWarnedOf() {
    let units = BudgetUnits(sizes: ["n", "d"], computes: [0.06, 1e2, 1.5e3])
    #expect(units.outside([1e9, 1e-7]) == nil)
    let message = units.outside([5.76e23])?.message
    #expect(message?.contains("6·n·d of the rows is 0.06 to 1500") == true)
    #expect(message?.contains("5.76e23 lies 20.6 decades outside") == true)
    #expect(BudgetUnits(sizes: ["n", "d"], computes: []).outside([1]) == nil)
  }

  @Test func numbers_ofCompute_haveOneNotation() {
    for (value, text) in [
      (1e18, "1e18"), (1e19, "1e19"), (5.76e23, "5.76e23"), (20, "20"), (0.06, "0.06"),
      (99_996, "1e5"), (2.5e-7, "2.5e-7"),
    ] {
      #expect(value.inCompute == text)
    }
  }

  @Test func studies_inBillions_carryTheWarnings() throws {
    for (unit, expected) in [
      (1, []), (1e9, [FitWarning.Code.budgetUnits, .budgetFarOutside]),
    ] {
      let table = try table(unit: unit)
      let study = FrontierStudy(sizes: ["n", "d"], y: "loss", budget: "c", budgets: [1e23])
      let report = try study.report(over: table, resamples: 100)
      #expect(codes(report.warnings) == expected, "\(unit)")
      let json = String(decoding: try JSONEncoder().encode(report.document), as: UTF8.self)
      #expect(json.contains("budget-units") == !expected.isEmpty)

      let parabolas = IsoFlopFit(budget: "c", sizes: ["n", "d"], y: "loss", predicted: [1e23])
      let frontier = try parabolas.report(over: table, resamples: 100)
      #expect(codes(frontier.groups[0].warnings(of: parabolas)) == expected.prefix(1).map { $0 })

      let request = FitRequest(
        name: "c", x: "n", further: ["d"], y: "loss", form: .chinchilla)
      let fit = try TableFit(request: request).report(
        over: table, settings: FitSettings(uncertainty: .asymptotic, budgets: [1e23]))
      #expect(
        codes(fit.groups[0].warnings) == expected.suffix(1).map { $0 }, "\(unit)")
      let prediction = try PredictionReport(fit, at: [AskedPlace(parsing: "C=1e23")])
      #expect(
        codes(prediction.entries[0].warnings(of: request)) == expected.suffix(1).map { $0 })
    }
  }
}
