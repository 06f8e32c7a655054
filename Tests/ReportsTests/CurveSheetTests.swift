import Analysis
import Reports
import SweepModel
import Testing

struct CurveSheetTests {
  private func curve(_ name: String, _ last: Int = 3) -> Curve {
    Curve(name: name, steps: Array(1...last), values: (1...last).map { 1 / Float($0) })
  }

  @Test
  func lines_seedsOfOnePoint_areRunsOverCommonSteps() throws {
    let records = try SampleReports.records(holes: 3)
    let sheet = try CurveSheet(of: "loss", records: records, axes: SampleReports.axes) { key, _ in
      curve("loss", key == records[2].job.key ? 2 : 3)
    }
    #expect(sheet.axis == "width" && sheet.panels.count == 1 && sheet.panels[0].title.isEmpty)
    let families = sheet.panels[0].families
    #expect(families.count == 10)
    #expect(
      families[0]
        == CurveFamily(name: "10", x: [1, 2], runs: Array(repeating: [1, 0.5], count: 3)))
    #expect(families[1].runs.count == 2)
    #expect(families[1].x == [1, 2, 3])
  }

  @Test
  func lines_noCurves_areNone() throws {
    let sheet = try CurveSheet(
      of: "loss", records: SampleReports.records(), axes: SampleReports.axes
    ) { _, _ in nil }
    #expect(sheet.panels.isEmpty)
    #expect(CurvesFigure.draw(sheet, title: "t").caption == "No curves to draw.")
  }

  @Test
  func pairs_ofTestAndTraining_areDrawnSolidAndDashedInOneColour() throws {
    func pairs(training: Bool) throws -> CurveSheet {
      try CurveSheet(
        of: "accuracy", training: "train.accuracy", records: SampleReports.records(),
        axes: SampleReports.axes
      ) { _, name in
        let height: Float = name == "train.accuracy" ? 1 : 0.5
        guard training || height < 1 else { return nil }
        return Curve(name: name, steps: [1, 10, 100], values: [0, height / 2, height])
      }
    }
    let sheet = try pairs(training: true)
    let families = sheet.panels[0].families
    #expect(families.count == 10)
    #expect(families[0].runs == Array(repeating: [0, 0.25, 0.5], count: 3))
    #expect(families[0].training == Array(repeating: [0, 0.5, 1], count: 3))
    let style = CurvesFigure.Style(yTitle: "Accuracy", logY: false)
    let svg = CurvesFigure.draw(sheet, title: "t", style: style).svg
    #expect(svg.contains("training") && svg.contains("test"))
    // Ten families and the legend's row.
    #expect(svg.ranges(of: "stroke-dasharray=\"5 3\"").count == 11)
    #expect(try pairs(training: false).panels.isEmpty)
  }

  /// A grid of two axes, `seeds` runs at each point.
  private func records(_ widths: Int, _ decays: Int, seeds: Int = 1) throws -> [JobRecord] {
    var records: [JobRecord] = []
    for width in 1...widths {
      for decay in 1...decays {
        for seed in 1...seeds {
          records.append(
            JobRecord(
              index: records.count,
              job: Job(
                key: try SampleReports.key(records.count), workload: "w",
                parameters: Parameters([
                  .init(name: "width", value: .integer(width)),
                  .init(name: "decay", value: .real(1 / Double(3 + decay))),
                  .init(name: "seed", value: .integer(seed)),
                ])), state: .done))
        }
      }
    }
    return records
  }

  private func figure(_ records: [JobRecord]) throws -> (CurveSheet, Figure) {
    let sheet = try CurveSheet(of: "loss", records: records, axes: ["width", "decay", "seed"]) {
      _, name in curve(name)
    }
    return (sheet, CurvesFigure.draw(sheet, title: "t"))
  }

  @Test
  func secondAxis_ofFewValues_isAPanelForEach() throws {
    let (sheet, figure) = try figure(records(5, 2))
    #expect(sheet.axis == "width" && sheet.names == ["1", "2", "3", "4", "5"])
    #expect(sheet.panels.map(\.title) == ["decay=0.25", "decay=0.2"])
    #expect(figure.svg.contains(">decay=0.25</text>") && !figure.svg.contains(" drawn"))
    #expect(figure.svg.contains(">one line a run</text>"))
  }

  @Test
  func manyLines_areAChoiceThatTheFigureStates() throws {
    let (sheet, figure) = try figure(records(200, 1))
    #expect(sheet.panels[0].families.count == 30)
    #expect(sheet.panels[0].families.last?.name == "200")
    #expect(figure.svg.contains("30 of 200 values of width drawn"))
    #expect(figure.svg.contains("12 of 30 lines named"))
    let (wide, panels) = try self.figure(records(20, 15))
    #expect(wide.panels.count == 9)
    #expect(
      panels.svg.contains(
        "12 of 20 values of width drawn; 9 of 15 combinations of the other axes drawn"))
    let narrow = CurvesFigure.draw(wide, title: "t", layout: FigureStyle(inches: 3.3))
    #expect(narrow.svg.contains(">12 of 20 values of width drawn</text>"))
    #expect(narrow.svg.contains(">9 of 15 combinations of the other axes drawn</text>"))
  }

  @Test
  func seeds_areMentionedOnlyWhereThereAreSeveral() throws {
    #expect(try !figure(records(3, 1)).1.svg.contains("seeds"))
    let (_, figure) = try figure(records(3, 1, seeds: 2))
    #expect(figure.svg.contains("mean over seeds") && figure.caption.contains("over seeds"))
  }
}
