import Analysis
import Fitting
import Reports
import SweepModel
import Tables
import Testing

/// Tables and exports of an exact sweep, asserted to the letter.
struct FitTextTests {
  /// Exactly y = 2·x^-2.
  private func exactFit() throws -> Fit {
    let points = (1...4).map {
      FitPoint(x: Double($0), y: 2 / (Double($0) * Double($0)), cluster: $0)
    }
    return try Fitter.fit(points: points, uncertainty: .none)
  }

  private func report(_ records: [JobRecord]) throws -> FitReport {
    try SampleReports.report(records)
  }

  @Test
  func table_exactPowerLaw_isAlignedAndComplete() throws {
    let group = FitGroup(
      labels: [.init(name: "alpha", value: "0.4")], points: [],
      outcome: .fitted(try exactFit()),
      leftOut: [.init(reason: "x outside 1..4", count: 2)],
      theory: TheoreticalExponent(value: 0.4, formula: "α", source: "arXiv:2303.13506"))
    let refused = FitGroup(
      labels: [.init(name: "alpha", value: "0.5")], points: [], outcome: .refused("Too few."))
    let report = FitReport(
      source: "s", request: FitRequest(name: "a", x: "x", y: "y", by: ["alpha"]),
      groups: [group, refused])
    #expect(
      FitTable.text(report) == """
        a: y against x, L = b·x^-c, objective log-ls
          group      exponent c  std. error  95 % interval  prefactor b  theory     n
          alpha=0.4  2.000       –           –              2.00         0.400 = α  4
          alpha=0.5  no fit      –           –              –            –          0
          no intervals were asked for.
          alpha=0.4: 2 points left out: x outside 1..4.
          alpha=0.5: no fit. Too few.

        """)
  }

  @Test
  func table_gridWithHoles_printsTheWordIncomplete() throws {
    let text = FitTable.text(try report(SampleReports.records(holes: 3)))
    #expect(text.contains(" (incomplete) "))
    #expect(text.contains("incomplete: 3 of 30 points missing"))
    #expect(text.contains(": failed: killed by signal 9 <out of memory>."), "\(text)")
    #expect(text.count { $0 == "<" } == 1, "equal reasons stand there once: \(text)")
    #expect(text.contains("missing: width=14 seed=1, "), "\(text)")
    let short = FitTable.text([try report(SampleReports.records(holes: 3))], showsReasons: false)
    #expect(short.contains(": failed.") && !short.contains("out of memory"), "\(short)")
    #expect(!FitTable.text(try report(SampleReports.records())).contains("incomplete"))
  }

  @Test
  func csv_anyReport_hasAsManyFieldsAsItsHeaderAndReadsBack() throws {
    let reports = [
      try report(SampleReports.records()),
      FitReport(
        source: "a,\"b\"", request: FitRequest(name: "n", x: "x", y: "y"),
        groups: [FitGroup(points: [], outcome: .refused("no"))]),
    ]
    let table = try Table(text: FitExport.parameters(reports), origin: "fits.csv")
    #expect(table.rowCount == 2)
    #expect(table.text(1, 0) == "a,\"b\"")
    let column = try table.column("c")
    let value = try table.numbers(column)[0]
    #expect(value == reports[0].groups[0].fit?.exponent.value)
  }
}
