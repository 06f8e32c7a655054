import Foundation
import SweepModel
import Testing

@testable import Analysis

@Suite struct CriticalSizeTests {
  private static let sizes: [Double] = [100, 200, 400, 800, 1600]

  /// Runs of some seeds whose accuracy is ½ at a size of their own.
  private func records(_ critical: [Double], dip: Double = 0) -> [JobRecord] {
    critical.enumerated().flatMap { seed, critical in
      Self.sizes.enumerated().map { index, size in
        let value = 1 / (1 + pow(critical / size, 6)) - (index == 4 ? dip : 0)
        let number = seed * Self.sizes.count + index
        let parameters = Parameters([.init(name: "seed", value: .integer(seed))])
        return JobRecord(
          index: number,
          job: Job(key: SyntheticSweep.key(number), workload: "made-up", parameters: parameters),
          state: .done,
          scalars: [.init("samples", size), .init("accuracy.final", value)])
      }
    }
  }

  private func critical(_ records: [JobRecord], level: Double = 0.5) -> CriticalSize {
    CriticalSize(records, size: "samples", metric: "accuracy.final", level: level, by: "seed")
  }

  @Test func sizes_ofSeveralSeeds_areFoundWithTheirMean() throws {
    let truth = [300.0, 330, 280]
    let found = critical(records(truth))
    #expect(found.groups.map(\.value) == [.integer(0), .integer(1), .integer(2)])
    for (group, truth) in zip(found.groups, truth) {
      #expect(group.below == 200 && group.above == 400)
      #expect(abs(log(try #require(group.estimate) / truth)) < log(1.1))
    }
    let pooled = try #require(found.pooled)
    #expect(pooled.interval.contains(300) && pooled.interval.contains(pooled.estimate))
    #expect(pooled.spread > 1 && pooled.spread < 1.3)
  }

  @Test func size_ofACurveWithADip_isThatOfTheRisingCurve() throws {
    let group = try #require(critical(records([300], dip: 0.3)).groups.first)
    #expect(zip(group.points, group.points.dropFirst()).allSatisfy { $0.fitted <= $1.fitted })
    #expect(group.below == 200 && group.above == 400)
  }

  @Test func size_beyondTheGrid_isNone() throws {
    let beyond = try #require(critical(records([9000])).groups.first)
    #expect(beyond.estimate == nil && beyond.below == 1600 && beyond.above == nil)
    let before = try #require(critical(records([20])).groups.first)
    #expect(before.estimate == nil && before.below == nil && before.above == 100)
    #expect(critical(records([9000, 300])).pooled == nil)
  }

  @Test func jobs_withoutANumber_areCounted() {
    let records = records([300])
    let failed = JobRecord(index: 9, job: records[0].job, state: .setAside)
    #expect(critical(records + [failed]).missing == 1)
  }
}
