import Kernels
import Testing

@testable import Discovery

@Suite struct CountChoiceTests {
  @Test func count_isThatOfPlantedClusters() {
    for (seed, sizes) in [[60, 30, 20, 10], [90, 5, 5, 5, 5], [25, 25]].enumerated() {
      let tree = AverageLinkage.tree(
        using: planted(sizes, within: 0.3, noise: 0.05, seed: UInt64(seed)))
      let choice = CountChoice(tree)
      #expect(choice.count == sizes.count)
      #expect(tree.partition(count: choice.count) == blocks(sizes))
      #expect(choice.range.contains(choice.count))
      #expect(abs((choice.within ?? 0) - 0.3) < 0.05 && (choice.between ?? 1) < 0.06)
    }
  }

  /// The cut is where the height passes ln(w/b) / (1/b − 1/w).
  @Test func cut_isAtTheHeightOfEqualLikelihood() {
    let tree = AverageLinkage.tree(using: planted([40, 30, 20], within: 0.2, noise: 0.1))
    let choice = CountChoice(tree)
    guard let w = choice.within, let b = choice.between else {
      Issue.record("no means")
      return
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let h = (low + high) / 2
      if h * (1 / b - 1 / w) > logarithm(w / b) { high = h } else { low = h }
    }
    #expect(Double(tree.likeness(below: choice.count)) < high * 1.3)
    #expect(Double(tree.likeness(below: choice.count + 1)) > high * 0.7)
  }

  /// Normal vectors about centroids of given lengths that are orthogonal, as cosines; of the first
  /// cluster `parts` have a centroid of their own besides, as long as the common one times `split`.
  private func signed(_ sizes: [Int], _ lengths: [Double], split: Double) -> Matrix {
    let parts = 4
    let rows = noise(sizes.reduce(0, +), 600, seed: 5)
    var row = 0
    for (cluster, size) in sizes.enumerated() {
      for member in 0..<size {
        rows[row, cluster] += Float(lengths[cluster])
        if cluster == 0 {
          rows[row, sizes.count + member % parts] += Float(lengths[0] * split)
        }
        row += 1
      }
    }
    let ones = Matrix([Double](repeating: 1, count: row), rows: row, columns: 1)
    return GramMatrix.of(
      SampleGradients([LayerGradients(inputs: rows, errors: ones)]), measure: .cosine,
      crew: Crew(threads: 2))
  }

  /// One quantum has most of the pairs, and its patterns are less alike than strangers are apart: the
  /// likelihood of pairs' magnitudes joins the small quanta here, as in networks of the published size.
  @Test func count_ofSignedLikenesses_isByKinship() {
    let sizes = [600, 60, 40, 20]
    let truth = blocks(sizes)
    let likeness = signed(sizes, [8, 9, 10, 12], split: 1)
    let tree = AverageLinkage.tree(using: likeness.copied())
    let choice = CountChoice(kinshipsOf: tree, floor: 0.01)
    #expect(choice.count == 4)
    #expect(PartitionScores(tree.partition(count: choice.count), truth).adjustedRand > 0.99)
    #expect((choice.within ?? 0) > 0.2 && (choice.between ?? 1) < 0.05)
    #expect(choice.gain > 0.5 && choice.gain <= 1 && choice.range.contains(4))
    #expect(DiscoveryRecipe.margin.choice(tree) == choice)
    #expect(DiscoveryRecipe.whitened.choice(tree) == CountChoice(tree))
  }

  /// Twice all likenesses, or clusters that are tighter by any factor, change no kinship.
  @Test func kinship_hasNoScale() {
    let sizes = [90, 60, 30]
    let likeness = signed(sizes, [6, 9, 20], split: 0)
    let plain = CountChoice(
      kinshipsOf: AverageLinkage.tree(using: likeness.copied()), floor: 0.01)
    for row in 0..<likeness.rows {
      for column in 0..<likeness.columns { likeness[row, column] *= 0.125 }
    }
    let scaled = CountChoice(kinshipsOf: AverageLinkage.tree(using: likeness), floor: 0.01)
    #expect(plain == scaled && plain.count == 3)
  }

  private func logarithm(_ x: Double) -> Double {
    // By the area under 1/t.
    let steps = 20_000
    return (0..<steps).reduce(0) {
      let t = 1 + (x - 1) * (Double($1) + 0.5) / Double(steps)
      return $0 + (x - 1) / Double(steps) / t
    }
  }

  @Test func noCount_isChosenWhereAllIsEqual() {
    let tree = AverageLinkage.tree(using: planted([30], within: 0.5, noise: 0))
    #expect(CountChoice(tree).gain < 1e-6)
    let single = AverageLinkage.tree(using: planted([1], within: 1, noise: 0))
    #expect(CountChoice(single).count == 1)
    #expect(CountChoice(kinshipsOf: tree, floor: 0.01).count == 1)
    #expect(CountChoice(kinshipsOf: single, floor: 0.01).count == 1)
  }
}
