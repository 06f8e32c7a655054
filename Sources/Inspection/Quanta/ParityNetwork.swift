package import Discovery
package import Findings
import Kernels
import Store
package import SweepModel
package import Workloads

/// A network that a job of multitask sparse parity has kept, as discovery sees it.
package struct ParityNetwork {
  package let job: JobRecord
  /// The step after which it was kept.
  package let step: Int
  package let study: ParityStudy
  package let network: Perceptron

  /// The job's seed, as text.
  package var seed: String { job.job.parameters["seed"]?.description ?? "" }

  /// The last weights of every job of a sweep that has kept some. Throws where it is another workload's, or
  /// there are none.
  package static func all(of results: SweepResults) throws -> [ParityNetwork] {
    guard results.record.workload == ParityStudy.workload else {
      throw CommandError(
        "\(results.record.name) runs \(results.record.workload); quanta are looked for in networks of "
          + ParityStudy.workload,
        remedy: "`quanta presets` lists quanta-discovery-small, which keeps the weights that this "
          + "needs")
    }
    let kept = try KeptNetworks(results)
    return try kept.jobs.compactMap { entry in
      try entry.snapshots.last.map { try ParityNetwork(entry.job, $0, of: kept) }
    }
  }

  private init(_ job: JobRecord, _ snapshot: WeightSnapshot, of kept: KeptNetworks) throws {
    self.job = job
    step = snapshot.step
    study = try ParityStudy(job.job.parameters, kept: try kept.file(snapshot))
    network = Perceptron(weights: study.weights, activation: study.activation)
  }

  /// The same network after every step whose weights are kept, ascending.
  package func history(of results: SweepResults) throws -> [ParityNetwork] {
    let kept = try KeptNetworks(results)
    guard let entry = kept.jobs.first(where: { $0.job.job.key == job.job.key }) else { return [] }
    return try entry.snapshots.map { try ParityNetwork(job, $0, of: kept) }
  }

  /// Samples drawn as in training from number `first` on, those predicted with a loss below a limit, nats;
  /// at most `count` of four times as many. Also which share of those drawn is so.
  package func predicted(
    _ count: Int, below limit: Double, from first: Int = 0, crew: Crew
  ) -> (samples: ParityStudy.Samples, share: Double) {
    let drawn = study.samples(.frequent, count: 4 * count, from: first)
    let losses = network.pass(drawn.inputs, crew: crew).losses(drawn.labels)
    let places = losses.indices.filter { losses[$0] < limit }
    let share = Double(places.count) / Double(max(1, losses.count))
    return (drawn.selecting(Array(places.prefix(count))), share)
  }

  /// Gradients of samples by a recipe, not whitened.
  package func gradients(
    _ samples: ParityStudy.Samples, _ recipe: DiscoveryRecipe, controls: Bool, crew: Crew
  ) -> SampleGradients {
    let gradients = recipe.gradients(network.pass(samples.inputs, crew: crew), crew: crew)
    return controls ? gradients : gradients.leavingOut(inputs: study.controls)
  }

  /// What whitens such gradients; nil where the recipe does not.
  package func whitening(
    _ settings: QuantaSettings, controls: Bool, crew: Crew
  ) -> Whitening? {
    guard let damping = settings.recipe.damping else { return nil }
    let lessons = study.samples(.frequent, count: settings.training, from: 1 << 40)
    let gradients = network.pass(lessons.inputs, crew: crew).gradients(
      of: .loss(lessons.labels), crew: crew)
    return Whitening(
      controls ? gradients : gradients.leavingOut(inputs: study.controls), damping: damping,
      crew: crew)
  }
}
