package import Grokking
import SweepModel

extension MechanismStudy {
  /// The phases with their ends, in order.
  package var moments: [(name: String, end: GrokkingPhases.Moment?)] {
    [
      ("memorisation", phases.memorised), ("circuit formation", phases.formed),
      ("clean-up", phases.cleaned),
    ]
  }

  /// What changed while the circuit formed; empty where that is not over.
  package var changes: [(name: String, change: GrokkingPhases.Change)] {
    let measures: [(String, (ProgressMeasures) -> Double)] = [
      ("restricted", \.restricted), ("excluded", \.excluded), ("train", \.train.loss),
      ("test", \.test.loss),
    ]
    return measures.compactMap { name, measure in
      phases.whileForming(rows, measure).map { (name, $0) }
    }
  }
}

/// Studies as one JSON object; losses in nats.
package struct MechanismDocument: Encodable {
  private let sweep: String
  private let threshold: Double
  private let rule: Rule
  private let jobs: [Study]

  package init(
    sweep: String, threshold: Double, rule: GrokkingPhases.Rule, _ studies: [MechanismStudy]
  ) {
    self.sweep = sweep
    self.threshold = threshold
    self.rule = Rule(
      memorised: rule.memorised, falling: rule.falling, generalised: rule.generalised)
    jobs = studies.map(Study.init)
  }

  private struct Rule: Encodable {
    let memorised: Double
    let falling: Double
    let generalised: Double
  }

  private struct Moment: Encodable {
    let after: Int?
    let by: Int

    init(_ moment: GrokkingPhases.Moment) { (after, by) = (moment.after, moment.by) }
  }

  private struct Change: Encodable {
    let from: Double
    let to: Double
  }

  private struct Study: Encodable {
    let job: String
    let key: [Int]
    let units: Int
    let trainingPairs: [Int]
    let stableSince: Int?
    let memorised: Moment?
    let formed: Moment?
    let cleaned: Moment?
    let whileForming: [String: Change]
    let steps: [Row]

    init(_ study: MechanismStudy) {
      job = study.job.job.key.hex
      key = study.rows.last?.key ?? []
      units = study.frequencies.neurons.count
      trainingPairs = study.trainingPairs.sorted()
      stableSince = study.stableSince
      memorised = study.phases.memorised.map(Moment.init)
      formed = study.phases.formed.map(Moment.init)
      cleaned = study.phases.cleaned.map(Moment.init)
      whileForming = Dictionary(
        uniqueKeysWithValues: study.changes.map {
          ($0.name, Change(from: $0.change.from, to: $0.change.to))
        })
      steps = study.rows.map(Row.init)
    }
  }

  private struct Row: Encodable {
    let step: Int
    let frequencies: [Int]
    let clearUnits: Int
    let meanShare: Double
    let train: Double
    let trainAccuracy: Double
    let test: Double
    let testAccuracy: Double
    let all: Double
    let restricted: Double
    let excluded: Double
    let excludedTensor: Double
    let excludedOne: [Double]
    let cosines: [Double]
    let embeddingGini: Double
    let unembeddingGini: Double
    let squareSum: Double
    let squares: [String: Double]
    let generalNorm: Double
    let memorisedNorm: Double

    init(_ row: ProgressMeasures) {
      step = row.step
      frequencies = row.ownFrequencies
      clearUnits = row.clearUnits
      meanShare = row.meanShare
      (train, trainAccuracy) = (row.train.loss, row.train.accuracy)
      (test, testAccuracy) = (row.test.loss, row.test.accuracy)
      all = row.all.loss
      restricted = row.restricted
      excluded = row.excluded
      excludedTensor = row.excludedTensor
      excludedOne = row.excludedOne
      cosines = row.cosines
      embeddingGini = row.embeddingGini
      unembeddingGini = row.unembeddingGini
      squareSum = row.squareSum
      squares = Dictionary(
        uniqueKeysWithValues: zip(AdditionTransformer.factorNames, row.squares))
      generalNorm = row.generalNorm
      memorisedNorm = row.memorisedNorm
    }
  }
}
