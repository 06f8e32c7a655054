import Basics
import Discovery
import Kernels
import Workloads

/// Attribution of held-out samples and detection of anomalies for one network, with baselines.
struct DiscoveryDetection {
  private let command: DiscoveryCommand
  private let study: ParityStudy
  private let network: Perceptron
  private let recipe: DiscoveryRecipe
  private let crew: Crew
  private let whitening: Whitening?

  init(
    _ command: DiscoveryCommand, study: ParityStudy, network: Perceptron, whitening: Whitening?,
    recipe: DiscoveryRecipe, crew: Crew
  ) {
    self.command = command
    self.study = study
    self.network = network
    self.recipe = recipe
    self.crew = crew
    self.whitening = whitening
  }

  /// Samples as the network sees them.
  private struct Looked {
    let gradients: SampleGradients
    let activations: Matrix
    let losses: [Double]
    let norms: [Double]
  }

  private func look(_ samples: ParityStudy.Samples) -> Looked {
    let pass = network.pass(samples.inputs, crew: crew)
    let gradients = recipe.gradients(pass, controls: study.controls, crew: crew)
    let losses = pass.losses(pass.predictions)
    return Looked(
      gradients: whitening?.apply(gradients, crew: crew) ?? gradients,
      activations: pass.activations, losses: losses,
      norms: pass.gradients(of: .loss(pass.predictions), crew: crew).norms)
  }

  /// One JSON field a number: attribution, then for each anomaly the area under the curve of each
  /// detector among all samples and among those predicted with a loss below 0.1 nats.
  func fields(_ reference: ParityStudy.Samples, _ partition: Partition) -> [String] {
    let trusted = look(reference)
    let quanta = QuantaReference(
      gradients: trusted.gradients, partition: partition, crew: crew)
    let held = held(reference.labels.count)
    let normal = look(held)
    let found = quanta.attribute(normal.gradients)
    let tasks = Set(reference.tasks.map { $0[0] })
    var (right, known) = (0, 0)
    for (sample, attribution) in found.enumerated() where tasks.contains(held.tasks[sample][0]) {
      known += 1
      let neighbour = attribution.neighbours[0].sample
      if reference.tasks[neighbour] == held.tasks[sample] { right += 1 }
    }
    var fields = [field("attribution", Double(right) / Double(max(1, known)))]
    let distance = MahalanobisDetector(trusted.activations, crew: crew)
    let factor = LocalOutlierFactor(trusted.activations, crew: crew)
    func scores(_ looked: Looked, _ found: [Attribution]) -> [(String, [Double])] {
      [
        ("novelty", found.map(\.novelty)), ("signed", found.map(\.signedNovelty)),
        ("explained", found.map { -$0.explainedShare }), ("confidence", looked.losses),
        ("mahalanobis", distance.scores(looked.activations, crew: crew)),
        ("norm", looked.norms), ("lof", factor.scores(looked.activations, crew: crew)),
      ]
    }
    let usual = scores(normal, found)
    for (name, controls) in kinds {
      let odd = look(study.samples(controls, count: 500, from: 1 << 41))
      let unusual = scores(odd, quanta.attribute(odd.gradients))
      for (own, other) in zip(usual, unusual) {
        let all = DetectionCurve.area(normal: own.1, anomalous: other.1)
        fields.append(field("\(name)_\(own.0)", all ?? .nan))
        guard own.0 == "novelty" || own.0 == "confidence" else { continue }
        let confident = DetectionCurve.area(
          normal: sure(own.1, normal.losses), anomalous: sure(other.1, odd.losses))
        fields.append(field("\(name)_\(own.0)_sure", confident ?? .nan))
      }
    }
    return fields
  }

  private var kinds: [(String, ParityStudy.Controls)] {
    (command.untrained > 0 ? [("untrained", .untrained)] : [])
      + [("no_control", ParityStudy.Controls.none), ("two_controls", .two)]
  }

  private func sure(_ scores: [Double], _ losses: [Double]) -> [Double] {
    scores.indices.filter { losses[$0] < DiscoveryRecipe.leastLoss }.map { scores[$0] }
  }

  /// Well predicted samples that the reference does not have.
  private func held(_ count: Int) -> ParityStudy.Samples {
    let drawn = study.samples(.frequent, count: 2 * count, from: 1 << 42)
    let losses = network.pass(drawn.inputs, crew: crew).losses(drawn.labels)
    let rows = losses.indices.filter { losses[$0] < DiscoveryRecipe.leastLoss }
    return drawn.selecting(Array(rows.prefix(count)))
  }

  private func field(_ name: String, _ value: Double) -> String {
    "\"\(name)\": \(value.isFinite ? ShortNumber.text(value) : "null")"
  }
}
