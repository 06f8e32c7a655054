import Kernels
import Testing

@testable import Discovery

@Suite struct ScoreTests {
  @Test func partitions_areNumberedBySize() {
    let partition = Partition(["a", "b", "b", "c", "a", "b"])
    #expect(partition.labels == [1, 0, 0, 2, 1, 0])
    #expect(partition.sizes == [3, 2, 1])
    #expect(partition.members == [[1, 2, 5], [0, 4], [3]])
  }

  /// The values are scikit-learn's.
  @Test func scores_areThoseOfScikitLearn() {
    let scores = PartitionScores(
      Partition([0, 0, 1, 1, 2, 2, 2, 3]), Partition([0, 0, 1, 2, 2, 2, 2, 1]))
    #expect(abs(scores.adjustedRand - 0.507_042_253_521_126_8) < 1e-12)
    #expect(abs(scores.normalisedMutualInformation - 0.734_076_616_552_350_6) < 1e-12)
    let same = PartitionScores(Partition([1, 1, 2]), Partition([5, 5, 0]))
    #expect(same.adjustedRand == 1 && abs(same.normalisedMutualInformation - 1) < 1e-12)
    let one = PartitionScores(Partition([1, 1, 1]), Partition([0, 0, 0]))
    #expect(one.adjustedRand == 1 && one.normalisedMutualInformation == 1)
  }

  @Test func jaccard_isSharedOverAll() {
    let best = PartitionScores.bestJaccard(
      Partition([0, 0, 0, 1, 1]), in: Partition([0, 0, 1, 1, 1]))
    #expect(best == [2.0 / 3, 2.0 / 3])
  }

  @Test func envelope_isTheLargestSizeAtEveryRank() {
    let envelope = RankEnvelope([
      Partition([0, 0, 0, 0, 1, 1]), Partition([0, 0, 0, 1, 1, 1]), Partition([0, 0, 1, 2, 3, 3]),
    ])
    #expect(envelope.sizes == [4, 3, 1, 1])
    #expect(envelope.line(5...9) == nil)
  }

  @Test func slope_ofAPowerLaw_isItsExponent() {
    // 4096·rank⁻² at ranks 1, 2, 4, … has whole sizes.
    let sizes = (1...64).map { rank in 4096 / (rank * rank) }
    let partition = Partition(
      sizes.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) })
    let line = RankEnvelope([partition]).line(1...2)
    #expect(abs((line?.slope ?? 0) + 2) < 1e-12)
    #expect(abs((line?.intercept ?? 0) - Elementary.logarithm(4096)) < 1e-12)
    #expect(RankEnvelope([partition]).line(60...900)?.window == 60...64)
  }

  @Test func area_countsTiesHalf() {
    #expect(DetectionCurve.area(normal: [1, 2, 3], anomalous: [3, 4]) == 5.5 / 6)
    #expect(DetectionCurve.area(normal: [1, 1], anomalous: [1]) == 0.5)
    #expect(DetectionCurve.area(normal: [], anomalous: [1]) == nil)
    let interval = DetectionCurve.interval([0.9, 0.95, 1])
    #expect(abs((interval?.mean ?? 0) - 0.95) < 1e-12)
    #expect(interval.map { $0.range.lowerBound >= 0.9 && $0.range.upperBound <= 1 } == true)
    #expect(interval == DetectionCurve.interval([0.9, 0.95, 1]))
  }

  /// A curve has the area that ranks give, ties cut straight across.
  @Test func rates_areTheCurveOfTheArea() {
    let (normal, anomalous) = ([1.0, 2, 2, 3], [2.0, 3, 4])
    let shares = [0, 0.25, 0.5, 0.75, 1]
    let rates = DetectionCurve.rates(normal: normal, anomalous: anomalous, at: shares)
    let expected = [1.0 / 3, 2.0 / 3, 5.0 / 6, 1, 1]
    #expect(zip(rates ?? [], expected).allSatisfy { abs($0 - $1) < 1e-12 } && rates?.count == 5)
    let fine = (0...4000).map { Double($0) / 4000 }
    let curve = DetectionCurve.rates(normal: normal, anomalous: anomalous, at: fine) ?? []
    let area = zip(curve, curve.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 8000 }
    #expect(abs(area - (DetectionCurve.area(normal: normal, anomalous: anomalous) ?? 0)) < 1e-6)
    #expect(DetectionCurve.rates(normal: [], anomalous: [1], at: shares) == nil)
    #expect(DetectionCurve.rates(normal: [1], anomalous: [2], at: [0, 1]) == [1, 1])
  }

  @Test func parts_areTheBestOfAllSupports() {
    let centroids = noise(5, 8, seed: 3)
    let target = noise(1, 8, seed: 4)
    func row(_ matrix: Matrix, _ index: Int) -> [Double] {
      (0..<8).map { Double(matrix[index, $0]) }
    }
    let products = (0..<25).map { inner(row(centroids, $0 / 5), row(centroids, $0 % 5)) }
    let length = inner(row(target, 0), row(target, 0)).squareRoot()
    let inners = (0..<5).map { inner(row(centroids, $0), row(target, 0)) / length }
    let found = NonnegativeParts(products: products, target: inners, leastGain: 0)
    var best = 1.0
    for mask in 1..<32 {
      let chosen = (0..<5).filter { mask >> $0 & 1 == 1 }
      let signs = inners.map { $0 < 0 ? -1.0 : 1 }
      let matrix = chosen.flatMap { a in chosen.map { signs[a] * signs[$0] * products[a * 5 + $0] }
      }
      let right = chosen.map { abs(inners[$0]) }
      guard let solved = CholeskyFactor(matrix, size: chosen.count)?.solve(right),
        solved.allSatisfy({ $0 >= 0 })
      else { continue }
      best = min(best, 1 - inner(solved, right))
    }
    #expect(abs(found.residual - best) < 1e-9)
    #expect(found.weights.allSatisfy { $0 >= 0 })
  }

  @Test func detectors_findWhatLiesApart() {
    let crew = Crew(threads: 2)
    let reference = noise(300, 6)
    let samples = noise(40, 6, seed: 2)
    for row in 20..<40 { samples[row, 3] += 9 }
    for scores in [
      MahalanobisDetector(reference, crew: crew).scores(samples, crew: crew),
      LocalOutlierFactor(reference, crew: crew).scores(samples, crew: crew),
    ] {
      #expect(
        DetectionCurve.area(
          normal: Array(scores[..<20]), anomalous: Array(scores[20...])) ?? 0 > 0.99)
    }
  }
}
