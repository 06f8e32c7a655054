package import Discovery
import Workloads

/// How well detectors tell anomalies from samples that one network predicts well.
package struct AnomalyStudy {
  package let network: ParityNetwork
  /// How often held-out samples are attributed to their subtask; nil without one.
  package let attributed: Double?
  /// Held-out samples that no anomaly is.
  package let normal: Int
  /// One a kind that the network has a case of.
  package let cases: [Case]

  /// What is unusual about samples.
  package enum Kind: String, CaseIterable, Encodable, Sendable {
    case untrained
    case none
    case two
    case unlearned
    case flipped
    case backdoor
  }

  /// What gives samples a score, larger for unusual ones.
  package enum Detector: String, CaseIterable, Encodable, Sendable {
    case novelty
    case signedNovelty
    case unexplained
    case confidence
    case mahalanobis
    case gradientNorm
    case localOutlierFactor
  }

  /// Samples of one kind.
  package struct Case: Sendable {
    package let kind: Kind
    package let samples: Int
    /// How many of them the network predicts with a loss below the limit.
    package let confident: Int
    /// In the order of ``Detector``.
    package let scores: [Score]
  }

  /// What a detector makes of them.
  package struct Score: Sendable {
    package let detector: Detector
    /// The area under the ROC curve; nil without a sample.
    package let area: Double?
    /// The same among samples that the network predicts with a loss below the limit.
    package let confidentArea: Double?
    /// The share of anomalies found at ``shares`` of false alarms.
    package let rates: [Double]?
  }

  /// Shares of false alarms at which curves are drawn, denser where they are few.
  package static let shares = (0...60).map { Double($0 * $0) / 3600 }

  /// Anomalies of a kind that are looked at.
  private static let most = 500

  /// Looks at `count` held-out samples beside anomalies; nil where the network predicts too few
  /// samples well.
  package init?(
    _ network: ParityNetwork, _ settings: QuantaSettings,
    _ attribution: AttributionSettings = AttributionSettings(), count: Int, controls: Bool,
    crew: Crew
  ) {
    guard let trusted = TrustedSamples(network, settings, controls: controls, crew: crew),
      trusted.samples.labels.count > AnomalyScores.leastTrusted
    else { return nil }
    self.network = network
    let scorer = AnomalyScores(trusted, attribution)
    let held = network.predicted(
      count, below: settings.loss, from: AttributionStudy.firstHeldOut, crew: crew
    ).samples
    guard !held.labels.isEmpty else { return nil }
    let seen = trusted.look(held)
    let known = scorer.attributions(seen)
    let usual = scorer.scores(seen, known)
    normal = held.labels.count
    attributed = scorer.attributed(known, held)
    cases = Kind.allCases.compactMap { kind in
      guard let samples = Self.samples(kind, network, settings.loss, crew: crew),
        !samples.labels.isEmpty
      else { return nil }
      let odd = trusted.look(samples, labels: kind == .flipped ? samples.labels : nil)
      let unusual = scorer.scores(odd, scorer.attributions(odd))
      let sure = [seen, odd].map { looked in
        looked.ownLosses.indices.filter { looked.ownLosses[$0] < settings.loss }
      }
      return Case(
        kind: kind, samples: samples.labels.count, confident: sure[1].count,
        scores: Detector.allCases.enumerated().map { index, detector in
          let (own, other) = (usual[index], unusual[index])
          return Score(
            detector: detector, area: DetectionCurve.area(normal: own, anomalous: other),
            confidentArea: DetectionCurve.area(
              normal: sure[0].map { own[$0] }, anomalous: sure[1].map { other[$0] }),
            rates: DetectionCurve.rates(normal: own, anomalous: other, at: Self.shares))
        })
    }
  }

  /// Samples of a kind; nil where the network has none.
  private static func samples(
    _ kind: Kind, _ network: ParityNetwork, _ loss: Double, crew: Crew
  ) -> ParityStudy.Samples? {
    let (study, first) = (network.study, 1 << 41)
    switch kind {
    case .untrained:
      return study.untrained > 0 ? study.samples(.untrained, count: most, from: first) : nil
    case .none: return study.samples(.none, count: most, from: first)
    case .two:
      return study.controls.count - study.untrained > 1
        ? study.samples(.two, count: most, from: first) : nil
    case .unlearned:
      let drawn = study.samples(.even, count: 8 * most, from: first)
      let losses = network.network.pass(drawn.inputs, crew: crew).losses(drawn.labels)
      var sums: [Int: (loss: Double, count: Int)] = [:]
      for (row, tasks) in drawn.tasks.enumerated() {
        let sum = sums[tasks[0]] ?? (0, 0)
        sums[tasks[0]] = (sum.loss + losses[row], sum.count + 1)
      }
      let rows = drawn.tasks.indices.filter { row in
        sums[drawn.tasks[row][0]].map { $0.loss > unlearned * Double($0.count) } ?? false
      }
      return drawn.selecting(Array(rows.prefix(most)))
    case .flipped:
      let held = network.predicted(most, below: loss, from: 1 << 43, crew: crew).samples
      return held.labelled(held.labels.map { 1 - $0 })
    case .backdoor:
      return study.hasBackdoor ? study.samples(.marked, count: most, from: first) : nil
    }
  }

  /// Subtasks with a larger mean loss count as not learned: half a bit, nats.
  static let unlearned = 0.35
}

/// All detectors of one network.
private struct AnomalyScores {
  /// The neighbours of the local outlier factor must be fewer than the trusted samples.
  static let leastTrusted = 20

  private let trusted: TrustedSamples
  private let settings: AttributionSettings
  private let distance: MahalanobisDetector
  private let factor: LocalOutlierFactor

  init(_ trusted: TrustedSamples, _ settings: AttributionSettings) {
    self.trusted = trusted
    self.settings = settings
    distance = MahalanobisDetector(trusted.seen.activations, crew: trusted.crew)
    factor = LocalOutlierFactor(trusted.seen.activations, crew: trusted.crew)
  }

  func attributions(_ seen: SeenSamples) -> [Attribution] {
    trusted.quanta.attribute(seen.gradients, settings: settings)
  }

  /// Every detector's scores, in their order.
  func scores(_ seen: SeenSamples, _ found: [Attribution]) -> [[Double]] {
    AnomalyStudy.Detector.allCases.map { detector in
      switch detector {
      case .novelty: found.map(\.novelty)
      case .signedNovelty: found.map(\.signedNovelty)
      case .unexplained: found.map { -$0.explainedShare }
      case .confidence: seen.losses
      case .mahalanobis: distance.scores(seen.activations, crew: trusted.crew)
      case .gradientNorm: seen.norms
      case .localOutlierFactor: factor.scores(seen.activations, crew: trusted.crew)
      }
    }
  }

  /// How often the nearest neighbour is of a sample's subtask.
  func attributed(_ found: [Attribution], _ samples: ParityStudy.Samples) -> Double {
    let right = found.indices.count {
      trusted.samples.tasks[found[$0].neighbours[0].sample] == samples.tasks[$0]
    }
    return Double(right) / Double(max(1, found.count))
  }
}
