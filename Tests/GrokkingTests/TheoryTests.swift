import Testing

@testable import Grokking

@Suite struct TheoryTests {
  private let task = AdditionTask(symbols: 10)

  @Test func task_ofTenNumbers_hasThePublishedCounts() {
    #expect(task.samples.count == 55)
    #expect(task.sums == 19)
    // Pairs of samples with equal sums: 2·(1·C(2,2) + …): sums 0…18 have 1,1,2,2,3,3,4,4,5,5,5,… ways.
    let ways = (0..<19).map { sum in task.samples.count { $0.sum == sum } }
    #expect(task.parallelograms.count == ways.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
    for parallelogram in task.parallelograms {
      let (outer, inner) = (parallelogram.outer, parallelogram.inner)
      #expect(outer.i < inner.i && inner.i <= inner.j && inner.j < outer.j)
      #expect(outer.sum == inner.sum)
    }
  }

  /// The table of the science page, whose standard error is at most 0.011, as is this one's.
  @Test(arguments: [
    (15, 0.001), (18, 0.039), (21, 0.317), (24, 0.700), (27, 0.910), (30, 0.983), (33, 0.998),
    (36, 1.000), (39, 1.000),
  ])
  func uniqueFraction_ofRandomSets_isWithinThreeStandardErrors(trainNum: Int, expected: Double) {
    let sets = 2000
    let found = task.uniqueFraction(trainNum: trainNum, sets: sets, seed: 1)
    // Both are estimates; a floor of three sets stands for the spread of rare events.
    let variance = expected * (1 - expected) / Double(sets)
    #expect(abs(found - expected) <= 3 * (2 * variance).squareRoot() + 3 / Double(sets))
  }

  @Test func uniqueFraction_ofGrowingSets_neverFalls() {
    let seed = UInt64.random(in: 0...UInt64.max)
    let fractions = (10...50).map { task.uniqueFraction(trainNum: $0, sets: 40, seed: seed) }
    #expect(fractions == fractions.sorted(), "seed \(seed)")
  }

  @Test func uniqueFraction_ofASeed_isAlwaysTheSame() {
    let fractions = (0..<2).map { _ in task.uniqueFraction(trainNum: 22, sets: 100, seed: 5) }
    #expect(fractions[0] == fractions[1])
    #expect(fractions[0] != task.uniqueFraction(trainNum: 22, sets: 100, seed: 6))
  }

  @Test func equations_ofAllSamples_leaveShiftAndScale() {
    for symbols in 2...12 {
      let task = AdditionTask(symbols: symbols)
      let equations = TrainingEquations(task, trainingSet: Array(task.samples.indices))
      #expect(equations.freedom == 2 && equations.isLinearUnique, "\(symbols) symbols")
      #expect(equations.idealAccuracy == 1)
    }
  }

  /// (0,3) = (1,2) and (2,5) = (3,4) imply (0,5) = (1,4), and nothing about (0,2) = (1,1).
  @Test func equations_ofTwoParallelograms_implyTheirSum() throws {
    func place(_ i: Int, _ j: Int) throws -> Int {
      try #require(task.samples.firstIndex { $0.i == i && $0.j == j })
    }
    let known = try [place(0, 3), place(1, 2), place(2, 5), place(3, 4), place(1, 4)]
    let equations = TrainingEquations(task, trainingSet: known)
    #expect(equations.freedom == 8 && !equations.isLinearUnique)
    let sum = try #require(task.parallelogram(place(0, 5), place(1, 4)))
    let other = try #require(task.parallelogram(place(0, 2), place(1, 1)))
    #expect(equations.imply(sum) && !equations.imply(other))
    // The five training samples and (0, 5).
    #expect(equations.idealAccuracy == 6.0 / 55)
  }
}
