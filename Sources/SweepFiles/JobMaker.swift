import SweepModel

/// Makes the jobs of a sweep's points; what all of them share is prepared once.
struct JobMaker {
  private let draft: SweepDraft
  private let base: Parameters
  private var keys: KeyText

  /// Prepares the defaults and settings of a draft.
  init(_ draft: SweepDraft) {
    self.draft = draft
    let signature = draft.signature
    var base = Parameters()
    for spec in signature.parameters {
      if let value = spec.defaultValue { base[spec.name] = spec.normalised(value) }
    }
    for setting in draft.settings { base[setting.spec.name] = setting.values[0] }
    self.base = base
    let varying = draft.grid.axisNames.filter { signature.parameter($0)?.decidesResult == true }
    keys = KeyText(signature, shared: signature.semantic(base), varying: varying)
  }

  /// The job at a point, which has a number for messages. Throws when it is incomplete or impossible.
  mutating func job(at point: Grid.Point, number: Int) throws(FileError) -> Job {
    let signature = draft.signature
    var parameters = base
    for (name, value) in point.values { parameters[name] = value }
    if parameters.entries.count < signature.parameters.count {
      for spec in signature.parameters where parameters[spec.name] == nil {
        throw (point.place ?? draft.settingsPlace).error(
          "missing parameter \"\(spec.name)\" of \(signature.name) (\(spec.summary))",
          "give it under \"settings\" or \"grid\"")
      }
    }
    if let problem = signature.validate(parameters) {
      let context = point.values.isEmpty ? "" : " (point \(number): \(point.text))"
      throw draft.place(of: problem.parameter, in: point).error(problem.message + context)
    }
    return Job(key: keys.key(parameters), workload: signature.name, parameters: parameters)
  }
}
