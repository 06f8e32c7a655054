import Analysis
import Foundation
import FoundationXML
import Reports
import SweepModel
import Testing

@Suite struct GrokkingFigureTests {
  fileprivate static let signature = WorkloadSignature(
    name: "made-up", resultVersion: 1,
    parameters: [
      ParameterSpec("decoderRate", .real(0...1e9), "", title: "Learning rate of the decoder"),
      ParameterSpec("trainNum", .integer(1...100), "", title: "Training samples"),
    ],
    metrics: [
      .scalar("loss.final", "", title: "Test loss", role: .loss(.test)),
      .scalar("train.loss.final", "", role: .loss(.train)),
      .scalar("accuracy.final", "", role: .accuracy(.test)),
      .scalar("train.accuracy.final", "", role: .accuracy(.train)),
    ]
      + [
        MilestoneSpec(
          name: "train", title: "training accuracy", samples: .train, curve: "train.accuracy"),
        MilestoneSpec(name: "test", title: "test accuracy", samples: .test, curve: "accuracy"),
        MilestoneSpec(name: "rqi", title: "RQI", samples: nil, curve: "rqi"),
      ].map { .scalar($0.steps, "", role: .milestone($0)) },
    estimate: { _ in
      JobEstimate(modelParameters: 1, samples: 1, memoryBytes: 1, cpuSeconds: 1, usefulThreads: 1)
    })

  private func isWellFormed(_ text: String) -> Bool {
    XMLParser(data: Data(text.utf8)).parse()
  }

  private func count(_ part: String, in text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  /// Steps to 0.9 of training and test accuracy; nil stands for never.
  private func record(
    _ index: Int, _ axes: [(String, Double)], train: Int?, test: Int?, state: JobState = .done,
    trainLoss: Double? = nil
  ) throws -> JobRecord {
    let milestones = [("train", train), ("test", test)].flatMap { name, step in
      [
        JobResult.Scalar("steps.\(name)", Double(step ?? 10_000)),
        JobResult.Scalar("steps.\(name).reached", step == nil ? 0 : 1),
      ]
    }
    let losses = [
      ("loss.final", 2.0), ("train.loss.final", trainLoss ?? 0.001 * Double(index + 1)),
    ]
    return JobRecord(
      index: index,
      job: Job(
        key: try SampleReports.key(index), workload: "w",
        parameters: Parameters(axes.map { .init(name: $0.0, value: .real($0.1)) })),
      state: state,
      scalars: state == .done ? milestones + losses.map { JobResult.Scalar($0.0, $0.1) } : [])
  }

  /// One cell of each phase, one of two seeds that disagree, one without a result.
  private func plane() throws -> [JobRecord] {
    let runs: [(Double, Double, Double, Int?, Int?, JobState)] = [
      (0.001, 0, 0, 100, 440, .done), (0.01, 0, 0, 100, 2400, .done),
      (0.1, 0, 0, 100, nil, .done), (0.001, 1, 0, nil, nil, .done),
      (0.01, 1, 0, 10, 20, .done), (0.01, 1, 1, 10, 20, .done), (0.01, 1, 2, 10, nil, .done),
      (0.1, 1, 0, nil, nil, .waiting),
    ]
    return try runs.enumerated().map { index, run in
      try record(
        index, [("decoderRate", run.0), ("decay<", run.1), ("seed", run.2)], train: run.3,
        test: run.4, state: run.5)
    }
  }

  private static let axes = ["decoderRate", "decay<", "seed"]

  @Test func phaseFigure_ofEveryPhase_hasLettersDelaysAndHoles() throws {
    let map = try PhaseMap.maps(
      of: plane(), axes: Self.axes, milestones: GrokkingFigureTests.signature.milestones,
      curve: { _, _ in nil })[0]
    let figure = try #require(
      PhaseFigure.draw(map, source: "a & b", titles: QuantityTitles(Self.signature)))
    #expect(isWellFormed(figure.svg))
    for letter in ["C", "G", "M", "?"] {
      #expect(figure.svg.contains(">\(letter)</text>"), "\(letter)")
    }
    #expect(figure.svg.contains(">C 2/3</text>"), "the share of the majority")
    #expect(figure.svg.contains(">2.3k</text>") && figure.svg.contains(">&gt; 9.9k</text>"))
    #expect(figure.svg.contains(">340</text>"))
    #expect(figure.svg.contains(">no result</text>"))
    #expect(figure.svg.contains("incomplete: 1 of 8 points missing"))
    #expect(figure.svg.contains("training accuracy 0.9, test accuracy 0.9, gap 1000 steps"))
    #expect(figure.svg.contains("Learning rate of the decoder"))
    // Five cells and four legend rows, each of a colour of its own, on the page's white.
    #expect(count("<rect", in: figure.svg) == 5 + 4 + 1)
  }

