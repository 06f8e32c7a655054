package import Discovery
package import Findings
import Kernels
import Store
package import SweepModel
package import Workloads

/// A network that a job of a workload of parities has kept, as discovery sees it.
package struct ParityNetwork {
  package let job: JobRecord
  /// The step after which it was kept.
  package let step: Int
  package let study: ParityStudy
  package let network: Perceptron

  /// The job's seed, as text.
  package var seed: String { job.job.parameters["seed"]?.description ?? "" }

  /// What its samples are of, in tables.
  package var unit: String { study.isComposed ? "code" : "subtask" }

  /// The last weights of every job of a sweep that has kept some. Throws where it is of none of the
  /// workloads, or there are none.
  package static func all(
    of results: SweepResults, workloads: [String] = ParityStudy.workloads
  ) throws -> [ParityNetwork] {
    let workload = results.record.workload
    guard workloads.contains(workload) else {
      throw CommandError(
        "\(results.record.name) runs \(workload); quanta are looked for in networks of "
          + workloads.joined(separator: " and "),
        remedy: "`quanta presets` lists quanta-discovery-small, which keeps the weights that this "
          + "needs")
    }
    let kept = try KeptNetworks(results)
    return try kept.jobs.compactMap { entry in
      try entry.snapshots.last.map { try ParityNetwork(entry.job, $0, of: kept, workload) }
    }
  }

  private init(
    _ job: JobRecord, _ snapshot: WeightSnapshot, of kept: KeptNetworks, _ workload: String
  ) throws {
    self.job = job
    step = snapshot.step
    study = try ParityStudy(
      job.job.parameters, of: workload, kept: try kept.file(snapshot))
    network = Perceptron(weights: study.weights, activation: study.activation)
  }

  /// The same network after every step whose weights are kept, ascending.
  package func history(of results: SweepResults) throws -> [ParityNetwork] {
    let kept = try KeptNetworks(results)
    guard let entry = kept.jobs.first(where: { $0.job.job.key == job.job.key }) else { return [] }
    return try entry.snapshots.map {
      try ParityNetwork(job, $0, of: kept, results.record.workload)
    }
  }

  /// Samples drawn as in training from number `first` on, those predicted with a loss below a limit, nats;
  /// at most `count` of four times as many, and where it is asked for those of one control bit alone.
  /// Also which share of those drawn is so.
  package func predicted(
    _ count: Int, below limit: Double, from first: Int = 0, onlyAtoms: Bool = false, crew: Crew
  ) -> (samples: ParityStudy.Samples, share: Double) {
    let drawn = study.samples(.frequent, count: 4 * count, from: first)
    let losses = network.pass(drawn.inputs, crew: crew).losses(drawn.labels)
    let places = losses.indices.filter {
      losses[$0] < limit && !(onlyAtoms && drawn.tasks[$0].count > 1)
    }
    let share = Double(places.count) / Double(max(1, losses.count))
    return (drawn.selecting(Array(places.prefix(count))), share)
  }

  /// Gradients of samples by a recipe, whitened as it has it by `training` samples.
  package func gradients(
    _ samples: ParityStudy.Samples, _ recipe: DiscoveryRecipe, training: Int, crew: Crew
  ) -> SampleGradients {
    let plain = recipe.gradients(
      network.pass(samples.inputs, crew: crew), controls: study.controls, crew: crew)
    return whitening(recipe, training: training, crew: crew)?.apply(plain, crew: crew) ?? plain
  }

  /// What whitens gradients by a recipe, from `training` samples; nil where it leaves them plain.
  package func whitening(_ recipe: DiscoveryRecipe, training: Int, crew: Crew) -> Whitening? {
    guard recipe.damping != nil else { return nil }
    let lessons = study.samples(.frequent, count: training, from: 1 << 40)
    return recipe.whitening(
      network.pass(lessons.inputs, crew: crew), labels: lessons.labels, controls: study.controls,
      crew: crew)
  }
}
