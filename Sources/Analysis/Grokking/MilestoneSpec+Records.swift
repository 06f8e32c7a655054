import SweepModel

extension MilestoneSpec {
  /// The threshold that a job was run with.
  func threshold(of job: Job) -> Double {
    job.parameters[threshold]?.number ?? PhaseRules.published
  }

  /// When a finished job reached a threshold: as recorded, or, for another threshold than the job
  /// was run with, the first row of its curve, censored at the last one.
  func step(
    of record: JobRecord, threshold: Double?, curve: (JobKey, String) throws -> Curve?
  ) throws -> CensoredStep {
    let ran = self.threshold(of: record.job)
    let wanted = threshold ?? ran
    if wanted == ran, let step = step(of: record) { return step }
    guard let name = self.curve, let found = try curve(record.job.key, name),
      let last = found.steps.last
    else {
      throw AnalysisError.unknownQuantity(name: steps, available: record.scalars.map(\.name))
    }
    // Curves hold single precision; rounding both keeps their order.
    let place = found.steps.indices.first { found.values[$0 * found.columns] >= Float(wanted) }
    return place.map { CensoredStep(found.steps[$0]) } ?? CensoredStep(last, reached: false)
  }

  /// The recorded step at which a metric reached its threshold, a lower bound where it had not; nil
  /// when there is none.
  func step(of record: JobRecord) -> CensoredStep? {
    func scalar(_ name: String) -> Double? { record.scalars.first { $0.name == name }?.value }
    guard let step = scalar(steps), let reached = scalar(reached), let whole = Int(exactly: step)
    else { return nil }
    return CensoredStep(whole, reached: reached != 0)
  }
}
