import SweepModel

/// The inputs of a job that has no result, as far as anything tells them.
struct KnownInputs {
  private let siblings: [Parameters: JobRecord]
  private let scalar: (String, Parameters) -> Double?

  /// `scalar` is what parameters determine of a result.
  init(done: [JobRecord], scalar: @escaping (String, Parameters) -> Double?) {
    siblings = Dictionary(done.map { ($0.point, $0) }, uniquingKeysWith: { first, _ in first })
    self.scalar = scalar
  }

  /// A number of the result of another seed, a parameter, or what the workload knows beforehand; nil
  /// for what is not above 0.
  func value(_ name: String, of parameters: Parameters) -> Double? {
    let known =
      siblings[parameters.withoutSeed]?.number(name) ?? parameters[name]?.number
      ?? scalar(name, parameters)
    return known.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }
}
