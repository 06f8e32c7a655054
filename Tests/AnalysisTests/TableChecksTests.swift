import Analysis
import Fitting
import Foundation
import SweepModel
import Tables
import Testing

/// What a table's other columns give reason to refuse or to warn of.
struct TableChecksTests {
  /// y = x^-1 with a wobble, and a column of these values.
  private func group(
    _ title: String, _ values: [String], cluster: String? = nil, strata: String? = nil,
    weights: TableFit.Weights? = nil
  ) throws -> FitGroup {
    var rows = ["x,y,\(title)"]
    for (place, value) in values.enumerated() {
      let x = Double(1 << (place / 2))
      rows.append("\(x),\(1 / x * (place % 2 == 0 ? 1.01 : 0.99)),\(value)")
    }
    let table = try Table(text: rows.joined(separator: "\n"), origin: "d.csv")
    return try TableFit(
      request: FitRequest(name: "c", x: "x", y: "y"), cluster: cluster, strata: strata,
      weights: weights
    ).report(over: table, settings: FitSettings(uncertainty: .asymptotic)).groups[0]
  }

  private static let alternating = (0..<12).map { $0 % 2 == 0 }

  @Test(arguments: [
    ("run_name", alternating.map { $0 ? "a" : "b" }, FitWarning.Code.dependentCheckpoints),
    ("seed", alternating.map { $0 ? "0" : "1" }, .fewSeeds),
    ("tuned", alternating.map { $0 ? "true" : "false" }, .untunedRuns),
    ("hparams", alternating.map { $0 ? "tuned" : "base" }, .untunedRuns),
    ("annealed", alternating.map { $0 ? "1" : "0" }, .unannealed),
  ])
  func warnings_fromAColumn_areGiven(
    title: String, values: [String], code: FitWarning.Code
  ) throws {
    let group = try group(title, values)
    #expect(group.warnings.map(\.code) == [code])
    #expect(group.fit != nil)
    let plain = try self.group("note", values)
    #expect(plain.warnings.isEmpty)
  }

  @Test
  func checkpoints_asClusters_areNoMatter() throws {
    let runs = Self.alternating.map { $0 ? "a" : "b" }
    #expect(try group("run", runs, cluster: "run").warnings.isEmpty)
    #expect(try group("run", runs, cluster: "run").fit?.clusterCount == 2)
  }

