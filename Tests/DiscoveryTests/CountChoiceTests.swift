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

  /// Signs that cancel between clusters leave the count to magnitudes.
  @Test func count_ofSignedLikenesses_isByMagnitudes() {
    let sizes = [50, 30, 20]
    let likeness = planted(sizes, within: 0.3, noise: 0.05)
    let labels = blocks(sizes).labels
    for row in labels.indices {
      for column in 0..<row where labels[row] != labels[column] && (row + column) % 2 == 0 {
        likeness[row, column] *= -1
        likeness[column, row] *= -1
      }
    }
    let tree = AverageLinkage.tree(using: likeness.copied())
    let choice = CountChoice(tree, magnitudesOf: likeness)
    #expect(choice.count == 3 && tree.partition(count: 3) == blocks(sizes))
    #expect((choice.between ?? 0) > 0.02)
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
    #expect(CountChoice(AverageLinkage.tree(using: planted([1], within: 1, noise: 0))).count == 1)
  }
}
