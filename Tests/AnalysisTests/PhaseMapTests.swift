import Analysis
import SweepModel
import Testing

@Suite struct PhaseMapTests {
  private func none(_ key: JobKey, _ name: String) -> Curve? { nil }

  @Test(
    arguments: [
      (200, 1199, Phase.comprehension), (200, 1200, .grokking), (200, nil, .memorisation),
      (nil, nil, .confusion), (nil, 300, .confusion), (900, 300, .comprehension),
    ] as [(Int?, Int?, Phase)])
  func phase_ofARun_followsThePublishedRule(train: Int?, test: Int?, expected: Phase) throws {
    let record = SyntheticPhases.record(0, rate: 1, train: train, test: test)
    let other = SyntheticPhases.record(1, rate: 2, train: 1, test: 1)
    let map = try PhaseMap.maps(
      of: [record, other], axes: ["rate"], milestones: SyntheticPhases.signature.milestones,
      curve: none)[0]
    #expect(map.cells[0].phase == expected)
    #expect(map.y == nil && map.cells.count == 2)
  }

  @Test func cells_ofSeveralSeeds_haveMajorityShareAndCensoredMedians() throws {
    let runs: [(Int?, Int?)] = [(100, 300), (200, 4000), (300, nil)]
    let records = runs.enumerated().map { seed, run in
      SyntheticPhases.record(seed, rate: 1, seed: seed, train: run.0, test: run.1)
    }
    let others = (0..<3).map {
      SyntheticPhases.record(
        3 + $0, rate: 2, seed: $0, train: 10, test: $0 == 0 ? nil : 20,
        state: $0 == 2 ? .setAside : .done)
    }
    let map = try PhaseMap.maps(
      of: records + others, axes: ["rate", "seed"],
      milestones: SyntheticPhases.signature.milestones, curve: none)[0]
    let (first, second) = (map.cells[0], map.cells[1])
    #expect(first.phase == .memorisation, "of three equally many the one that understands least")
    #expect(first.share == 1 / 3.0)
    #expect(first.train == CensoredStep(200) && first.test == CensoredStep(4000))
    #expect(first.delay == CensoredStep(3800))
    #expect(second.runs.count == 2 && second.missing.map(\.reason) == [.failed("out of memory")])
    #expect(second.share == 0.5 && second.phase == .memorisation)
    #expect(second.runs[0].delay == CensoredStep(9990, reached: false))
    #expect(map.completeness.summary == "incomplete: 1 of 6 points missing")
    #expect(map.count(of: .memorisation) == 2 && map.count(of: .grokking) == 0)
  }

  @Test func thresholds_otherThanTheJobs_areLookedUpInCurves() throws {
    let record = SyntheticPhases.record(0, rate: 1, train: 100, test: 200)
    let other = SyntheticPhases.record(1, rate: 2, train: 100, test: 200)
    // Single precision holds less than 0.7; it still counts as reached.
    let curves = [
      "train.accuracy": Curve(name: "", steps: [10, 20, 30], values: [0.2, 0.7, 1]),
      "accuracy": Curve(name: "", steps: [10, 20, 30], values: [0.2, 0.3, 0.6]),
    ]
    let rules = PhaseRules(trainThreshold: 0.7, testThreshold: 0.8, gap: 5)
    let map = try PhaseMap.maps(
      of: [record, other], axes: ["rate"], milestones: SyntheticPhases.signature.milestones,
      rules: rules, curve: { curves[$1] })[0]
    #expect(map.cells[0].train == CensoredStep(20))
    #expect(map.cells[0].test == CensoredStep(30, reached: false))
    #expect(
      map.rulesText
        == "training accuracy 0.7 (jobs ran with 0.9), test accuracy 0.8 (jobs ran with 0.9), "
        + "gap 5 steps")
    let own = PhaseRules(trainThreshold: 0.9)
    let same = try PhaseMap.maps(
      of: [record, other], axes: ["rate"], milestones: SyntheticPhases.signature.milestones,
      rules: own, curve: none)[0]
    #expect(same.rulesText == "training accuracy 0.9, test accuracy 0.9, gap 1000 steps")
    #expect(throws: AnalysisError.self) {
      try PhaseMap.maps(
        of: [record, other], axes: ["rate"], milestones: SyntheticPhases.signature.milestones,
        rules: rules, curve: none)
    }
  }

  @Test func planes_ofFurtherAxes_areOneForEachValue() throws {
    var records: [JobRecord] = []
    for kind in ["mse", "ce"] {
      for rate in [0.1, 0.2] {
        for decay in [3, 1] {
          records.append(
            SyntheticPhases.record(
              records.count, rate: rate, decay: decay, train: 1, test: 1, kind: kind))
        }
      }
    }
    let axes = ["kind", "rate", "decay"]
    let planes = try GridPlane.planes(of: records, axes: axes)
    #expect(planes.map(\.title) == ["kind=mse", "kind=ce"])
    #expect(planes[0].x == "rate" && planes[0].y == "decay")
    #expect(planes[0].cells.map(\.x) == [0.1, 0.2, 0.1, 0.2])
    #expect(planes[0].cells.map(\.y) == [1, 1, 3, 3])
    #expect(planes[1].jobs.count == 4)
    let turned = try GridPlane.planes(of: records, axes: axes, x: "decay")[0]
    #expect(turned.x == "decay" && turned.y == "rate")
    #expect(throws: AnalysisError.unknownAxis(name: "kind", available: ["rate", "decay"])) {
      try GridPlane.planes(of: records, axes: axes, x: "kind")
    }
    #expect(throws: AnalysisError.equalAxes(name: "rate")) {
      try GridPlane.planes(of: records, axes: axes, x: "rate", y: "rate")
    }
    #expect(throws: AnalysisError.noAxis(axes: ["kind", "seed"])) {
      try GridPlane.planes(of: records, axes: ["kind", "seed"])
    }
  }

  @Test func milestones_overOneAxis_keepCensoredRuns() throws {
    let records = [
      SyntheticPhases.record(0, rate: 2, train: 100, test: nil),
      SyntheticPhases.record(1, rate: 1, seed: 0, train: 70, test: 90),
      SyntheticPhases.record(2, rate: 1, seed: 1, train: 80, test: nil),
      SyntheticPhases.record(3, rate: 3, train: nil, test: nil, state: .waiting),
    ]
    let plane = try GridPlane.planes(of: records, axes: ["rate", "seed"])[0]
    let curves = MilestoneCurve.all(of: plane, milestones: SyntheticPhases.signature.milestones)
    #expect(curves.map(\.name) == ["train", "test"] && curves.map(\.threshold) == [0.9, 0.9])
    #expect(curves[1].points.map(\.x) == [1, 2], "a point without runs has no steps")
    #expect(curves[1].points[0].steps == [CensoredStep(90), CensoredStep(10_000, reached: false)])
    #expect(curves[1].points[1].median == CensoredStep(10_000, reached: false))
  }
}
