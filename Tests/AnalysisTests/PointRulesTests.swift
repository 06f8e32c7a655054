import Analysis
import Fitting
import Foundation
import SweepModel
import Tables
import Testing

struct PointRulesTests {
  private func rules(_ fit: TableFit) throws -> PointRules {
    let rows = (1...9).map { "\($0),\(1 / Double($0)),\($0 % 3 == 0 ? "b" : "a"),1" }
    let text = (["n,loss,kind,w"] + rows).joined(separator: "\n")
    return try fit.report(over: Table(text: text, origin: "d.csv")).groups[0].rules
  }

  @Test
  func rules_nothingAsked_areAll() throws {
    let plain = try rules(TableFit(request: FitRequest(name: "c", x: "n", y: "loss")))
    #expect(
      plain == PointRules(rules: [.init(name: "all", leftOut: 0)], clusters: "rows of equal inputs")
    )
  }

  @Test
  func rules_everyKind_areNamedWithWhatTheyLeaveOut() throws {
    let request = FitRequest(
      name: "c", x: "n", y: "loss", xRange: 2...7.5, yRange: -.infinity...0.45)
    let found = try rules(
      TableFit(
        request: request, filters: [.init(column: "kind", value: "a")], cluster: "n",
        strata: "kind", weights: .column("w")))
    #expect(
      found.rules == [
        .init(name: "kind = a", leftOut: 3), .init(name: "n 2..7.5", leftOut: 2),
        .init(name: "loss <= 0.45", leftOut: 1),
      ])
    #expect(found.clusters == "column n")
    #expect(found.strata == "column kind")
    #expect(found.weights == "column w")
  }

  @Test
  func document_anyFit_carriesHashAndRules() throws {
    let records = SyntheticSweep.records()
    let request = FitRequest(name: "w", x: "width", y: "loss.final", xRange: 15...(.infinity))
    let report = try FitAnalysis(
      sweep: "s", axes: SyntheticSweep.axes, settings: FitSettings(uncertainty: .none),
      curve: { _, _ in nil }
    ).report(request, records: records)
    let data = try JSONEncoder().encode(report.document)
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["dataHash"] as? String == report.groups[0].dataHash)
    let filters = try #require(json["filters"] as? [String: Any])
    #expect(filters["clusters"] as? String == "jobs that differ in the seed only")
    let rule = try #require((filters["rules"] as? [[String: Any]])?.first)
    #expect(rule["rule"] as? String == "width >= 15")
    #expect(rule["leftOut"] as? Int == 3)
    #expect(report.groups[0].names[0].description == "width=20 seed=0 (job 0000000000)")
  }
}
