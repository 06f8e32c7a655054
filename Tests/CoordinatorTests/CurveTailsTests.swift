import SweepModel
import Testing

@testable import Coordinator

/// What the live status shows of running jobs' curves.
@Suite struct CurveTailsTests {
  private let signature = WorkloadSignature(
    name: "w", resultVersion: 1, parameters: [], summary: "s",
    metrics: [
      .scalar("loss.final", "l"), .curve("loss", "l"), .curve("parts", "p"),
    ],
    estimate: { _ in
      JobEstimate(
        modelParameters: 1, samples: 1, memoryBytes: 1, cpuSeconds: 1, usefulThreads: 1)
    })

  private func loss(_ steps: [Int]) -> Curve {
    Curve(name: "loss", steps: steps, values: steps.map { Float($0) })
  }

  @Test func rows_oneAfterTheOther_areOneCurve() throws {
    var tails = CurveTails()
    tails.add([loss([1, 2])], of: signature)
    tails.add([loss([5]), loss([7])], of: signature)
    let tail = try #require(tails.newest(values: 100)?.first)
    #expect(tail.steps == [1, 2, 5, 7] && tail.values == [1, 2, 5, 7])
    #expect(tails.newest(values: 2)?.first?.steps == [5, 7])
    #expect(tails.newest(values: 0) == nil)
  }

  /// An attempt elsewhere has gone on from a checkpoint.
  @Test func rows_fromAnEarlierStepOn_replaceWhatFollowedIt() throws {
    var tails = CurveTails()
    tails.add([loss([1, 2, 3, 4])], of: signature)
    tails.add([loss([3, 5])], of: signature)
    #expect(tails.newest(values: 100)?.first?.steps == [1, 2, 3, 5])
  }

  @Test func rows_withoutEnd_areBoundedAndTheNewestStay() throws {
    var tails = CurveTails()
    for step in 1...10_000 {
      tails.add(
        [
          loss([step]),
          Curve(name: "parts", steps: [step], columns: 64, values: .init(repeating: 1, count: 64)),
        ],
        of: signature)
    }
    let shown = try #require(tails.newest(values: 1_000_000))
    #expect(shown.allSatisfy { $0.steps.count <= CurveTails.mostRows })
    #expect(shown.allSatisfy { $0.values.count <= CurveTails.mostValues })
    #expect(shown.allSatisfy { $0.steps.last == 10_000 })
  }

  @Test func rows_thatNoJobOfTheWorkloadRecords_areNotKept() {
    var tails = CurveTails()
    tails.add(
      [
        Curve(name: "loss.final", steps: [1], values: [1]),
        Curve(name: "other", steps: [1], values: [1]),
        Curve(name: "parts", steps: [1], columns: 5000, values: .init(repeating: 0, count: 5000)),
        Curve(name: "loss", steps: [], values: []),
      ], of: signature)
    #expect(tails.newest(values: 1_000_000) == nil)
  }

  @Test func values_thatAreNoNumbers_areNull() throws {
    var tails = CurveTails()
    tails.add([Curve(name: "loss", steps: [1, 2], values: [.nan, .infinity])], of: signature)
    #expect(tails.newest(values: 10)?.first?.values == [nil, nil])
  }
}
