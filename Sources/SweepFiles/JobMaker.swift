import SweepModel

/// Makes the jobs of a sweep's points, one after another in the same place; what all of them share is
/// prepared once.
struct JobMaker {
  private let draft: SweepDraft
  private let base: Parameters
  private var keys: KeyText
  /// Every parameter of the job at the point, with defaults but those that came later.
  private(set) var parameters: Parameters
  /// What may change without another look at a job whose parameters have passed.
  private let seed: String?
  /// What neither defaults nor settings give.
  private let needed: [ParameterSpec]
  private var isValid = false

  /// Prepares the defaults and settings of a draft.
  init(_ draft: SweepDraft) {
    self.draft = draft
    let signature = draft.signature
    var base = Parameters()
    for spec in signature.parameters {
      if let value = spec.defaultValue, !spec.isLater { base[spec.name] = spec.normalised(value) }
    }
    for setting in draft.settings where !setting.spec.isSilent(setting.values[0]) {
      base[setting.spec.name] = setting.values[0]
    }
    self.base = base
    parameters = base
    needed = signature.parameters.filter { base[$0.name] == nil && !$0.isLater }
    let varying = draft.grid.axisNames.compactMap(signature.parameter).filter(\.decidesResult)
    seed = signature.parameters.first { $0.role == .seed }?.name
    keys = KeyText(signature, shared: signature.semantic(base), varying: varying)
  }

  /// Goes to a point, which has a number for messages. Throws when it is incomplete or impossible.
  mutating func go(to point: Grid.Point, number: Int) throws(FileError) {
    let signature = draft.signature
    // Points of the product name the same parameters; others may leave one at its default.
    if point.place != nil { parameters = base }
    isValid =
      isValid && point.place == nil
      && point.values.allSatisfy { $0.name == seed || parameters[$0.name] == $0.value }
    for (name, value) in point.values { parameters[name] = value }
    if isValid { return }
    for spec in needed where parameters[spec.name] == nil {
      throw (point.place ?? draft.settingsPlace).error(
        "missing parameter \"\(spec.name)\" of \(signature.name) (\(spec.summary))",
        "give it under \"settings\" or \"grid\"")
    }
    if let problem = signature.validate(parameters) {
      let context = point.values.isEmpty ? "" : " (point \(number): \(point.text))"
      throw draft.place(of: problem.parameter, in: point).error(problem.message + context)
    }
    isValid = point.place == nil
  }

  /// The key of the job at the point.
  mutating func key() -> JobKey { keys.key(parameters) }

  /// The job at the point by what varies: `width 9, seed 0`.
  func text() -> String {
    let values = draft.grid.axisNames.compactMap { name in parameters[name].map { (name, $0) } }
    return Grid.Point(values: values, place: nil).text
  }
}
