import Discovery
import SweepModel
import Workloads

/// Studies as one JSON object. Subtasks count from 0; those of several control bits are places in `codes`,
/// whose control bits count from 1.
package struct QuantaDocument: Encodable {
  private let sweep: String
  private let clustering: String
  private let target: String
  private let measure: String
  private let damping: Double?
  private let floor: Double
  private let hidden: String
  private let loss: Double
  private let jobs: [Study]

  package init(sweep: String, _ settings: QuantaSettings, _ studies: [QuantaStudy]) {
    self.sweep = sweep
    let isTree = settings.recipe.clustering == .averageLinkage
    clustering = isTree ? "averageLinkage" : "spectral"
    target = settings.recipe.target.rawValue
    measure = settings.recipe.measure.rawValue
    damping = settings.recipe.damping
    floor = settings.recipe.floor
    hidden = settings.recipe(controls: false).part.rawValue
    loss = settings.loss
    jobs = studies.map(Study.init)
  }

  private struct Study: Encodable {
    let job: String
    let step: Int
    let samples: Int
    let share: Double
    let trueCount: Int
    let codes: [[Int]]?
    let variants: [Variant]

    init(_ study: QuantaStudy) {
      job = study.network.job.job.key.hex
      step = study.network.step
      samples = study.samples.labels.count
      share = study.share
      trueCount = study.truth.count
      let all = study.network.study.codes
      codes = study.network.study.isComposed ? all.map { $0.map { $0 + 1 } } : nil
      variants = study.variants.map { Variant($0, codes: all) }
    }
  }

  private struct Scores: Encodable {
    let adjustedRand: Double
    let normalisedMutualInformation: Double

    init(_ scores: PartitionScores) {
      adjustedRand = scores.adjustedRand
      normalisedMutualInformation = scores.normalisedMutualInformation
    }
  }

  private struct Count: Encodable {
    let count: Int
    let truth: Double
    let clusters: Double
  }

  private struct Cluster: Encodable {
    let samples: Int
    let subtask: Int
    let share: Double
    let halves: Double?
    let otherCounts: [Double]
  }

  private struct Line: Encodable {
    let from: Int
    let to: Int
    let slope: Double
  }

  private struct Variant: Encodable {
    let controls: Bool
    let chosenCount: Int?
    let chosenFrom: Int?
    let chosenTo: Int?
    let chosen: Scores
    let atTrueCount: Scores
    let halves: [Double]?
    let envelope: [Int]
    let line: Line?
    let counts: [Count]
    let clusters: [Cluster]

    init(_ variant: QuantaStudy.Variant, codes: [[Int]]) {
      controls = variant.hasControls
      chosenCount = variant.choice?.count
      chosenFrom = variant.choice?.range.lowerBound
      chosenTo = variant.choice?.range.upperBound
      chosen = Scores(variant.chosen)
      atTrueCount = Scores(variant.atTruth)
      halves = variant.halves?.adjustedRand
      envelope = variant.envelope.sizes
      line = variant.line.map {
        Line(from: $0.window.lowerBound, to: $0.window.upperBound, slope: $0.slope)
      }
      counts = variant.counts.map {
        Count(count: $0.count, truth: $0.truth, clusters: $0.clusters)
      }
      clusters = variant.clusters.sizes.indices.map { index in
        Cluster(
          samples: variant.clusters.sizes[index],
          subtask: codes.firstIndex(of: variant.subtasks[index].tasks) ?? -1,
          share: variant.subtasks[index].share, halves: variant.halves?.clusters[index] ?? nil,
          otherCounts: variant.jaccards.map { $0[index] })
      }
    }
  }
}
