import Kernels
import SweepModel
import Testing

@testable import Workloads

@Suite struct ParityBatchesTests {
  private func batches(_ changes: [String: Value]) -> ParityBatches {
    ParityBatches(settings: ParitySettings(smallParity(changes)))
  }

  private func numbers(_ batch: ParityBatches.Batch) -> [Int] {
    (batch.first..<batch.first + batch.count).map { batch.permutation?.element(at: $0) ?? $0 }
  }

  @Test func batches_online_takeEveryNumberOnceInOrder() {
    let batches = batches(["batch": .integer(7)])
    let taken = (1...5).flatMap { numbers(batches.batch(step: $0)) }
    #expect(taken == Array(0..<35))
  }

  @Test(arguments: [(20, 6), (18, 6), (5, 6), (1, 1), (100, 7)])
  func batches_ofAFixedSet_coverItOnceAnEpochWithAShortRest(samples: Int, batch: Int) {
    let batches = batches([
      "regime": .text("fixed"), "samples": .integer(samples), "batch": .integer(batch),
    ])
    let perEpoch = (samples + batch - 1) / batch
    var orders: [[Int]] = []
    for epoch in 0..<3 {
      let steps = epoch * perEpoch + 1...(epoch + 1) * perEpoch
      let counts = steps.map { batches.batch(step: $0).count }
      #expect(counts.dropLast().allSatisfy { $0 == min(batch, samples) })
      orders.append(steps.flatMap { numbers(batches.batch(step: $0)) })
      #expect(orders[epoch].sorted() == Array(0..<samples), "epoch \(epoch)")
    }
    if samples >= 18 {
      #expect(orders[0] != orders[1])
      #expect(orders[1] != orders[2])
    }
  }

  @Test func subsets_ofASeed_areDistinctAscendingAndReproducible() {
    let stream = ParityStream.subsets.of(8)
    // All ten pairs of five bits, so that repeats must have been drawn and refused.
    let subsets = ParitySubsets.draw(10, size: 2, bits: 5, from: stream)
    #expect(Set(subsets).count == 10)
    #expect(subsets.allSatisfy { $0.count == 2 && $0[0] < $0[1] && $0[1] < 5 })
    #expect(ParitySubsets.draw(10, size: 2, bits: 5, from: stream) == subsets)
    #expect(ParitySubsets.draw(10, size: 2, bits: 5, from: ParityStream.subsets.of(9)) != subsets)
  }

  @Test func subsetCount_ofSmallAndHugeProblems_isTheBinomialCoefficientUpToALimit() {
    #expect(ParitySubsets.count(size: 3, bits: 100, limit: .max) == 161_700)
    #expect(ParitySubsets.count(size: 2, bits: 30, limit: .max) == 435)
    #expect(ParitySubsets.count(size: 5, bits: 5, limit: 10) == 1)
    #expect(ParitySubsets.count(size: 6, bits: 5, limit: 10) == 0)
    #expect(ParitySubsets.count(size: 64, bits: 4096, limit: 65_536) == 65_536)
  }
}
