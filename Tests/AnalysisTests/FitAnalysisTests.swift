import Analysis
import Fitting
import Glibc
import SweepModel
import Testing

struct FitAnalysisTests {
  static let request = FitRequest(name: "alpha_N", x: "parameters", y: "loss.final")

  private func analysis(
    _ axes: [String] = SyntheticSweep.axes,
    curve: @escaping (JobKey, String) -> Curve? = { _, _ in nil }
  ) -> FitAnalysis {
    FitAnalysis(
      sweep: "s", axes: axes,
      settings: FitSettings(uncertainty: .bootstrap(resamples: 100, seed: 1)),
      theory: SyntheticSweep.theory,
      curve: curve)
  }

  @Test
  func report_completeGrid_fitsAndStatesTheory() throws {
    let report = try analysis().report(Self.request, records: SyntheticSweep.records())
    let group = report.groups[0]
    let fit = try #require(group.fit)
    #expect(abs(fit.exponent.value - 0.3) < 1e-10)
    #expect(fit.pointCount == 15)
    #expect(fit.clusterCount == 5)
    #expect(group.exponentTitle == "exponent")
    #expect(group.theory?.value == 0.4)
    #expect(group.completeness?.summary == "complete: 15 points")
  }

  @Test
  func report_gridWithHoles_saysIncompleteAndWhy() throws {
    var records = SyntheticSweep.records()
    records[1] = SyntheticSweep.changed(records[1], state: .setAside, reason: "out of memory")
    records[4] = SyntheticSweep.changed(records[4], state: .running)
    records[5] = SyntheticSweep.changed(records[5], state: .waiting)
    records[6] = SyntheticSweep.changed(records[6], state: .cancelled)
    let group = try analysis().report(Self.request, records: records).groups[0]
    #expect(group.exponentTitle == "provisional slope (incomplete: 4 of 15 points missing)")
    #expect(
      group.completeness?.missing.map { "\($0.label): \($0.reason)" } == [
        "width=10 seed=1: failed: out of memory", "width=20 seed=1: running",
        "width=20 seed=2: waiting", "width=40 seed=0: cancelled",
      ])
  }

  @Test
  func report_ranges_countWhatTheyLeaveOutAndExcuseHolesOutside() throws {
    var records = SyntheticSweep.records()
    records[0] = SyntheticSweep.changed(records[0], state: .waiting)
    let request = FitRequest(name: "w", x: "width", y: "loss.final", xRange: 15...500)
    let group = try analysis().report(request, records: records).groups[0]
    #expect(group.leftOut == [.init(reason: "width outside 15..500", count: 2)])
    #expect(group.completeness?.isComplete == true)
    #expect(group.fit?.pointCount == 12)
  }

  @Test
  func report_byAxis_fitsEveryValueApart() throws {
    let records =
      SyntheticSweep.records(exponent: 0.2, alpha: 0.2)
      + SyntheticSweep.records(exponent: 0.5, alpha: 0.6, first: 100)
    let request = FitRequest(name: "a", x: "parameters", y: "loss.final", by: ["alpha"])
    let report = try analysis().report(request, records: records)
    #expect(report.groups.map(\.title) == ["alpha=0.2", "alpha=0.6"])
    #expect(report.groups.map { $0.theory?.value } == [0.2, 0.6])
    #expect(abs((report.groups[1].fit?.exponent.value ?? 0) - 0.5) < 1e-10)
    let joined = try analysis().report(Self.request, records: records).groups[0]
    #expect(joined.theory == nil)
    #expect(
      joined.notes == ["Theory differs between the points of this fit; split it with by."])
  }

  @Test
  func report_divergedRun_isRefusedByName() throws {
    var records = SyntheticSweep.records()
    records[3] = JobRecord(
      index: 3, job: records[3].job, state: .done, attempts: 1,
      scalars: [.init("parameters", 12_000), .init("loss.final", .nan)])
    let group = try analysis().report(Self.request, records: records).groups[0]
    #expect(
      group.outcome
        == .refused(
          "loss.final = nan at width=20 seed=0 (job 0000000000) is no number. "
            + "Leave such points out with yRange, or find out why it happened."))
    let ranged = FitRequest(name: "a", x: "parameters", y: "loss.final", yRange: 0...10)
    let kept = try analysis().report(ranged, records: records).groups[0]
    #expect(kept.fit?.pointCount == 14)
    #expect(kept.leftOut == [.init(reason: "loss.final outside 0..10", count: 1)])
  }

  @Test
  func report_unknownNames_areRefusedWithTheNearest() throws {
    let records = SyntheticSweep.records()
    func message(_ request: FitRequest) -> String {
      do {
        _ = try analysis().report(request, records: records)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message(FitRequest(name: "a", x: "parameters", y: "loss.finel"))
        == "No finished job has a number called loss.finel. Did you mean loss.final? "
        + "Known: parameters, samples, loss.final, width, seed.")
    #expect(
      message(FitRequest(name: "a", x: "parameters", y: "loss.final", by: ["widht"]))
        == "The grid has no axis called widht. Did you mean width? Known: width, seed.")
    #expect(
      message(FitRequest(name: "a", x: "step", y: "los"))
        == "No finished job has a curve called los. The mean loss is the curve loss.")
  }

  @Test
  func report_nothingDone_isRefused() {
    let records = SyntheticSweep.records().map { SyntheticSweep.changed($0, state: .waiting) }
    #expect(throws: AnalysisError.nothingDone(expected: 15)) {
      try analysis().report(Self.request, records: records)
    }
  }

  @Test
  func report_againstStep_thinsRowsAndResamplesRuns() throws {
    let steps = Array(0...2000)
    let curve = Curve(
      name: "loss", steps: steps, values: steps.map { Float(pow(Double(max($0, 1)), -0.4)) })
    let request = FitRequest(name: "alpha_S", x: "step", y: "loss", xRange: 10...1500)
    let records = SyntheticSweep.records(widths: [10])
    let group = try analysis(curve: { _, name in name == "loss" ? curve : nil })
      .report(request, records: records).groups[0]
    let fit = try #require(group.fit)
    #expect(fit.clusterCount == 3)
    #expect(fit.pointCount <= 3 * FitAnalysis.rowsPerRun)
    #expect(fit.pointCount >= 3 * 40)
    #expect(fit.xRange == 10...1500)
    #expect(abs(fit.exponent.value - 0.4) < 1e-6)
    #expect(
      group.leftOut == [
        .init(reason: "rows at step 0", count: 3),
        .init(reason: "step outside 10..1500", count: 3 * 509),
      ])
    #expect(
      group.notes == [
        "Of up to 1491 rows a run, at most 60 enter the fit, evenly in log step; "
          + "runs, not rows, are resampled."
      ])
  }

  @Test func report_jobGivenUpAfterACheckpoint_isAnUpperBound() throws {
    var records = SyntheticSweep.records(seeds: 2)
    records[5] = SyntheticSweep.changed(records[5], state: .setAside, reason: "time limit")
    records[3] = SyntheticSweep.changed(records[3], state: .waiting)
    let analysis = FitAnalysis(
      sweep: "s", axes: SyntheticSweep.axes,
      last: { _ in LastMetric(name: "loss", step: 1200, value: 0.5) }, curve: { _, _ in nil })
    let group = try analysis.report(Self.request, records: records).groups[0]
    #expect(group.points.count == 9)
    #expect(group.points.filter(\.isUpperBound).map(\.y) == [0.5])
    #expect(group.points.filter(\.isUpperBound).map(\.x) == [600 * 40], "from the other seed")
    #expect(group.allNotes.contains { $0.hasPrefix("Censored: width=40 seed=1") })
    #expect(group.completeness?.missing.map { $0.last?.step } == [nil, 1200])
    #expect(!group.mayBeCalledExponent)
  }
}
