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

  @Test
  func pairs_ofTestAndTraining_areDrawnSolidAndDashedInOneColour() throws {
    func pairs(training: Bool) throws -> [CurveFamily] {
      try CurveFamily.pairs(
        of: "accuracy", records: SampleReports.records(), axes: SampleReports.axes
      ) { _, name in
        let height: Float = name == "train.accuracy" ? 1 : 0.5
        guard training || height < 1 else { return nil }
        return Curve(name: name, steps: [1, 10, 100], values: [0, height / 2, height])
      }
    }
    let families = try pairs(training: true)
    #expect(families.count == 10)
    #expect(families[0].runs == Array(repeating: [0, 0.25, 0.5], count: 3))
    #expect(families[0].training == Array(repeating: [0, 0.5, 1], count: 3))
    let style = CurvesFigure.Style(yTitle: "Accuracy", logY: false)
    let svg = CurvesFigure.draw(title: "t", families: families, style: style).svg
    #expect(svg.contains("training") && svg.contains("test"))
    // Ten families and the legend's row.
    #expect(svg.ranges(of: "stroke-dasharray=\"5 3\"").count == 11)
    #expect(try pairs(training: false).isEmpty)
  }
}
