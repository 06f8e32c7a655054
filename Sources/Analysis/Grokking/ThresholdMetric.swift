import SweepModel

/// An accuracy whose way to a threshold is recorded.
enum ThresholdMetric: String {
  case train
  case test

  private var scalar: String { "steps.\(rawValue)" }

  private var curve: String { self == .train ? "train.accuracy" : "accuracy" }

  /// The threshold that a job was run with.
  func threshold(of job: Job) -> Double {
    job.parameters["\(rawValue)Threshold"]?.number ?? PhaseRules.published
  }

  /// When a finished job reached a threshold: as recorded, or, for another threshold than the job
  /// was run with, the first row of its curve, censored at the last one.
  func step(
    of record: JobRecord, threshold: Double?, curve: (JobKey, String) throws -> Curve?
  ) throws -> CensoredStep {
    let ran = self.threshold(of: record.job)
    let wanted = threshold ?? ran
    if wanted == ran, let step = record.milestone(rawValue) { return step }
    guard let found = try curve(record.job.key, self.curve), let last = found.steps.last else {
      throw AnalysisError.unknownQuantity(name: scalar, available: record.scalars.map(\.name))
    }
    // Curves hold single precision; rounding both keeps their order.
    let place = found.steps.indices.first { found.values[$0 * found.columns] >= Float(wanted) }
    return place.map { CensoredStep(found.steps[$0]) } ?? CensoredStep(last, reached: false)
  }
}

extension JobRecord {
  /// The recorded step `steps.NAME` at which a metric reached its threshold, a lower bound when
  /// `steps.NAME.reached` is 0; nil when there is none.
  func milestone(_ name: String) -> CensoredStep? {
    guard let step = scalar("steps.\(name)"), let reached = scalar("steps.\(name).reached"),
      let whole = Int(exactly: step)
    else { return nil }
    return CensoredStep(whole, reached: reached != 0)
  }

  /// The names of all recorded steps to thresholds, in the workload's order.
  var milestones: [String] {
    scalars.compactMap { scalar in
      guard scalar.name.hasPrefix("steps."), scalar.name.hasSuffix(".reached") else { return nil }
      return String(scalar.name.dropFirst(6).dropLast(8))
    }
  }

  private func scalar(_ name: String) -> Double? { scalars.first { $0.name == name }?.value }
}
