import Testing

@testable import Grokking

@Suite struct RepresentationTests {
  private let task = AdditionTask(symbols: 10)

  @Test func quality_ofALinearRepresentation_isOneInAnyDimension() {
    for dimension in 1...3 {
      let embeddings = (0..<10 * dimension).map { place in
        Double(place / dimension) * (Double(place % dimension) - 1.5) + 7
      }
      let representation = Representation(embeddings, dimension: dimension)
      #expect(representation.quality(task.parallelograms) == 1)
      #expect(representation.predictedAccuracy(task, trainingSet: [0, 1, 2]) < 1)
      for component in 0..<dimension {
        let values = (0..<10).map { representation.embeddings[$0 * dimension + component] }
        #expect(abs(values.reduce(0, +)) < 1e-12)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } - 9) < 1e-12)
      }
    }
  }

  @Test func quality_withOneSymbolMoved_losesItsParallelogramsOnly() {
    var embeddings = (0..<10).map(Double.init)
    embeddings[9] += 1
    let representation = Representation(embeddings, dimension: 1)
    let touched = task.parallelograms.count { $0.outer.j == 9 }
    let all = task.parallelograms.count
    #expect(touched > 0)
    #expect(representation.quality(task.parallelograms) == Double(all - touched) / Double(all))
  }

  @Test func predictedAccuracy_withoutFormedParallelograms_countsTheTrainingSet() {
    let embeddings = (0..<10).map { Double($0 * $0 * $0) }
    let representation = Representation(embeddings, dimension: 1)
    #expect(
      representation.predictedAccuracy(task, trainingSet: Array(0..<11), tolerance: 1e-6) == 0.2)
  }

  @Test func effectiveLoss_ofTheLinearRepresentation_isZeroAndAtRest() {
    let loss = EffectiveLoss(task.parallelograms, symbols: 10)
    let linear = (0..<10).map { Double($0) - 4.5 }
    #expect(abs(loss.value(linear)) < 1e-12)
    #expect(loss.velocity(linear).allSatisfy { abs($0) < 1e-12 })
    #expect(loss.slowestRate > 0)
  }

  @Test func velocity_againstFiniteDifferences_isTheNegativeGradient() {
    let loss = EffectiveLoss(task.parallelograms(among: Array(0..<40)), symbols: 10)
    let embeddings = (0..<20).map { Double(($0 * 7) % 11) / 5 - 1 }
    let velocity = loss.velocity(embeddings)
    for place in embeddings.indices {
      var moved = embeddings
      moved[place] += 1e-5
      let above = loss.value(moved)
      moved[place] -= 2e-5
      let slope = (above - loss.value(moved)) / 2e-5
      #expect(abs(velocity[place] + slope) < 1e-8 * max(1, abs(slope)), "place \(place)")
    }
  }

  /// Late in the flow only the slowest mode is left: the loss falls as e^(−2·rate·t).
  @Test func flow_afterLong_decaysAtTheSlowestRateAndKeepsItsSize() throws {
    let loss = EffectiveLoss(task.parallelograms, symbols: 10)
    let start = Representation((0..<10).map { Double(($0 * 7) % 10) }, dimension: 1).embeddings
    let trajectory = loss.flow(start, interval: 0.001, steps: 1500)
    #expect(trajectory.count == 1501 && trajectory[0] == start)
    let ratio = loss.value(trajectory[1500]) / loss.value(trajectory[1000])
    // e^(−2·rate) over half a unit of time; Euler's steps shrink by a little more.
    let rate = loss.slowestRate
    #expect(ratio > 0)
    var expected = 1.0
    for _ in 0..<500 { expected *= (1 - 0.001 * rate) * (1 - 0.001 * rate) }
    #expect(abs(ratio / expected - 1) < 0.05, "ratio \(ratio), expected \(expected)")
    let size = trajectory[1500].reduce(0) { $0 + $1 * $1 }
    #expect(abs(size / 9 - 1) < 0.01)
  }

  @Test func slowestRate_withoutAUniqueRepresentation_isZero() {
    #expect(EffectiveLoss(task.parallelograms(among: Array(0..<12)), symbols: 10).slowestRate == 0)
    #expect(EffectiveLoss([], symbols: 2).slowestRate == 0)
  }

  @Test func eigenvalues_ofAKnownMatrix_areItsOwn() {
    // The second difference of n points has the eigenvalues 2 − 2·cos(kπ/(n+1)); n = 3: 2 − √2, 2, 2 + √2.
    let matrix = SymmetricMatrix([2, -1, 0, -1, 2, -1, 0, -1, 2], size: 3)
    let expected = [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]
    for (found, value) in zip(matrix.eigenvalues, expected) { #expect(abs(found - value) < 1e-14) }
  }
}
