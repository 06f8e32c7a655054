package import Discovery
package import Kernels
package import Workloads

/// Samples as a network sees them: what attribution and detectors of anomalies look at.
package struct SeenSamples {
  /// Gradients by the recipe, whitened as it has it, of the labels at hand.
  package let gradients: SampleGradients
  /// The last hidden layer, `samples × width`.
  package let activations: Matrix
  /// The classes that the network predicts.
  package let predictions: [Int]
  /// Losses of the predictions, nats.
  package let ownLosses: [Double]
  /// Losses of the labels at hand, nats.
  package let losses: [Double]
  /// Norms of the plain gradients of those.
  package let norms: [Double]
}

/// Samples that a network predicts well, with the quanta that were found among them: what other
/// samples are attributed to.
package struct TrustedSamples {
  package let network: ParityNetwork
  package let samples: ParityStudy.Samples
  package let quanta: QuantaReference
  /// For each of the quanta the subtasks of most of its samples, and their share.
  package let subtasks: [(tasks: [Int], share: Double)]
  let seen: SeenSamples
  let crew: Crew
  private let evidence: DiscoveryRecipe
  private let whitening: Whitening?

  /// Nil where the network predicts fewer than two samples so well. `controls` is false to leave the
  /// control bits' columns out, `onlyAtoms` true for samples of one control bit alone, those of each one
  /// quantum.
  package init?(
    _ network: ParityNetwork, _ settings: QuantaSettings, controls: Bool, onlyAtoms: Bool = false,
    crew: Crew
  ) {
    let (samples, _) = network.predicted(
      settings.samples, below: settings.loss, onlyAtoms: onlyAtoms, crew: crew)
    guard samples.labels.count > 1 else { return nil }
    self.network = network
    self.samples = samples
    self.crew = crew
    evidence = controls ? settings.evidence : settings.evidence.blind
    whitening = network.whitening(evidence, training: settings.training, crew: crew)
    seen = Self.look(network, samples, nil, evidence, whitening, crew: crew)
    let clusters =
      onlyAtoms
      ? Partition(samples.tasks)
      : Self.found(network, samples, settings, controls: controls, crew: crew)
    quanta = QuantaReference(gradients: seen.gradients, partition: clusters, crew: crew)
    subtasks = clusters.majorities(of: samples.tasks)
  }

  /// The quanta that the recipe finds among samples.
  private static func found(
    _ network: ParityNetwork, _ samples: ParityStudy.Samples, _ settings: QuantaSettings,
    controls: Bool, crew: Crew
  ) -> Partition {
    let recipe = settings.recipe(controls: controls)
    let found = FoundClusters(
      using: recipe.likenesses(
        network.gradients(samples, recipe, training: settings.training, crew: crew), crew: crew),
      recipe: recipe, most: samples.labels.count, crew: crew)
    let count = found.tree.map { recipe.choice($0).count }
    return found.partition(count: count ?? Partition(samples.tasks).count)
  }

  /// Looks at samples through the network, with its own predictions as labels where none are given.
  func look(_ samples: ParityStudy.Samples, labels: [Int]? = nil) -> SeenSamples {
    Self.look(network, samples, labels, evidence, whitening, crew: crew)
  }

  private static func look(
    _ network: ParityNetwork, _ samples: ParityStudy.Samples, _ labels: [Int]?,
    _ recipe: DiscoveryRecipe, _ whitening: Whitening?, crew: Crew
  ) -> SeenSamples {
    let pass = network.network.pass(samples.inputs, crew: crew)
    let predictions = pass.predictions
    let given = labels ?? predictions
    let plain = recipe.gradients(
      pass, labels: given, controls: network.study.controls, crew: crew)
    return SeenSamples(
      gradients: whitening?.apply(plain, crew: crew) ?? plain, activations: pass.activations,
      predictions: predictions, ownLosses: pass.losses(predictions), losses: pass.losses(given),
      norms: pass.gradients(of: .loss(given), crew: crew).norms)
  }
}
