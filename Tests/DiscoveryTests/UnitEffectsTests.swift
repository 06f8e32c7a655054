import Kernels
import Testing

@testable import Discovery

@Suite struct UnitEffectsTests {
  private static let crew = Crew(threads: 2)

  /// A network without the unit's outgoing weights, and the loss's slope along the unit's activation.
  @Test func effects_areThoseOfNetworksWithoutAUnit() {
    let network = Perceptron(
      weights: [noise(5, 8, seed: 1), noise(4, 6, seed: 2), noise(2, 5, seed: 3)],
      activation: .tanh)
    let inputs = noise(12, 7, seed: 4)
    let labels = (0..<12).map { $0 % 2 }
    let groups = (0..<12).map { $0 < 5 ? 0 : 1 }
    let effects = UnitEffects(
      network, inputs, labels: labels, groups: groups, count: 2, crew: Self.crew)
    func means(_ weights: [Matrix]) -> [Double] {
      let losses = Perceptron(weights: weights, activation: .tanh)
        .pass(inputs, crew: Self.crew).losses(labels)
      return [losses[..<5].reduce(0, +) / 5, losses[5...].reduce(0, +) / 7]
    }
    let base = means(network.weights)
    #expect(effects.losses == base && effects.removals.map(\.count) == [9, 9])
    for unit in 0..<9 {
      let (layer, own) = unit < 5 ? (1, unit) : (2, unit - 5)
      /// The network with the unit's outgoing weights times a factor.
      func scaled(_ factor: Float) -> [Double] {
        var weights = network.weights
        let old = weights[layer]
        weights[layer] = Matrix(rows: old.rows, columns: old.columns)
        for row in 0..<old.rows {
          for column in 0..<old.columns {
            weights[layer][row, column] = old[row, column] * (column == own ? factor : 1)
          }
        }
        return means(weights)
      }
      let (without, above, below) = (scaled(0), scaled(1.01), scaled(0.99))
      for group in 0..<2 {
        let slope = abs(above[group] - below[group]) / 0.02
        #expect(abs(effects.removals[group][unit] - abs(without[group] - base[group])) < 1e-5)
        #expect(abs(effects.attributions[group][unit] - slope) < 1e-3)
      }
    }
  }

  @Test func rankCorrelation_isSpearmans() throws {
    #expect(RankCorrelation.of([1, 5, 9, 200], [2, 3, 4, 5]) == 1)
    #expect(RankCorrelation.of([1, 2, 3], [9, 4, 1]) == -1)
    #expect(RankCorrelation.of([1, 1, 1], [1, 2, 3]) == nil)
    #expect(RankCorrelation.of([], []) == nil)
    // Ranks 1, 2.5, 2.5, 4, 5 and 2, 1, 3.5, 3.5, 5.
    let found = try #require(RankCorrelation.of([1, 2, 2, 4, 7], [3, 1, 4, 4, 9]))
    #expect(abs(found - 29.0 / 38) < 1e-12)
  }
}
