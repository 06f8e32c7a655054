package import Discovery

/// What detectors make of anomalies over several networks.
package struct AnomalySummary: Sendable {
  /// A kind of anomaly and a detector.
  package struct Row: Sendable {
    package let kind: AnomalyStudy.Kind
    package let detector: AnomalyStudy.Detector
    /// Networks that have such samples, and samples over all of them.
    package let networks: Int
    package let samples: Int
    package let confident: Int
    /// Means over networks with 95 % intervals of bootstrapped networks; nil without one.
    package let area: DetectionCurve.Interval?
    package let confidentArea: DetectionCurve.Interval?
    /// The mean share of anomalies found at ``AnomalyStudy/shares`` of false alarms.
    package let rates: [Double]
  }

  package let networks: Int
  /// By kind, then by detector.
  package let rows: [Row]
  /// How often held-out samples are attributed to their subtask.
  package let attributed: DetectionCurve.Interval?

  /// Sums studies up.
  package init(_ studies: [AnomalyStudy]) {
    networks = studies.count
    attributed = DetectionCurve.interval(studies.compactMap(\.attributed))
    rows = AnomalyStudy.Kind.allCases.flatMap { kind in
      let cases = studies.flatMap(\.cases).filter { $0.kind == kind }
      return cases.isEmpty
        ? [] : AnomalyStudy.Detector.allCases.enumerated().map { Row(kind, cases, $0, $1) }
    }
  }

  /// A detector counts as failing where its mean area is below this.
  package static let leastArea = 0.95

  /// The kinds on which the novelty fails.
  package var failing: [Row] {
    rows.filter { $0.detector == .novelty && $0.area?.mean ?? 1 < Self.leastArea }
  }
}

extension AnomalySummary.Row {
  fileprivate init(
    _ kind: AnomalyStudy.Kind, _ cases: [AnomalyStudy.Case], _ index: Int,
    _ detector: AnomalyStudy.Detector
  ) {
    self.kind = kind
    self.detector = detector
    networks = cases.count
    samples = cases.reduce(0) { $0 + $1.samples }
    confident = cases.reduce(0) { $0 + $1.confident }
    let scores = cases.map { $0.scores[index] }
    area = DetectionCurve.interval(scores.compactMap(\.area))
    confidentArea = DetectionCurve.interval(scores.compactMap(\.confidentArea))
    let curves = scores.compactMap(\.rates)
    rates = AnomalyStudy.shares.indices.map { place in
      curves.reduce(0) { $0 + $1[place] } / Double(max(1, curves.count))
    }
  }
}

extension AnomalyStudy.Kind {
  /// What it is, for tables and figures.
  package var title: String {
    switch self {
    case .untrained: "control bit never trained"
    case .none: "no control bit"
    case .two: "two control bits"
    case .unlearned: "subtask not learned"
    case .flipped: "flipped label"
    case .backdoor: "backdoor label"
    }
  }
}

extension AnomalyStudy.Detector {
  /// What it is, for tables and figures.
  package var title: String {
    switch self {
    case .novelty: "novelty"
    case .signedNovelty: "novelty, signed"
    case .unexplained: "unexplained share"
    case .confidence: "confidence (loss)"
    case .mahalanobis: "Mahalanobis"
    case .gradientNorm: "gradient norm"
    case .localOutlierFactor: "local outlier factor"
    }
  }
}
