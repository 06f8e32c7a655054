import Discovery
import SweepModel

/// Detectors of anomalies as one JSON object.
package struct AnomalyDocument: Encodable {
  private let sweep: String
  private let loss: Double
  private let damping: Double?
  private let neighbours: Int
  private let controls: Bool
  private let networks: Int
  private let attributed: Interval?
  private let rows: [Row]
  private let jobs: [Study]

  package init(
    sweep: String, _ settings: QuantaSettings, neighbours: Int, controls: Bool,
    _ studies: [AnomalyStudy]
  ) {
    self.sweep = sweep
    loss = settings.loss
    damping = settings.recipe.damping
    self.neighbours = neighbours
    self.controls = controls
    let summary = AnomalySummary(studies)
    networks = summary.networks
    attributed = summary.attributed.map(Interval.init)
    rows = summary.rows.map(Row.init)
    jobs = studies.map(Study.init)
  }

  private struct Interval: Encodable {
    let mean: Double
    let low: Double
    let high: Double

    init(_ interval: DetectionCurve.Interval) {
      mean = interval.mean
      (low, high) = (interval.range.lowerBound, interval.range.upperBound)
    }
  }

  private struct Row: Encodable {
    let anomaly: AnomalyStudy.Kind
    let detector: AnomalyStudy.Detector
    let networks: Int
    let samples: Int
    let confident: Int
    let auroc: Interval?
    let aurocConfident: Interval?
    let falseAlarms: [Double]
    let found: [Double]

    init(_ row: AnomalySummary.Row) {
      (anomaly, detector) = (row.kind, row.detector)
      (networks, samples, confident) = (row.networks, row.samples, row.confident)
      auroc = row.area.map(Interval.init)
      aurocConfident = row.confidentArea.map(Interval.init)
      (falseAlarms, found) = (AnomalyStudy.shares, row.rates)
    }
  }

  private struct Study: Encodable {
    let job: String
    let step: Int
    let normal: Int
    let attributed: Double?
    let cases: [Case]

    init(_ study: AnomalyStudy) {
      job = study.network.job.job.key.hex
      step = study.network.step
      normal = study.normal
      attributed = study.attributed
      cases = study.cases.map(Case.init)
    }
  }

  private struct Case: Encodable {
    let anomaly: AnomalyStudy.Kind
    let samples: Int
    let confident: Int
    let auroc: [String: Double]
    let aurocConfident: [String: Double]

    init(_ found: AnomalyStudy.Case) {
      anomaly = found.kind
      (samples, confident) = (found.samples, found.confident)
      func areas(_ area: (AnomalyStudy.Score) -> Double?) -> [String: Double] {
        Dictionary(
          uniqueKeysWithValues: found.scores.compactMap { score in
            area(score).map { (score.detector.rawValue, $0) }
          })
      }
      auroc = areas(\.area)
      aurocConfident = areas(\.confidentArea)
    }
  }
}
