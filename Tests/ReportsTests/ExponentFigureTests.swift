import Analysis
import Fitting
import Foundation
import SweepModel
import Testing

@testable import Reports

/// Exponents against the axis that splits a fit.
@Suite struct ExponentFigureTests {
  private func group(_ labels: [FitGroup.Label], exponent: Double, theory: Double?) throws
    -> FitGroup
  {
    let points = (1...8).map {
      FitPoint(
        x: Double(1 << $0), y: 3 * power(Double(1 << $0), -exponent) * (1 + 0.01 * Double($0 % 2)),
        cluster: $0)
    }
    return FitGroup(
      labels: labels, points: points,
      outcome: .fitted(try Fitter.fit(points: points, uncertainty: .asymptotic, selects: false)),
      theory: theory.map { TheoreticalExponent(value: $0, formula: "α", source: "a paper") })
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    ScalingCurve(form: .power, values: [1, -exponent]).prediction(at: base)
  }

  private func report(_ groups: [FitGroup], by: [String]) -> FitReport {
    FitReport(
      source: "s", request: FitRequest(name: "alpha_N", x: "parameters", y: "loss.final", by: by),
      groups: groups)
  }

  @Test func numericAxis_hasADotWithItsIntervalAndTheTheoryForEachGroup() throws {
    let groups = try [0.2, 0.4, 0.6].map {
      try group([.init(name: "alpha", value: "\($0)")], exponent: 0.8 * $0, theory: $0)
    }
    let figure = try #require(ExponentFigure.draw(report(groups, by: ["alpha"])))
    #expect(figure.svg.contains(">theory, α</text>") && figure.svg.contains(">alpha</text>"))
    #expect(figure.svg.contains(">exponent c</text>"))
    #expect(figure.svg.components(separatedBy: "<circle").count - 1 == 3 + 1)
    #expect(
      figure.caption
        == "Fitted exponents with their 95 % intervals against alpha; dashed: α, theory.")
  }

  @Test func furtherAxis_makesSeries_wordsAndPairsMakeNone() throws {
    let groups = try [0.2, 0.4, 0.6].flatMap { alpha in
      try ["relu", "tanh"].map { activation in
        try group(
          [.init(name: "act", value: activation), .init(name: "alpha", value: "\(alpha)")],
          exponent: alpha, theory: nil)
      }
    }
    let figure = try #require(ExponentFigure.draw(report(groups, by: ["act", "alpha"])))
    #expect(figure.svg.contains(">act=relu</text>") && figure.svg.contains(">act=tanh</text>"))
    #expect(!figure.svg.contains(">theory"))
    #expect(ExponentFigure.draw(report(Array(groups.prefix(4)), by: ["act", "alpha"])) == nil)
    let words = try ["a", "b", "c"].map {
      try group([.init(name: "data", value: $0)], exponent: 0.3, theory: nil)
    }
    #expect(ExponentFigure.draw(report(words, by: ["data"])) == nil)
  }
}
