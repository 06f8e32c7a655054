import Analysis
import Fitting
import Foundation
import FoundationXML
import Reports
import SweepModel
import Testing

struct FigureTests {
  private func isWellFormed(_ text: String) -> Bool {
    XMLParser(data: Data(text.utf8)).parse()
  }

  @Test
  func scalingFigure_completeFit_drawsEveryPartWellFormed() throws {
    let figure = ScalingFigure.draw(try SampleReports.report(SampleReports.records()))
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.contains("mean over seeds"))
    #expect(figure.svg.contains("95 % band"))
    #expect(figure.svg.contains("theory, α = 0.400"))
    #expect(figure.svg.contains("Parameters N"))
    #expect(figure.svg.contains("Test loss (bits)"))
    #expect(!figure.svg.contains("incomplete"))
    // Thirty jobs, ten means and two in the legend.
    #expect(figure.svg.split(separator: "<circle").count - 1 == 42)
  }

  @Test
  func scalingFigure_gridWithHoles_saysIncomplete() throws {
    let figure = ScalingFigure.draw(try SampleReports.report(SampleReports.records(holes: 2)))
    #expect(figure.svg.contains("incomplete: 2 of 30 points missing"))
  }

  @Test
  func scalingFigure_hostileNames_areEscaped() {
    let report = FitReport(
      source: "<script>&\"'", request: FitRequest(name: "]]>\u{1}", x: "<x>", y: "<y>"),
      groups: [
        FitGroup(
          labels: [.init(name: "<a>", value: "&")],
          points: [.init(x: 1, y: 1, cluster: 0), .init(x: 2, y: 1, cluster: 1)],
          outcome: .refused("<no>"))
      ])
    let figure = ScalingFigure.draw(report)
    #expect(isWellFormed(figure.svg))
    #expect(!figure.svg.contains("<script>"))
  }

  @Test
  func scalingFigure_valuesWithoutLogarithm_arePassedOver() {
    let points = [1.0, 0, -3, .nan, .infinity, 2].enumerated().map {
      FitPoint(x: Double($0.offset), y: $0.element, cluster: $0.offset)
    }
    let report = FitReport(
      source: "s", request: FitRequest(name: "n", x: "x", y: "y"),
      groups: [FitGroup(points: points, outcome: .refused("no logarithm"))])
    let figure = ScalingFigure.draw(report)
    #expect(isWellFormed(figure.svg))
    #expect(!figure.svg.contains("nan"))
  }

  @Test
  func scalingFigure_noPoints_saysSo() {
    let report = FitReport(
      source: "s", request: FitRequest(name: "n", x: "x", y: "y"),
      groups: [FitGroup(points: [], outcome: .refused("none"))])
    let figure = ScalingFigure.draw(report)
    #expect(figure.caption == "No points to draw.")
    #expect(isWellFormed(figure.svg))
  }

  @Test
  func emergenceFigure_fiveHundredSubtasks_staysCompact() throws {
    let figure = EmergenceFigure.draw(SampleReports.emergence(), source: "s")
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.utf8.count < 60_000)
    #expect(figure.svg.contains("Subtask loss (bits)"))
  }

  @Test
  func emergenceFigure_oneColumn_isDrawn() {
    let figure = EmergenceFigure.draw(
      SampleReports.emergence(subtasks: 3, columns: 1), source: "s")
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.contains("data:image/png;base64,"))
  }

  @Test
  func agreementFigure_twoFamilies_areNamedAndTellApart() {
    let families = [
      CurveFamily(name: "Quanta", x: [1, 10, 100], runs: [[3, 2, 1], [3.2, 2.1, 1]]),
      CurveFamily(name: "PyTorch", x: [1, 10, 100], runs: [[3, 2, 1]]),
    ]
    let figure = CurvesFigure.agreement(title: "Agreement", families: families, caption: "Both.")
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.contains("Quanta: 2 seeds, PyTorch: 1 seed"))
    #expect(figure.svg.contains("stroke-dasharray=\"7 4\""))
  }

  @Test
  func family_threeRuns_hasMeanAndDeviation() {
    let family = CurveFamily(name: "f", x: [1], runs: [[1], [2], [3]])
    #expect(family.mean(at: 0) == 2)
    #expect(family.deviation(at: 0) == 1)
    #expect(CurveFamily(name: "f", x: [1], runs: [[1]]).deviation(at: 0) == nil)
  }
}
