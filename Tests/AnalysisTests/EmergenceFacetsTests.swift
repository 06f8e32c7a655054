import Analysis
import SweepModel
import Testing

/// Which axes the matrices of subtasks run along, and which tell them apart.
struct EmergenceFacetsTests {
  private func records(
    _ axes: [(String, [Double])], seeds: Int = 2,
    size: (Parameters) -> Double = {
      $0["width"]?.number ?? 1
    }
  ) -> [JobRecord] {
    var points: [[Parameters.Entry]] = [[]]
    for (name, values) in axes + [("seed", (0..<seeds).map(Double.init))] {
      points = points.flatMap { point in
        values.map { point + [.init(name: name, value: .real($0))] }
      }
    }
    return points.enumerated().map { index, point in
      let parameters = Parameters(point)
      return JobRecord(
        index: index,
        job: Job(
          key: SyntheticSweep.key(index), workload: "sparse-parity", parameters: parameters),
        state: .done,
        scalars: [.init("parameters", size(parameters)), .init("loss.final", 1)])
    }
  }

  private func facets(
    _ records: [JobRecord], axes: [String], preferred: [String] = [], limit: Int = 9
  ) throws -> EmergenceFacets {
    try EmergenceFacets(
      of: .init(parts: "loss.subtasks", mean: "loss"), preferred: preferred, records: records,
      axes: axes + ["seed"], limit: limit
    ) { _, name in
      name == "loss.subtasks" ? EmergenceMatrixTests.subtasks : EmergenceMatrixTests.mean
    }
  }

  @Test
  func size_andAnAxisBesideIt_areAFacetForEachOfItsValues() throws {
    let jobs = records([("width", [8, 16, 32]), ("weightDecay", [0, 0.1])])
    let found = try facets(jobs, axes: ["width", "weightDecay"])
    #expect(found.axis == "parameters" && found.count == 2)
    #expect(found.facets.map(\.slice.title) == ["weightDecay=0", "weightDecay=0.1"])
    #expect(found.facets.allSatisfy { $0.matrix.axisValues == [8, 16, 32] })
  }

  @Test
  func oneSize_runsAlongTheAxisThatVaries() throws {
    let found = try facets(records([("weightDecay", [0, 0.1, 1])]), axes: ["weightDecay"])
    #expect(found.axis == "weightDecay" && found.facets.count == 1)
    #expect(found.facets[0].matrix.axisValues == [0, 0.1, 1])
  }

  @Test
  func twoAxesThatMakeTheSize_areNotMixedInOneMatrix() throws {
    let jobs = records([("width", [8, 16, 32]), ("depth", [2, 3])]) {
      ($0["width"]?.number ?? 0) * ($0["depth"]?.number ?? 0)
    }
    let found = try facets(jobs, axes: ["width", "depth"])
    #expect(found.facets.map(\.slice.title) == ["depth=2", "depth=3"])
    #expect(found.facets.map(\.matrix.axisValues) == [[16, 32, 64], [24, 48, 96]])
  }

  @Test
  func samplesOfAFit_areTheAxisAndSizesTheFacets() throws {
    let jobs = records([("width", [8, 16]), ("samples", [10, 20, 40])])
    let found = try facets(jobs, axes: ["width", "samples"], preferred: ["parameters", "samples"])
    #expect(found.axis == "samples" && found.facets.count == 2)
  }

  @Test
  func seedsAlone_runAlongSteps() throws {
    let found = try facets(records([], seeds: 3), axes: [])
    #expect(found.axis == "step" && found.facets[0].matrix.axisValues == [1, 2, 3])
  }

  @Test
  func fourAxes_areAnEvenChoiceThatIsCounted() throws {
    let jobs = records(
      [("width", [8, 16]), ("a", [1, 2, 3]), ("b", [1, 2, 3]), ("c", [1, 2])], seeds: 1)
    let found = try facets(jobs, axes: ["width", "a", "b", "c"], limit: 5)
    #expect(found.count == 18 && found.facets.count == 5)
    #expect(found.facets.last?.slice.title == "a=3 b=3 c=2")
  }
}