  /// Runs 1, 2, 3 of every size are replicates and no training curves, also within a group or a part.
  @Test(
    arguments: [
      ([], []), (["g"], []), ([], [RowCondition(column: "g", value: "a")]),
      ([], [RowCondition(column: "run", .notEqual, value: "3")]),
      (["g"], [RowCondition(column: "n", .atLeast, value: "2000")]),
    ] as [([String], [RowCondition])])
  func runs_thatNumberReplicates_areNoCheckpoints(by: [String], filters: [RowCondition]) throws {
    var rows = ["n,loss,run,g"]
    for size in 0..<6 {
      for run in 1...3 {
        for g in ["a", "b"] {
          let n = 1000 * pow(2, Double(size))
          let off = 1 + 0.01 * sin(Double(7 * size + 3 * run + (g == "a" ? 0 : 1)))
          rows.append("\(n),\(5 * pow(n, -0.2) * off),\(run),\(g)")
        }
      }
    }
    // Pooled, each run would be at each place twice: two families, and no replicate numbers.
    let parts = by.isEmpty && !filters.contains { $0.column == "g" } ? ["a"] : ["a", "b"]
    let table = try Table(
      text: rows.filter { row in row.hasPrefix("n") || parts.contains { row.hasSuffix($0) } }
        .joined(separator: "\n"), origin: "runrep.csv")
    let report = try TableFit(
      request: FitRequest(name: "c", x: "n", y: "loss", by: by), filters: filters
    ).report(over: table, settings: FitSettings(uncertainty: .asymptotic))
    for group in report.groups {
      #expect(group.fit != nil)
      #expect(!group.warnings.contains { $0.code == .dependentCheckpoints })
    }
    // The same numbers along a run's steps are checkpoints.
    let steps = try Table(
      text: rows.map { $0.replacing("n,loss", with: "step,loss") }.joined(separator: "\n"),
      origin: "steps.csv")
    let checkpoints = try TableFit(
      request: FitRequest(name: "c", x: "step", y: "loss", by: ["g"])
    ).report(over: steps, settings: FitSettings(uncertainty: .asymptotic))
    #expect(
      checkpoints.groups.allSatisfy { group in
        group.warnings.contains { $0.code == .dependentCheckpoints }
      })
  }

  @Test(arguments: [
    (
      "unit",
      "The rows are in several units (bits, nats). Convert them, or take one with --where unit=…."
    ),
    (
      "budget",
      "The rows are of several budgets, at each of which the metric has its own minimum over x. Take "
        + "one with --where budget=…, a bivariate form, or --isoflop budget."
    ),
  ])
  func mixedRows_areRefused(title: String, message: String) throws {
    let group = try group(title, Self.alternating.map { $0 ? "nats" : "bits" })
    #expect(group.outcome == .refused(message))
  }

  /// Twice the weight is the row twice; σ of y is y/√weight where residuals are of ln y.
  @Test
  func weights_asColumnAndAsDeviations_agree() throws {
    let weights = (0..<12).map { Double(1 + $0 % 5) }
    let one = try group("w", weights.map { "\($0)" }, weights: .column("w"))
    let other = try group(
      "s",
      weights.enumerated().map { place, weight in
        let y = (place % 2 == 0 ? 1.01 : 0.99) / Double(1 << (place / 2))
        return "\(y / weight.squareRoot())"
      }, weights: .deviations("s"))
    let exponents = [one, other].map { $0.fit?.exponent.value ?? .nan }
    #expect(abs(exponents[0] - exponents[1]) < 1e-12)
    let plain = try group("w", weights.map { "\($0)" })
    #expect(abs(exponents[0] - (plain.fit?.exponent.value ?? .nan)) > 1e-6)
    let negative = try group("w", weights.map { "\($0 - 1)" }, weights: .column("w"))
    guard case .refused(let reason) = negative.outcome else {
      Issue.record("accepted")
      return
    }
    #expect(reason.hasPrefix("w = 0 at line 2, and a weight must be positive and finite."))
  }

  @Test
  func emptyValues_areLeftOutAndCounted() throws {
    let table = try Table(
      text: "x,y\n1,1\n2,\n4,0.25\n8,0.125\n16,0.0625\n", origin: "d.csv")
    let group = try TableFit(request: FitRequest(name: "c", x: "x", y: "y")).report(
      over: table, settings: FitSettings(uncertainty: .none)
    ).groups[0]
    #expect(group.leftOut == [.init(reason: "no value of y", count: 1)])
    #expect(group.fit?.pointCount == 4)
  }

  @Test
  func isoFlop_overATable_givesBothExponents() throws {
    var rows = ["n,d,loss,c"]
    for budget in [1e18, 1e19, 1e20] {
      for place in -2...2 {
        let n = 1e-1 * budget.squareRoot() * (1 + 0.3 * Double(place))
        let off = Double(place) * 0.1
        rows.append("\(n),\(budget / 6 / n),\(2 + off * off),\(budget)")
      }
    }
    let table = try Table(text: rows.joined(separator: "\n"), origin: "d.csv")
    let report = try IsoFlopFit(budget: "c", sizes: ["n", "d"], y: "loss").report(
      over: table, resamples: 100, seed: 1)
    let frontiers = try #require(report.groups[0].frontiers)
    for frontier in frontiers { #expect(abs(frontier.exponent.value - 0.5) < 1e-9) }
  }
}
