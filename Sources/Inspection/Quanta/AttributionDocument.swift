import Discovery
import SweepModel
import Workloads

/// Attributions as one JSON object; subtasks, quanta, bits and samples count from 1.
package struct AttributionDocument: Encodable {
  private let sweep: String
  private let loss: Double
  private let damping: Double?
  private let neighbours: Int
  private let leastPart: Double
  private let controls: Bool
  private let jobs: [Study]

  package init(
    sweep: String, _ settings: QuantaSettings, neighbours: Int, leastPart: Double, controls: Bool,
    _ studies: [AttributionStudy]
  ) {
    self.sweep = sweep
    loss = settings.loss
    damping = settings.recipe.damping
    self.neighbours = neighbours
    self.leastPart = leastPart
    self.controls = controls
    jobs = studies.map(Study.init)
  }

  private struct Study: Encodable {
    let job: String
    let step: Int
    let trusted: Int
    let right: AttributionStudy.Rates?
    let quanta: [Quantum]
    let composition: Composition?
    let samples: [Sample]

    init(_ study: AttributionStudy) {
      job = study.network.job.job.key.hex
      step = study.network.step
      trusted = study.trusted?.samples.labels.count ?? 0
      right = study.right
      quanta =
        study.trusted.map { trusted in
          trusted.subtasks.enumerated().map { index, subtask in
            Quantum(
              samples: trusted.quanta.partition.sizes[index],
              subtasks: subtask.tasks.map { $0 + 1 }, share: subtask.share)
          }
        } ?? []
      composition = study.composition.map(Composition.init)
      samples = study.samples.map { Sample($0, study) }
    }
  }

  private struct Composition: Encodable {
    let trusted: Int
    let known: Int
    let atoms: CompositionStudy.Uses?
    let composites: CompositionStudy.Uses?
    let units: CompositionStudy.Units?

    init(_ study: CompositionStudy) {
      (trusted, known) = (study.trusted, study.known)
      (atoms, composites, units) = (study.atoms, study.composites, study.units)
    }
  }

  private struct Quantum: Encodable {
    let samples: Int
    let subtasks: [Int]
    let share: Double
  }

  private struct Use: Encodable {
    let quantum: Int
    let weight: Double

    init(_ use: Attribution.Use) { (quantum, weight) = (use.cluster + 1, use.weight) }
  }

  private struct Neighbour: Encodable {
    let sample: Int
    let subtasks: [Int]
    let cosine: Double
  }

  private struct Sample: Encodable {
    let controls: [Int]
    let bits: [Int]
    let label: Int
    let prediction: Int
    let loss: Double
    let scores: [Use]
    let neighbours: [Neighbour]
    let explained: Double
    let used: [Int]
    let parts: [Use]
    let residual: Double
    let novelty: Double

    init(_ sample: AttributionStudy.Sample, _ study: AttributionStudy) {
      controls = sample.controls.map { $0 + 1 }
      bits = sample.bits.map { $0 + 1 }
      (label, prediction, loss) = (sample.label, sample.prediction, sample.loss)
      let found = sample.attribution
      scores = found.scores.map(Use.init)
      used = sample.used.map { $0.cluster + 1 }
      parts = found.parts.map(Use.init)
      neighbours = found.neighbours.map { neighbour in
        Neighbour(
          sample: neighbour.sample + 1,
          subtasks: study.trusted?.samples.tasks[neighbour.sample].map { $0 + 1 } ?? [],
          cosine: neighbour.cosine)
      }
      (explained, residual, novelty) = (found.explainedShare, found.residual, found.novelty)
    }
  }
}
