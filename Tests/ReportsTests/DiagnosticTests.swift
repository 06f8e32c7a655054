import Analysis
import Fitting
import Foundation
import FoundationXML
import SweepModel
import Testing

@testable import Reports

/// The figures that judge a fit.
struct DiagnosticTests {
  private func isWellFormed(_ figure: Figure) -> Bool {
    XMLParser(data: Data(figure.svg.utf8)).parse()
  }

  private func count(_ text: String, in figure: Figure) -> Int {
    figure.svg.components(separatedBy: text).count - 1
  }

  @Test
  func residuals_univariateFit_haveEveryPointAndThreeLines() throws {
    let report = try SampleReports.report(SampleReports.records())
    let figure = try #require(ResidualFigure.draw(report))
    #expect(isWellFormed(figure))
    #expect(count("<circle", in: figure) == 30)
    #expect(count("stroke-dasharray=\"6 5\"", in: figure) == 2)
    let spread = try #require(report.groups[0].fit?.rmsLogResidual)
    #expect(figure.svg.contains("root mean square \(Number.significant(spread, 2))"))
  }

  @Test
  func residuals_bivariateFit_haveAPanelForEachInput() throws {
    let figure = try #require(ResidualFigure.draw(SampleSurface.report(uncertainty: .none)))
    #expect(isWellFormed(figure))
    #expect(figure.svg.contains("against n") && figure.svg.contains("against d"))
    #expect(count("<circle", in: figure) == 2 * 20)
  }

  @Test
  func profile_anyFit_namesTheIntervalThatFittingHas() throws {
    let report = try SampleReports.report(SampleReports.records())
    let figure = try #require(ProfileFigure.draw(report))
    let group = report.groups[0]
    let fit = try #require(group.fit)
    let interval = try #require(
      ProfileLikelihood.interval(of: "c", in: fit, points: group.points))
    let rounded = RoundedEstimate(
      value: fit.exponent.value, error: fit.exponent.standardError, interval: interval, in: .text)
    #expect(figure.svg.contains("profile \(try #require(rounded.interval))"))
    #expect(isWellFormed(figure))
  }

  @Test
  func cutoffs_fitWithThem_haveADotForEach() throws {
    let records = try SampleReports.records()
    #expect(CutoffFigure.draw(try SampleReports.report(records)) == nil)
    let report = try SampleReports.report(records, selects: true)
    let figure = try #require(CutoffFigure.draw(report))
    let cutoffs = try #require(report.groups[0].fit?.selection?.cutoffs.count)
    #expect(cutoffs > 4)
    // Two more in the legend.
    #expect(count("<circle", in: figure) == cutoffs + 2)
    #expect(isWellFormed(figure))
  }

  @Test
  func pairs_fiveParameters_areTenCellsOfDots() throws {
    let report = try SampleSurface.report()
    let figure = try #require(PairsFigure.draw(report.groups[0], of: report))
    #expect(isWellFormed(figure))
    #expect(count("ρ = ", in: figure) == 10)
    #expect(count("h0", in: figure) <= 10 * 100)
    let asymptotic = try SampleSurface.report(uncertainty: .asymptotic)
    #expect(PairsFigure.draw(asymptotic.groups[0], of: asymptotic) == nil)
  }

  @Test
  func surface_bivariateFit_namesTheValuesOfTheOtherInput() throws {
    let report = try SampleSurface.report()
    let figure = try #require(SurfaceFigure.draw(report.groups[0], of: report))
    #expect(isWellFormed(figure))
    #expect(figure.title == "runs.csv: f")
    for value in ["10⁷", "2.56×10⁹", "10⁹", "1.25×10¹¹"] {
      #expect(figure.svg.contains(value), "\(value)")
    }
    #expect(count("<circle", in: figure) == 2 * 20)
  }

  @Test
  func everyKind_splitFitWithHolesAndHostileNames_saysSoWellFormed() throws {
    let many = try (1...3).flatMap { index in
      try SampleReports.records(alpha: Double(index) / 10, holes: 1, first: 100 * index)
    }
    let whole = try SampleReports.report(many, by: ["alpha"], selects: true)
    let request = FitRequest(
      name: "<n>&", x: "parameters", y: "loss.final", by: whole.request.by)
    let report = FitReport(source: "\"<s>", request: request, groups: whole.groups)
    for kind in FitFigure.allCases {
      let figures = kind.draw(report)
      #expect(figures.count == (kind == .pairs ? 3 : 1), "\(kind)")
      for (name, figure) in figures {
        #expect(isWellFormed(figure), "\(kind)")
        #expect(figure.svg.contains("incomplete: 3 of 90 points missing"), "\(kind)")
        #expect(name == kind.rawValue || name.hasPrefix("pairs-alpha=0."))
        #expect(!figure.svg.contains("nan") && !figure.svg.contains("<n>"), "\(kind)")
      }
    }
  }

  @Test
  func everyDiagnostic_refusedFit_isNone() {
    let report = FitReport(
      source: "s", request: FitRequest(name: "n", x: "x", y: "y"),
      groups: [FitGroup(points: [.init(x: 1, y: 1, cluster: 0)], outcome: .refused("few"))])
    for kind in FitFigure.allCases where kind != .scaling {
      #expect(kind.draw(report).isEmpty, "\(kind)")
    }
  }

  @Test
  func everyDiagnostic_exactFit_hasReadableTicks() throws {
    let points = (1...6).map {
      FitPoint(x: pow(2, Double($0)), y: pow(4, -Double($0)), cluster: $0)
    }
    let fit = try Fitter.fit(points: points, uncertainty: .asymptotic)
    let report = FitReport(
      source: "s", request: FitRequest(name: "n", x: "x", y: "y"),
      groups: [FitGroup(points: points, outcome: .fitted(fit))])
    for kind in FitFigure.allCases {
      for (_, figure) in kind.draw(report) {
        #expect(isWellFormed(figure))
        #expect(!figure.svg.contains("000000"), "\(kind)")
      }
    }
  }
}
