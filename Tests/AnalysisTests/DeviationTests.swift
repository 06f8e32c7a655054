import Analysis
import Fitting
import SweepModel
import Tables
import Testing

/// Columns of standard deviations of y, and columns that split a fit.
@Suite struct DeviationTests {
  private static let factors = [1.04, 0.97, 1.02, 0.95, 1.05, 0.99, 0.98, 1.03]

  /// y = 5·x^-0.5 off by up to 5 %, and σ of it.
  private func fit(
    _ objective: FitRequest.Objective, weights: TableFit.Weights?, sigma: (Double) -> Double
  ) throws -> FitGroup {
    var rows = ["n,loss,s"]
    for (place, factor) in Self.factors.enumerated() {
      let x = Double(100 << (2 * place))
      let y = 5 / x.squareRoot() * factor
      rows.append("\(x),\(y),\(sigma(y))")
    }
    return try TableFit(
      request: FitRequest(name: "c", x: "n", y: "loss", objective: objective), weights: weights
    ).report(
      over: Table(text: rows.joined(separator: "\n"), origin: "d.csv"),
      settings: FitSettings(uncertainty: .asymptotic)
    ).groups[0]
  }

  /// σ of y in proportion to y is the same everywhere in ln y, so it changes nothing.
  @Test(arguments: [
    FitRequest.Objective.logLeastSquares, .huber(delta: 0.01), .leastAbsolute,
  ])
  func deviations_inProportionToY_weighLogarithmsAlike(objective: FitRequest.Objective) throws {
    let plain = try fit(objective, weights: nil) { _ in 1 }
    let weighted = try fit(objective, weights: .deviations("s")) { 0.05 * $0 }
    let exponents = [plain, weighted].map { $0.fit?.exponent.value ?? .nan }
    #expect(abs(exponents[0] - exponents[1]) < 1e-9, "\(exponents)")
  }

  /// One σ for all leaves least squares of y as they are, and weighs logarithms by y².
  @Test func deviations_alike_weighYAlikeAndLogarithmsBySquares() throws {
    let raw = try fit(.leastSquares, weights: nil) { _ in 0.01 }
    let same = try fit(.leastSquares, weights: .deviations("s")) { _ in 0.01 }
    #expect(
      abs((raw.fit?.exponent.value ?? .nan) - (same.fit?.exponent.value ?? .nan)) < 1e-9)
    let logs = try fit(.logLeastSquares, weights: .deviations("s")) { _ in 0.01 }
    let squares = try fit(.logLeastSquares, weights: .column("s")) { $0 * $0 / 1e-4 }
    #expect(
      abs((logs.fit?.exponent.value ?? .nan) - (squares.fit?.exponent.value ?? .nan)) < 1e-9)
    #expect(logs.points.map(\.weight) == logs.points.map { ($0.y / 0.01) * ($0.y / 0.01) })
    #expect(same.points.allSatisfy { $0.weight == 1 / (0.01 * 0.01) })
  }

  /// What is missing in a column of numbers is one group for each way in which it is written.
  @Test func groups_ofMissingValues_areNotPooled() throws {
    var rows = ["g,n,loss"]
    for group in ["1", "NaN", ""] {
      for place in 0..<5 { rows.append("\(group),\(1000 << place),\(1 / Double(1 << place))") }
    }
    let report = try TableFit(request: FitRequest(name: "c", x: "n", y: "loss", by: ["g"])).report(
      over: Table(text: rows.joined(separator: "\n"), origin: "d.csv"),
      settings: FitSettings(uncertainty: .none))
    #expect(report.groups.map { $0.labels[0].value } == ["1", "NaN", ""])
    #expect(report.groups.allSatisfy { $0.fit?.pointCount == 5 })
  }

  /// Numbers written in two ways are one group, which is not told to be split by itself.
  @Test func warnings_ofASplitColumn_doNotAdviseToSplitByIt() throws {
    var rows = ["g,n,loss"]
    for (name, level) in [("1e5", 1.0), ("100000", 1.5)] {
      for place in 0..<8 {
        let wobble = 1 + 0.001 * Self.factors[place]
        rows.append("\(name),\(1000 << place),\(level * wobble / Double(1 << place))")
      }
    }
    let report = try TableFit(request: FitRequest(name: "c", x: "n", y: "loss", by: ["g"])).report(
      over: Table(text: rows.joined(separator: "\n"), origin: "d.csv"))
    #expect(report.groups.count == 1)
    #expect(!report.groups[0].warnings.contains { $0.message.contains("--by g") })
  }
}
