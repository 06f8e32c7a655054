import Analysis
import Fitting
import Glibc
import Reports
import SweepModel
import Tables
import Testing

/// The CSV files, read back by the project's own reader.
struct FitExportTests {
  private let points = SampleSurface.points

  private func reports() throws -> [FitReport] {
    [try SampleReports.report(SampleReports.records()), try SampleSurface.report()]
  }

  private func table(_ text: String) throws -> Table {
    try Table(text: text, origin: "export.csv")
  }

  private func numbers(_ table: Table, _ name: String) throws -> [Double?] {
    let column = try table.column(name)
    return try table.numbers(column).map { $0.isNaN ? nil : $0 }
  }

  @Test
  func parameters_bivariateFit_haveWhatIsDerivedToo() throws {
    let reports = try reports()
    let read = try table(FitExport.parameters(reports))
    let derived = try #require(reports[1].groups[0].fit?.derived.first { $0.name == "a_opt" })
    #expect(try numbers(read, "a_opt") == [nil, derived.value])
    #expect(try numbers(read, "a_opt_hi95") == [nil, derived.ci95?.upperBound])
    #expect(try numbers(read, "c")[0] == reports[0].groups[0].fit?.exponent.value)
  }

  @Test
  func residuals_everyPoint_areExactAndInTheFitsOrder() throws {
    let reports = try reports()
    let read = try table(FitExport.residuals(reports))
    #expect(
      read.header == [
        "source", "name", "group", "label", "cluster", "stratum", "weight", "x", "x2", "y",
        "prediction", "log_residual", "line", "job", "step", "width", "seed",
      ])
    #expect(read.rowCount == 30 + 20)
    let (x2, y) = (try numbers(read, "x2"), try numbers(read, "y"))
    #expect(x2[0] == nil)
    #expect(Array(x2[30...]) == points.map { $0.inputs[1] })
    #expect(Array(y[30...]) == points.map(\.y))
    #expect(read.text(31, 3) == "line 3")
    #expect(read.text(31, 2) == "task=a, \"b\"")
    #expect(Array(try numbers(read, "cluster")[30...]) == points.map { Double($0.cluster) })
    let residuals = try numbers(read, "log_residual").compactMap(\.self)
    let squares = residuals[..<30].reduce(0) { $0 + $1 * $1 }
    let value = try #require(reports[0].groups[0].fit?.objectiveValue)
    #expect(abs(0.5 * squares - value) < 1e-12 * value)
  }

  @Test
  func draws_everyResample_readBackBitForBit() throws {
    let reports = try reports()
    let read = try table(FitExport.draws(reports))
    #expect(read.rowCount == 400 + 100)
    let replicates = try #require(reports[1].groups[0].fit?.replicates)
    let (alpha, objective) = (try numbers(read, "alpha"), try numbers(read, "objective_value"))
    for index in 0..<100 {
      #expect(alpha[400 + index] == replicates[index][3])
      #expect(objective[400 + index] == replicates.objectiveValues[index])
    }
    #expect(alpha[0] == nil)
    #expect(try numbers(read, "resample").last == 99)
  }

  @Test
  func grid_univariate_reachesATenthBeyondTheDataWithItsBand() throws {
    let report = try reports()[0]
    let fit = try #require(report.groups[0].fit)
    let read = try table(FitExport.grid([report]))
    #expect(read.header.suffix(5) == ["axis", "x", "fit", "lo95", "hi95"])
    let (x, value) = (try numbers(read, "x"), try numbers(read, "fit"))
    let (low, high) = (try numbers(read, "lo95"), try numbers(read, "hi95"))
    #expect(x.count == 101)
    let (first, last) = (fit.xRange.lowerBound, fit.xRange.upperBound)
    let reach = pow(last / first, 0.1)
    #expect(abs((x[0] ?? 0) * reach / first - 1) < 1e-12)
    #expect(abs((x[100] ?? 0) / reach / last - 1) < 1e-12)
    for index in 0..<101 {
      let (place, middle) = (try #require(x[index]), try #require(value[index]))
      #expect(abs(middle / fit.prediction(at: place) - 1) < 1e-12)
      #expect((low[index] ?? .infinity) <= middle && middle <= (high[index] ?? 0))
    }
  }

  @Test
  func grid_bivariate_holdsTheOtherInputAtItsValuesInTheData() throws {
    let report = try reports()[1]
    let read = try table(FitExport.grid([report]))
    let axes = read.texts(3, rows: Array(0..<read.rowCount))
    #expect(axes.filter { $0 == "x" }.count == 4 * 101)
    #expect(axes.filter { $0 == "x2" }.count == 5 * 101)
    let held = try zip(axes, numbers(read, "x2")).filter { $0.0 == "x" }.map(\.1)
    #expect(Set(held) == Set(points.map { $0.inputs[1] }))
  }

  @Test
  func everyExport_refusedGroup_hasItsPointsButNoNumbers() throws {
    let report = FitReport(
      source: "s", request: FitRequest(name: "n", x: "x", y: "y"),
      groups: [FitGroup(points: [.init(x: 1, y: 2, cluster: 0)], outcome: .refused("few"))])
    let read = try table(FitExport.residuals([report]))
    #expect(try numbers(read, "y") == [2])
    #expect(try numbers(read, "prediction") == [nil])
    #expect(try table(FitExport.draws([report])).rowCount == 0)
    #expect(try table(FitExport.grid([report])).rowCount == 0)
  }
}
