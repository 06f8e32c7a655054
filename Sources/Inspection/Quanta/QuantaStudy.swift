package import Discovery
import Kernels
import SweepModel
package import Workloads

/// The quanta that were found in one network, with and without the input's control columns, beside the
/// subtasks that its samples are of.
package struct QuantaStudy {
  /// The network.
  package let network: ParityNetwork
  /// The samples, and the share of all drawn ones that are predicted as well.
  package let samples: ParityStudy.Samples
  package let share: Double
  /// What was found.
  package let variants: [Variant]

  /// What was found with or without control columns.
  package struct Variant: Sendable {
    /// Whether gradients have the control bits' columns.
    package let hasControls: Bool
    /// The count that the likenesses ask for; nil where the recipe has no rule.
    package let choice: CountChoice?
    /// The clusters at the chosen count, or at the true one without a choice.
    package let clusters: Partition
    /// The same beside truth, and the clusters at the true count beside truth.
    package let chosen, atTruth: PartitionScores
    /// Each count with its agreement with truth and with ``clusters``.
    package let counts: [(count: Int, truth: Double, clusters: Double)]
    /// Sizes by rank over all counts, with a line through them.
    package let envelope: RankEnvelope
    package let line: RankEnvelope.Line?
    /// What halves of the samples say; nil where clusters have no tree.
    package let halves: Stability.Halves?
    /// For each of ``clusters`` its best Jaccard index at half and at twice their count.
    package let jaccards: [[Double]]
    /// For each of ``clusters`` the subtask of most samples, and their share.
    package let subtasks: [(tasks: [Int], share: Double)]
    /// Likenesses of some samples of the largest clusters, for a figure.
    package let sheet: LikenessSheet
  }

  /// Subtasks of the samples.
  package var truth: Partition { Partition(samples.tasks) }

  /// Looks into a network.
  package init(
    _ network: ParityNetwork, _ settings: QuantaSettings, controls: [Bool] = [true, false],
    crew: Crew
  ) {
    self.network = network
    let (samples, share) = network.predicted(
      settings.samples, below: settings.loss, crew: crew)
    self.samples = samples
    self.share = share
    let truth = Partition(samples.tasks)
    variants =
      samples.labels.isEmpty
      ? []
      : controls.map {
        Variant(network, samples, truth, settings, hasControls: $0, crew: crew)
      }
  }
}

extension QuantaStudy.Variant {
  init(
    _ network: ParityNetwork, _ samples: ParityStudy.Samples, _ truth: Partition,
    _ settings: QuantaSettings, hasControls: Bool, crew: Crew
  ) {
    self.hasControls = hasControls
    let recipe = settings.recipe(controls: hasControls)
    let gradients = network.gradients(
      samples, recipe, training: settings.training, crew: crew)
    let counts = Set(settings.counts + [truth.count]).filter {
      (1...samples.labels.count).contains($0)
    }.sorted()
    let likenesses = recipe.likenesses(gradients, crew: crew)
    // The tree uses its own up.
    let found = FoundClusters(
      using: likenesses.copied(), recipe: recipe, most: max(counts.last ?? 1, truth.count),
      crew: crew)
    let choice = found.tree.map(recipe.choice)
    let clusters = found.partition(count: choice?.count ?? truth.count)
    let partitions = counts.map { found.partition(count: $0) }
    self.choice = choice
    self.clusters = clusters
    chosen = PartitionScores(clusters, truth)
    atTruth = PartitionScores(found.partition(count: truth.count), truth)
    self.counts = zip(counts, partitions).map { count, partition in
      (
        count, PartitionScores(partition, truth).adjustedRand,
        PartitionScores(partition, clusters).adjustedRand
      )
    }
    envelope = RankEnvelope(partitions)
    line = envelope.line(settings.window)
    let others = [max(1, clusters.count / 2), min(samples.labels.count, 2 * clusters.count)]
    jaccards = Stability.bestJaccards(
      clusters,
      in: others.filter { found.tree != nil || $0 <= max(counts.last ?? 1, truth.count) }.map {
        found.partition(count: $0)
      })
    subtasks = clusters.majorities(of: samples.tasks)
    sheet = LikenessSheet(likenesses, clusters)
    halves =
      found.tree == nil || settings.halves == 0
      ? nil
      : Stability.halves(
        clusters, likenesses: likenesses, recipe: recipe, count: settings.halves,
        seed: settings.seed, crew: crew)
  }
}

/// Likenesses of some samples in the order of their clusters, the largest first.
package struct LikenessSheet: Sendable {
  /// At most so many samples.
  package static let most = 400
  /// The samples that are shown, and where each further cluster begins among them.
  package let samples: [Int]
  package let borders: [Int]
  /// `samples × samples`, row-major.
  package let likenesses: [Float]

  init(_ all: Matrix, _ clusters: Partition) {
    // Every cluster by its share, evenly chosen among its members.
    let count = min(Self.most, clusters.labels.count)
    let ordered = clusters.members.flatMap(\.self)
    let chosen = (0..<count).map { ordered[$0 * ordered.count / max(1, count)] }
    samples = chosen
    borders = (1..<max(1, count)).filter {
      clusters.labels[chosen[$0]] != clusters.labels[chosen[$0 - 1]]
    }
    likenesses = chosen.flatMap { row in chosen.map { all[row, $0] } }
  }
}
