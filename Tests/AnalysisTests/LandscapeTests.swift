import Analysis
import Glibc
import SweepModel
import Testing

@Suite struct LandscapeTests {
  /// Training loss falls to a floor, test loss has its minimum at α = 1.
  private func record(
    _ index: Int, alpha: Double, samples: Int, seed: Int = 0, state: JobState = .done
  ) -> JobRecord {
    let parameters = Parameters([
      .init(name: "alpha", value: .real(alpha)), .init(name: "trainNum", value: .integer(samples)),
      .init(name: "seed", value: .integer(seed)),
    ])
    let bowl = pow(log10(alpha), 2)
    return JobRecord(
      index: index,
      job: Job(key: SyntheticSweep.key(index), workload: "made-up", parameters: parameters),
      state: state,
      scalars: [
        .init("loss.final", 1 + bowl + Double(seed)), .init("accuracy.final", 0.75),
        .init("train.loss.final", alpha < 1 ? bowl : 0), .init("train.accuracy.final", 1),
        .init("loss.min", 0), .init("train.loss.min", 0),
      ])
  }

  @Test func landscape_overSizeAndScale_cutsAlongTheScale() throws {
    var records: [JobRecord] = []
    for samples in [20, 10] {
      for alpha in [0.1, 1, 10] {
        for seed in 0..<2 {
          records.append(record(records.count, alpha: alpha, samples: samples, seed: seed))
        }
      }
    }
    let axes = ["trainNum", "alpha", "seed"]
    let loss = try #require(
      Landscape.all(.loss, of: records, axes: axes, signature: SyntheticPhases.signature).first)
    #expect(loss.x == "alpha" && loss.y == "trainNum" && loss.scalar == "loss.final")
    #expect(loss.sections.map(\.y) == [10, 20])
    #expect(loss.sections[0].cells.map(\.x) == [0.1, 1, 10])
    #expect(loss.sections[0].cells.map(\.test) == [2.5, 1.5, 2.5], "a U, means over seeds")
    #expect(loss.sections[0].cells.map(\.train) == [1, 0, 0], "an L")
    let error = try #require(
      Landscape.all(.error, of: records, axes: axes, signature: SyntheticPhases.signature).first)
    #expect(error.cells.allSatisfy { $0.test == 0.25 && $0.train == 0 })
  }

  @Test func landscape_overOneAxisWithAHole_skipsIt() throws {
    let records = [
      record(0, alpha: 0.1, samples: 5), record(1, alpha: 1, samples: 5, state: .waiting),
      record(2, alpha: 10, samples: 5),
    ]
    let loss = try #require(
      Landscape.all(.loss, of: records, axes: ["alpha"], signature: SyntheticPhases.signature).first
    )
    #expect(loss.y == nil && loss.cells.map(\.test) == [2, nil, 2])
    #expect(loss.sections.map { $0.cells.map(\.x) } == [[0.1, 10]])
    #expect(!loss.completeness.isComplete)
  }

  @Test func landscape_ofOtherSweeps_isEmpty() {
    let records = SyntheticSweep.records()
    #expect(
      Landscape.all(
        .loss, of: records, axes: SyntheticSweep.axes, signature: SyntheticPhases.signature
      ).isEmpty)
    let single = [record(0, alpha: 1, samples: 5)]
    #expect(
      Landscape.all(.loss, of: single, axes: ["alpha"], signature: SyntheticPhases.signature)
        .isEmpty, "no axis of several values")
  }
}