  @Test func phaseFigure_ofOneAxis_isNone() throws {
    let records = try plane().prefix(3)
    let map = try PhaseMap.maps(
      of: Array(records), axes: ["decoderRate"],
      milestones: GrokkingFigureTests.signature.milestones, curve: { _, _ in nil })[0]
    #expect(PhaseFigure.draw(map, source: "s") == nil)
  }

  @Test func milestoneFigure_ofCensoredRuns_drawsArrows() throws {
    let runs: [(Double, Int?)] = [(10, nil), (10, nil), (20, 900), (20, nil), (30, 800)]
    let records = try runs.enumerated().map { index, run in
      try record(
        index, [("trainNum", run.0), ("seed", Double(index))], train: 50, test: run.1)
    }
    let plane = try GridPlane.planes(of: records, axes: ["trainNum", "seed"])[0]
    let figure = MilestoneFigure.draw(
      MilestoneCurve.all(of: plane, milestones: GrokkingFigureTests.signature.milestones),
      axis: plane.x, source: "s",
      completeness: Completeness(records: records, axes: ["trainNum"]),
      titles: QuantityTitles(Self.signature))
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.contains("not by the end") && figure.svg.contains("Training samples"))
    // Five runs reach the first threshold, two the second; the legend has two dots more.
    #expect(count("<circle", in: figure.svg) == 5 + 2 + 2)
    #expect(count(">2</text>", in: figure.svg) == 1, "two runs share an arrow")
    #expect(
      MilestoneFigure.draw(
        [], axis: "x", source: "s", completeness: Completeness(records: [], axes: [])
      ).caption == "No steps to thresholds to draw.")
  }

  @Test func landscapeFigures_ofTwoAxes_shareOneScale() throws {
    let landscape = try #require(
      Landscape.all(.loss, of: plane(), axes: Self.axes, signature: GrokkingFigureTests.signature)
        .first)
    let figure = try #require(LandscapeFigure.draw(landscape, source: "s"))
    #expect(isWellFormed(figure.svg))
    #expect(figure.svg.contains("Training loss") && figure.svg.contains("Test loss"))
    // Five cells each.
    #expect(count("<rect", in: figure.svg) == 2 * 5 + 1)
    // The largest value of either map, viridis' end, is the test loss everywhere.
    #expect(count("#fde725", in: figure.svg) == 5)
    let section = SectionFigure.draw(landscape, source: "s")
    #expect(isWellFormed(section.svg))
    for part in [">decay&lt;</text>", ">0</text>", "stroke-dasharray=\"5 4\""] {
      #expect(section.svg.contains(part), "\(part)")
    }
  }

  @Test func landscapeFigures_ofLossesThatReachZero_stayLogarithmic() throws {
    let places: [(Double, Double, Double)] = [
      (1, 1, 0), (2, 1, 1e-3), (1, 2, 1e-12), (2, 2, 1e-2),
    ]
    let records = try places.enumerated().map { index, place in
      try record(index, [("a", place.0), ("b", place.1)], train: 1, test: 1, trainLoss: place.2)
    }
    let landscape = try #require(
      Landscape.all(.loss, of: records, axes: ["a", "b"], signature: GrokkingFigureTests.signature)
        .first)
    let figure = try #require(LandscapeFigure.draw(landscape, source: "s"))
    #expect(figure.svg.contains(">10⁻²</text>") && !figure.svg.contains(">10⁻¹²</text>"))
    // What is 0, and what lies more than six decades below the largest.
    #expect(count("#440154", in: figure.svg) == 2)
    #expect(SectionFigure.draw(landscape, source: "s").svg.contains(">10⁻¹²</text>"))
  }

  @Test func landscapeFigures_ofOneAxis_areTheSectionAlone() throws {
    let landscape = try #require(
      Landscape.all(
        .loss, of: Array(plane().prefix(3)), axes: ["decoderRate"],
        signature: GrokkingFigureTests.signature
      ).first)
    #expect(LandscapeFigure.draw(landscape, source: "s") == nil)
    #expect(count("<circle", in: SectionFigure.draw(landscape, source: "s").svg) == 6)
  }
}
