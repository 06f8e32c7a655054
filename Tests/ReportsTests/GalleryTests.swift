import Analysis
import Glibc
import Reports
import SweepModel
import Testing

/// `QUANTA_GALLERY=DIR` writes every kind of figure and a report there, for looking at.
struct GalleryTests {
  @Test(.enabled(if: getenv("QUANTA_GALLERY") != nil))
  func gallery_folderGiven_writesEveryFigure() throws {
    let folder = String(cString: try #require(getenv("QUANTA_GALLERY")))
    let jobs = try SampleReports.records(holes: 3)
    let many = try (1...8).flatMap { index in
      try SampleReports.records(alpha: Double(index) / 10, first: 100 * index)
    }
    let families = SampleReports.families().map {
      CurveFamily(name: $0.name, x: $0.x, runs: $0.runs)
    }
    let fits = [
      try SampleReports.report(jobs),
      try SampleReports.report(SampleReports.records(floor: 0.05), form: .offset),
      try SampleReports.report(many, by: ["alpha"], selects: true),
      try SampleSurface.report(selects: true),
    ]
    let figures =
      fits.flatMap { fit in FitFigure.allCases.flatMap { $0.draw(fit).map(\.figure) } } + [
        EmergenceFigure.draw(SampleReports.emergence(), source: "parity-parameters"),
        CurvesFigure.agreement(
          title: "Quanta against PyTorch",
          families: [
            families[3], CurveFamily(name: "PyTorch", x: families[4].x, runs: families[4].runs),
          ], caption: "Two programs."),
      ]
    for (index, figure) in figures.enumerated() {
      try write(figure.svg, to: "\(folder)/figure\(index).svg")
    }
    let report = HTMLReport(
      sweep: "parity-parameters", generated: "2026-01-02T03:04:05Z", fits: fits, figures: figures,
      jobs: jobs, axes: SampleReports.axes,
      source: SweepSource(
        origin: "parity.yaml", text: "name: parity-parameters\nworkload: sparse-parity\n",
        overrides: ["width=10,20"]),
      facts: [.init(name: "hosts", value: "n1 (AMD EPYC, avx2), n2")])
    try write(report.html, to: "\(folder)/report.html")
    try write(FitTable.text(fits), to: "\(folder)/fits.txt")
    try write(FitExport.parameters(fits), to: "\(folder)/fits.csv")
    try write(LatexTable.text(fits), to: "\(folder)/fits.tex")
  }

  private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }
}
