import Kernels
import Testing
import Training

@Suite struct ScheduleTests {
  @Test func schedule_withFewPoints_keepsAllOfThem() {
    let schedule = LogSchedule(interval: 10, steps: 95, detailedPoints: 128)
    let points = (1...95).filter { schedule.evaluates(at: $0) }
    #expect(points == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95])
    #expect(points.allSatisfy { schedule.isDetailed(at: $0) })
    #expect(schedule.count == 10)
    #expect(schedule.detailedLimit == 10)
  }

  @Test func schedule_withManyPoints_keepsLogSpacedOnesWithFirstAndLast() {
    let schedule = LogSchedule(interval: 100, steps: 200_000, detailedPoints: 128)
    let points = stride(from: 100, through: 200_000, by: 100).filter { schedule.isDetailed(at: $0) }
    #expect(points.count <= schedule.detailedLimit)
    #expect(points.count > 80 && points.count <= 128)
    #expect(points.first == 100)
    #expect(points.last == 200_000)
    for (left, right) in zip(points, points.dropFirst()) where left > 2000 {
      #expect(Double(right) / Double(left) < 1.13, "gap from \(left) to \(right)")
    }
  }

  /// The rows that stored results hold must never change: they are compared bit for bit.
  @Test func schedule_withManyPoints_keepsTheRoundedPowersAndTheLast() {
    for (steps, detailedPoints) in [
      (2, 1), (3, 2), (9, 8), (128, 127), (129, 128), (200, 128), (777, 10), (2000, 128),
      (20_000, 3), (65_537, 256),
    ] {
      let schedule = LogSchedule(interval: 1, steps: steps, detailedPoints: detailedPoints)
      let ratio = Elementary.logarithm(Double(steps)) / Double(max(1, detailedPoints - 1))
      let powers = (0..<detailedPoints).map {
        Int(Elementary.exponential(ratio * Double($0)).rounded())
      }
      #expect(
        Set((1...steps).filter { schedule.isDetailed(at: $0) }) == Set(powers + [steps]),
        "\(steps) steps, \(detailedPoints) rows")
      #expect(schedule.detailedSteps == (1...steps).filter { schedule.isDetailed(at: $0) })
    }
  }

  @Test func schedule_withAnIntervalBeyondTheEnd_evaluatesTheLastStep() {
    let schedule = LogSchedule(interval: 1000, steps: 7, detailedPoints: 1)
    #expect((1...7).filter { schedule.evaluates(at: $0) } == [7])
    #expect(schedule.isDetailed(at: 7))
  }

  @Test func schedule_thatGrows_isDenseAtFirstAndNeverFurtherApartThanItsInterval() {
    let schedule = LogSchedule(growth: 0.25, interval: 40, steps: 1000)
    let points = (1...1000).filter { schedule.evaluates(at: $0) }
    #expect(points.prefix(9) == [1, 2, 3, 4, 5, 6, 7, 8, 10])
    #expect(points.count == schedule.count)
    #expect(points.last == 1000)
    for (left, right) in zip(points, points.dropFirst()).dropLast() {
      #expect(right - left == min(40, max(1, left / 4)), "from \(left) to \(right)")
    }
  }

  @Test(arguments: [1, 2, 3, 50, 999, 1000, 1001])
  func schedule_thatGrows_countsItsPoints(_ steps: Int) {
    for (growth, interval) in [(0.001, 1), (0.05, 1000), (0.3, 7), (10, 100)] {
      let schedule = LogSchedule(growth: growth, interval: interval, steps: steps)
      let points = (1...steps).filter { schedule.evaluates(at: $0) }
      #expect(points.count == schedule.count, "\(growth), \(interval)")
      #expect(points.last == steps)
    }
  }

  @Test func earlyStopping_withTenRisesInARow_stopsAtTheTenth() {
    var rule = EarlyStopping(afterStep: 40, patience: 10)
    let stops = (1...20).map { rule.shouldStop(step: 10 * $0, loss: Double($0)) }
    // Rises count from step 50 on: the tenth is at step 140.
    #expect(stops.firstIndex(of: true) == 13)
  }

  @Test func earlyStopping_withAFallOrATieBetween_startsCountingAnew() {
    var rule = EarlyStopping(afterStep: 0, patience: 3)
    let losses = [1.0, 2, 3, 2.5, 3, 4, 4, 5, 6, 7]
    let stops = losses.enumerated().map { rule.shouldStop(step: $0.offset + 1, loss: $0.element) }
    #expect(stops == [false, false, false, false, false, false, false, false, false, true])
  }
}
