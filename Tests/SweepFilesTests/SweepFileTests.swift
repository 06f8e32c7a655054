import SweepModel
import Testing

@testable import SweepFiles

@Suite struct SweepFileTests {
  @Test func parse_exampleOfTheDesign_readsEverything() throws {
    let sweep = try parse(
      """
      name: parity-parameters
      workload: sparse-parity
      description: an example
      settings: {alpha: 0.4, tasks: 500, bits: 100, subset: 3, batch: 20_000, steps: 2e5,
        regime: online, logEvery: 100, earlyStop: true}
      grid:
        width: {log2space: [10, 500], count: 30, as: int}
        seed: [0, 1, 2]
      resources: {threads: 2, memory: 1GiB, timeout: 24h}
      retries: {max: 5, backoff: 1m}
      fits:
        alpha_N: {x: parameters, y: loss.final, form: power}
        other:
          x: width
          y: loss.min
          form: offset
          objective: huber
          delta: 1e-2
          by: seed
          xRange: [10, 100]
          yRange: [0, 0.95]
      """)
    #expect(sweep.name == "parity-parameters")
    #expect(sweep.axes == ["width", "seed"])
    #expect(sweep.jobs.count == 90)
    #expect(
      values("width", of: sweep).prefix(4) == [.integer(9), .integer(9), .integer(9), .integer(11)])
    #expect(
      values("seed", of: sweep).prefix(4) == [.integer(0), .integer(1), .integer(2), .integer(0)])
    #expect(sweep.jobs[0].parameters["steps"] == .integer(200_000))
    #expect(sweep.jobs[0].parameters["earlyStop"] == .flag(true))
    #expect(sweep.jobs[0].parameters["learningRate"] == .real(1e-3))
    #expect(
      sweep.resources
        == Resources(Amounts(threads: 2, memoryBytes: 1 << 30), timeoutSeconds: 86_400))
    #expect(sweep.retries == RetryPolicy(maximum: 5, backoffSeconds: 60))
    #expect(
      sweep.fits == [
        FitRequest(name: "alpha_N", x: "parameters", y: "loss.final"),
        FitRequest(
          name: "other", x: "width", y: "loss.min", form: .offset, objective: .huber(delta: 0.01),
          by: ["seed"], xRange: 10...100, yRange: 0...0.95),
      ])
  }

  @Test func parse_withoutGrid_isOneJob() throws {
    let sweep = try parse(withHead(""))
    #expect(sweep.jobs.count == 1)
    #expect(sweep.axes.isEmpty)
    #expect(sweep.retries == RetryPolicy())
    #expect(sweep.resources == Resources())
  }

  @Test func parse_zip_stepsTogether() throws {
    let sweep = try parse(
      """
      name: s
      workload: sparse-parity
      settings: {tasks: 10}
      grid:
        zip: {bits: [10, 20], subset: [2, 4]}
        seed: [0, 1]
      """)
    #expect(sweep.axes == ["bits", "subset", "seed"])
    #expect(values("bits", of: sweep) == [.integer(10), .integer(10), .integer(20), .integer(20)])
    #expect(values("subset", of: sweep) == [.integer(2), .integer(2), .integer(4), .integer(4)])
    #expect(values("seed", of: sweep) == [.integer(0), .integer(1), .integer(0), .integer(1)])
  }

  @Test func parse_zipAsList_isAProductOfGroups() throws {
    let sweep = try parse(
      withHead(
        """
        grid:
          zip:
            - {width: [1, 2], depth: [2, 3]}
            - {seed: [0, 1, 2], steps: [10, 20, 30]}
        """))
    #expect(sweep.jobs.count == 6)
    #expect(sweep.axes == ["width", "depth", "seed", "steps"])
  }

  @Test func parse_exclude_dropsEveryMatch() throws {
    let sweep = try parse(
      withHead(
        """
        grid:
          width: [10, 20, 30]
          seed: [0, 1]
          exclude:
            - {width: 10, seed: 1}
            - {width: [20, 30], seed: [0]}
        """))
    #expect(values("width", of: sweep) == [.integer(10), .integer(20), .integer(30)])
    #expect(values("seed", of: sweep) == [.integer(0), .integer(1), .integer(1)])
  }

  @Test func parse_points_comeAfterTheProductOrAlone() throws {
    let points = "points: [{width: 100, seed: 7, alpha: 0.4}, {width: 200, seed: 8, alpha: 1}]"
    let alone = try parse(withHead("grid: {\(points)}"))
    #expect(values("width", of: alone) == [.integer(100), .integer(200)])
    #expect(alone.axes == ["width", "seed", "alpha"])
    #expect(values("alpha", of: alone) == [.real(0.4), .real(1)])
    let both = try parse(withHead("grid: {width: [1, 2], \(points)}"))
    #expect(values("width", of: both) == [.integer(1), .integer(2), .integer(100), .integer(200)])
  }

  @Test(arguments: [
    ("[1, 2]", [1.0, 2]), ("3", [3]), ("{values: [1, 2]}", [1, 2]), ("{value: 5}", [5]),
    ("{range: [0, 3]}", [0, 1, 2]), ("{range: [0, 10, 5]}", [0, 5]),
    ("{range: {from: 1, to: 2, step: 0.5}}", [1, 1.5]), ("{range: {from: 1, to: 3}}", [1, 2]),
    ("{linspace: [0, 1], count: 3}", [0, 0.5, 1]),
    ("{logspace: [1, 100], count: 3}", [1, 10, 100]),
    ("{log2space: [1, 8], count: 4}", [1, 2, 4, 8]),
    ("{linspace: [0, 2.5], count: 2, as: int}", [0, 2]),
    ("{linspace: [0, 2], count: 5, as: int, unique: true}", [0, 1, 2]),
    ("{linspace: [-1.7, 0], count: 2, as: int}", [-1, 0]),
    ("1e-3", [0.001]), ("[-0.0]", [0]),
  ])
  func parse_axisForms_haveTheirValues(axis: String, expected: [Double]) throws {
    let spec = ParameterSpec("w", .real(-10...1000), "")
    let signature = WorkloadSignature(
      name: "w", resultVersion: 1, parameters: [spec], estimate: parity.estimate)
    let source = SweepSource(origin: "f", text: "name: a\nworkload: w\ngrid: {w: \(axis)}")
    let sweep = try SweepFile.parse(source: source, workloads: [signature])
    #expect(values("w", of: sweep) == expected.map { Value.real($0) })
  }

  @Test func parse_weightsAndBiasesShape_isAGrid() throws {
    let sweep = try parse(
      withHead("parameters:\n  width: {values: [10, 20]}\n  seed: {value: 3}"))
    #expect(sweep.jobs.count == 2)
    #expect(sweep.axes == ["width", "seed"])
  }

  @Test func parse_anchorsAndAliases_areFilledIn() throws {
    let sweep = try parse(withHead("grid:\n  width: &list [10, 20]\n  seed: *list"))
    #expect(values("seed", of: sweep) == [.integer(10), .integer(20), .integer(10), .integer(20)])
  }

  @Test func parse_wordsThatLookLikeOthers_keepTheirType() throws {
    let spec = ParameterSpec("mode", .choice(["no", "1", "null"]), "")
    let signature = WorkloadSignature(
      name: "w", resultVersion: 1, parameters: [spec], estimate: parity.estimate)
    let text = "name: a\nworkload: w\ngrid: {mode: [no, 1, \"null\"]}"
    let sweep = try SweepFile.parse(
      source: SweepSource(origin: "f", text: text), workloads: [signature])
    #expect(values("mode", of: sweep) == [.text("no"), .text("1"), .text("null")])
  }

  @Test func parse_millionJobs_isCountedBeforeAnythingIsMade() {
    let text = withHead(
      """
      grid:
        width: {range: [1, 100001]}
        seed: {range: [0, 1000000]}
      """)
    #expect(
      failure(text) == "sweep.yaml:4:1: the grid has 100000000000 points; a sweep may have at most "
        + "1000000 jobs")
  }
}
