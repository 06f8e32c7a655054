package import Discovery

/// How quanta are looked for in a network; the published value stands beside every number.
package struct QuantaSettings: Sendable {
  /// The recipe; published: ``Discovery/DiscoveryRecipe/published``.
  package var recipe = DiscoveryRecipe.margin
  /// What the recipe leaves out where it must not see the control bits; nil for its own choice,
  /// ``Discovery/DiscoveryRecipe/blind``. The paper has no such variant.
  package var hidden: DiscoveryRecipe.Part?
  /// The recipe of the gradients by which samples are attributed to quanta that were found: of losses,
  /// which see labels.
  package var evidence = DiscoveryRecipe.whitened
  /// Samples whose gradients are compared; published 10 000.
  package var samples = 10_000
  /// Only samples with a loss below this, nats; published 0.1.
  package var loss = DiscoveryRecipe.leastLoss
  /// Samples from which the whitening's factors are taken; published none, 20 000 in measurements.
  package var training = 20_000
  /// Counts for the envelope and the table; published 10…100 by 10, 125…300 by 25, 350, 400, 500…1100.
  package var counts = DiscoveryRecipe.publishedCounts
  /// Ranks to which the envelope's line is fitted; published 101…1000.
  package var window = 101...1000
  /// Random halves of the samples on which clusters are found again; published none.
  package var halves = 4
  /// The seed of halves and of k-means.
  package var seed: UInt64 = 0

  package init() {}

  /// The recipe, with or without the control bits.
  package func recipe(controls: Bool) -> DiscoveryRecipe {
    guard !controls else { return recipe }
    var blind = recipe.blind
    blind.part = hidden ?? blind.part
    return blind
  }
}
