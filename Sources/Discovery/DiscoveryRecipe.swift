public import Kernels

/// How quanta are found from gradients: every choice, with named recipes.
public struct DiscoveryRecipe: Hashable, Sendable {
  /// What samples' gradients are of.
  public enum Target: String, CaseIterable, Hashable, Sendable {
    /// The loss with the model's own prediction as label; published has the true label, which is the
    /// same wherever the loss is below ln 2.
    case loss
    /// The difference of the two logits, which no label's sign flips; of networks with two classes.
    case margin
  }

  /// How likenesses become clusters.
  public enum Clustering: Hashable, Sendable {
    /// All counts at once by mean likeness.
    case averageLinkage
    /// Normalised spectral clustering at given counts, as published, with k-means of its settings.
    case spectral(SubspaceSettings, KMeans.Settings)
  }

  /// Which parameters' gradients are compared.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// Those of all; published.
    case all
    /// All but the weights of those inputs that tell the quantum, as multitask parity's control bits do.
    case withoutControls
    /// All but the first layer's weights, whose biases stay: bits that change from sample to sample
    /// multiply what an error says by noise.
    case withoutInputs
  }

  /// What gradients are of.
  public var target: Target
  /// How alike two are.
  public var measure: GradientMeasure
  /// The damping of the whitening; nil for plain gradients.
  public var damping: Double?
  /// How clusters are made.
  public var clustering: Clustering
  /// Which parameters count.
  public var part = Part.all
  /// Kinships of clusters below this are all the same, ``CountChoice/init(kinshipsOf:floor:)``.
  public var floor = 0.01

  /// A recipe of one's own.
  public init(
    target: Target, measure: GradientMeasure, damping: Double?, clustering: Clustering
  ) {
    self.target = target
    self.measure = measure
    self.damping = damping
    self.clustering = clustering
  }

  /// Of any network: whitened, by absolute cosine and average linkage (`shared/science/quanta.md` 1.3).
  public static let whitened = DiscoveryRecipe(
    target: .loss, measure: .absolute, damping: 0.01, clustering: .averageLinkage)

  /// Ours, for networks with two classes: whitened gradients of the margin, whose signed cosines average
  /// to 0 between quanta, where absolute ones leave a floor that a hundred bits of noise raise.
  public static let margin = DiscoveryRecipe(
    target: .margin, measure: .cosine, damping: 0.01, clustering: .averageLinkage)

  /// The same recipe for gradients that must not see the inputs that tell the quantum. `margin`'s
  /// leaves the first layer's weights out, and its floor is six times as high, as hidden units that
  /// quanta share make their biases kin.
  public var blind: DiscoveryRecipe {
    var recipe = self
    if target == .margin, measure == .cosine {
      recipe.part = .withoutInputs
      recipe.floor *= 6
    } else {
      recipe.part = .withoutControls
    }
    return recipe
  }

  /// As published (arXiv:2303.13506, section 5): plain gradients, angular likeness, spectral
  /// clustering with 30 starts of k-means.
  public static let published = DiscoveryRecipe(
    target: .loss, measure: .angular, damping: nil,
    clustering: .spectral(SubspaceSettings(), KMeans.Settings(starts: 30)))

  /// The counts that were published: 10…100 by 10, 125…300 by 25, 350, 400, 500…1100 by 100.
  public static let publishedCounts: [Int] =
    Array(stride(from: 10, through: 100, by: 10)) + Array(stride(from: 125, through: 300, by: 25))
    + [350, 400] + Array(stride(from: 500, through: 1100, by: 100))

  /// A sample counts as well predicted below this loss: published 0.1 nats.
  public static let leastLoss = 0.1

  /// The gradients of a pass by this recipe, not yet whitened; `controls` are the inputs that tell the
  /// quantum. Losses are those of `labels`, or of the network's own predictions.
  public func gradients(
    _ pass: PerceptronPass, labels: [Int]? = nil, controls: Range<Int>, crew: Crew
  ) -> SampleGradients {
    switch target {
    case .loss:
      parts(pass.gradients(of: .direction(labels ?? pass.predictions), crew: crew), controls)
    case .margin: parts(pass.gradients(of: .margin, crew: crew), controls)
    }
  }

  /// What whitens such gradients, from training samples with their labels; nil where they stay plain.
  public func whitening(
    _ training: PerceptronPass, labels: [Int], controls: Range<Int>, crew: Crew
  ) -> Whitening? {
    damping.map {
      Whitening(
        parts(training.gradients(of: .loss(labels), crew: crew), controls), damping: $0,
        crew: crew)
    }
  }

  /// The gradients of the parameters that count.
  private func parts(_ gradients: SampleGradients, _ controls: Range<Int>) -> SampleGradients {
    switch part {
    case .all: gradients
    case .withoutControls: gradients.leavingOut(inputs: controls)
    case .withoutInputs:
      gradients.leavingOut(inputs: 0..<gradients.layers[0].inputs.columns - 1)
    }
  }

  /// The likenesses of samples whose gradients are whitened as the recipe has it.
  public func likenesses(_ gradients: SampleGradients, crew: Crew) -> Matrix {
    GramMatrix.of(gradients, measure: measure, crew: crew)
  }

  /// The count that likenesses of this recipe ask for.
  public func choice(_ tree: MergeTree) -> CountChoice {
    measure == .cosine ? CountChoice(kinshipsOf: tree, floor: floor) : CountChoice(tree)
  }
}

/// Clusters of the same samples at many counts.
public struct FoundClusters: Sendable {
  /// The tree of all counts; nil where the recipe has none.
  public let tree: MergeTree?
  /// The eigenvectors; nil where the recipe has none.
  public let embedding: SpectralEmbedding?
  private let means: KMeans.Settings
  private let crew: Crew

  /// Clusters by likenesses, which are used up; `most` is the largest count that will be asked for
  /// where a recipe solves for it beforehand.
  public init(
    using likenesses: Matrix, recipe: DiscoveryRecipe, most: Int, crew: Crew
  ) {
    self.crew = crew
    switch recipe.clustering {
    case .averageLinkage:
      tree = AverageLinkage.tree(using: likenesses)
      embedding = nil
      means = KMeans.Settings()
    case .spectral(let subspace, let means):
      tree = nil
      embedding = SpectralEmbedding(
        using: likenesses, vectors: min(most, likenesses.rows), settings: subspace, crew: crew)
      self.means = means
    }
  }

  /// The partition into `count` clusters.
  public func partition(count: Int) -> Partition {
    if let tree { return tree.partition(count: min(count, tree.sampleCount)) }
    guard let embedding else { return Partition([Int]()) }
    let coordinates = embedding.coordinates
    precondition(count <= coordinates.columns, "the embedding has fewer vectors")
    let own = Matrix(rows: coordinates.rows, columns: count)
    for row in 0..<own.rows {
      for column in 0..<count { own[row, column] = coordinates[row, column] }
    }
    return KMeans.partition(own, count: count, settings: means, crew: crew)
  }
}
