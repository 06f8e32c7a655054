import Fitting
import SweepModel

/// A number with its error and interval; null where there is none.
struct EstimateDocument: Encodable, Sendable {
  let value: Double?
  /// False where the data do not determine it: the value is one of many, the interval all of them.
  let identified: Bool
  /// True where it was held at its value instead of fitted.
  let held: Bool
  let se: Double?
  /// Null stands for an end that there is none of.
  let ci95: [Double?]?
  let profile95: [Double?]?
  let monteCarloError: [Double]?

  init(_ estimate: Estimate, held: Bool = false) {
    self.held = held
    value = finite(estimate.value)
    se = finite(estimate.standardError)
    identified = estimate.isIdentified
    ci95 = estimate.ci95.map { [finite($0.lowerBound), finite($0.upperBound)] }
    profile95 = estimate.profile95.map { [finite($0.lowerBound), finite($0.upperBound)] }
    monteCarloError = estimate.monteCarloError.map { [$0.lower, $0.upper] }.flatMap(allFinite)
  }
}

/// Which points were taken, and how they are grouped and weighed.
struct Filters: Encodable, Sendable {
  struct Rule: Encodable, Sendable {
    let rule: String
    let leftOut: Int
  }

  let rules: [Rule]
  let clusters: String
  let strata: String?
  let weights: String?

  init(_ rules: PointRules) {
    self.rules = rules.rules.map { Rule(rule: $0.name, leftOut: $0.leftOut) }
    clusters = rules.clusters
    strata = rules.strata
    weights = rules.weights
  }
}

struct SelectionDocument: Encodable, Sendable {
  struct HeldOut: Encodable, Sendable {
    let from: Double
    let count: Int
    let rmsLogError: Double
  }

  struct Cutoff: Encodable, Sendable {
    let xRange: [Double]
    let n: Int
    let exponents: [String: EstimateDocument]
  }

  let aicc: Double?
  let bic: Double?
  let heldOut: HeldOut?
  let cutoffs: [Cutoff]

  init(_ selection: Selection) {
    aicc = finite(selection.aicc)
    bic = finite(selection.bic)
    heldOut = selection.heldOut.map {
      HeldOut(from: $0.from, count: $0.count, rmsLogError: $0.rmsLogError)
    }
    cutoffs = selection.cutoffs.map { cutoff in
      Cutoff(
        xRange: [cutoff.range.lowerBound, cutoff.range.upperBound], n: cutoff.count,
        exponents: unique(cutoff.exponents.map { ($0.name, EstimateDocument($0)) }))
    }
  }
}

struct Intervals: Encodable, Sendable {
  let method: String
  /// Why resampling would not do; nil where it was not asked for or does.
  private(set) var reason: String?
  let resamples: Int?
  let seed: UInt64?
  /// What a bootstrap's percentiles are multiplied by; 1 for other methods.
  let expansion: Double

  /// Those of a frontier; of none where it is refused.
  init(_ frontier: IsoFlopFrontier?) {
    expansion = frontier?.expansion ?? 1
    guard let frontier else {
      (method, resamples, seed) = ("none", nil, nil)
      return
    }
    (method, resamples, seed) =
      frontier.resampleCount > 0
      ? (
        "bootstrap over runs within budgets, t-expanded percentile", frontier.resampleCount,
        frontier.seed
      )
      : ("asymptotic, Student t", nil, nil)
  }

  init(_ fit: Fit) {
    expansion = [.bootstrap, .scores].contains(fit.intervals) ? fit.expansion : 1
    switch (fit.intervals, fit.uncertainty) {
    case (.bootstrap, .bootstrap(let count, let value)):
      (method, resamples, seed) = ("bootstrap over clusters, t-expanded percentile", count, value)
    case (.scores, .bootstrap(let count, let value)):
      method = "bootstrap over very many clusters, linearised"
      (resamples, seed) = (count, value)
    case (.profile(let reason), let uncertainty):
      method = "profile, F statistic of clusters"
      self.reason = reason.rawValue
      // The resamples are kept as curves.
      if case .bootstrap(let count, let value) = uncertainty, fit.replicates.count > 0 {
        (resamples, seed) = (count, value)
      } else {
        (resamples, seed) = (nil, nil)
      }
    case (.asymptotic, _): (method, resamples, seed) = ("asymptotic, Student t", nil, nil)
    default: (method, resamples, seed) = ("none", nil, nil)
    }
  }
}

struct CompletenessDocument: Encodable, Sendable {
  struct Missing: Encodable, Sendable {
    let index: Int
    let job: String
    let point: String
    let reason: String
    /// The loss at its last checkpoint, an upper bound.
    let lastStep: Int?
    let lastValue: Double?
  }

  let complete: Bool
  let expected: Int
  let missing: [Missing]

  init(_ grid: Completeness) {
    complete = grid.isComplete
    expected = grid.expected
    missing = grid.missing.map {
      Missing(
        index: $0.index, job: $0.key.hex, point: $0.label, reason: $0.reason.description,
        lastStep: $0.last?.step, lastValue: finite($0.last?.value))
    }
  }
}

/// JSON has no infinities.
func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }

func allFinite(_ values: [Double]) -> [Double]? {
  values.allSatisfy(\.isFinite) ? values : nil
}

func unique<Value>(_ pairs: [(String, Value)]) -> [String: Value] {
  Dictionary(pairs, uniquingKeysWith: { first, _ in first })
}
