import Reports
import SweepModel
import Testing

struct CurveFamilyTests {
  @Test
  func families_seedsOfOnePoint_areRunsOverCommonSteps() throws {
    let records = try SampleReports.records(holes: 3)
    let families = try CurveFamily.families(
      of: "loss", records: records, axes: SampleReports.axes
    ) { key, _ in
      let last = key == records[2].job.key ? 2 : 3
      return Curve(
        name: "loss", steps: Array(1...last), values: (1...last).map { 1 / Float($0) })
    }
    #expect(families.count == 10)
    #expect(
      families[0]
        == CurveFamily(name: "width=10", x: [1, 2], runs: Array(repeating: [1, 0.5], count: 3)))
    #expect(families[1].runs.count == 2)
    #expect(families[1].x == [1, 2, 3])
  }

  @Test
  func families_noCurves_areNone() throws {
    let families = try CurveFamily.families(
      of: "loss", records: SampleReports.records(), axes: SampleReports.axes
    ) { _, _ in nil }
    #expect(families.isEmpty)
    #expect(
      CurvesFigure.draw(title: "t", families: families).caption == "No curves to draw.")
  }
}
