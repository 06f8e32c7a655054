/// What the text of a sweep says to its workload: from it a workload that takes parameters and metrics
/// from files makes its signature.
public struct SweepTerms: Sendable, Hashable {
  /// The workload's name.
  public let workload: String
  /// What stands beside the name in `workload: {name: …, …}`, each a word or a list of them. What of it
  /// decides results, a signature makes the default of a parameter: so it is part of every job, of its
  /// key, and known where the job runs.
  public let options: [String: [String]]
  /// The parameters that the text names, in its order.
  public let parameters: [Parameter]
  /// What jobs keep beside their numbers; nil for nothing.
  public let keep: WeightRule?

  /// A parameter as the text has it.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The narrowest type of all its values, without bounds.
    public let kind: ParameterSpec.Kind
    /// Its value in a job; nil in a file, where it may have several.
    public let value: Value?

    /// Creates a parameter.
    public init(name: String, kind: ParameterSpec.Kind, value: Value? = nil) {
      self.name = name
      self.kind = kind
      self.value = value
    }
  }

  /// Creates terms.
  public init(
    workload: String, options: [String: [String]] = [:], parameters: [Parameter] = [],
    keep: WeightRule? = nil
  ) {
    self.workload = workload
    self.options = options
    self.parameters = parameters
    self.keep = keep
  }

  /// The terms of one job: what its workload knows of the sweep where the job runs.
  public init(workload: String, job: Parameters) {
    self.init(
      workload: workload,
      parameters: job.entries.map {
        Parameter(name: $0.name, kind: .any(of: $0.value), value: $0.value)
      }, keep: WeightRule(job))
  }
}

extension ParameterSpec.Kind {
  /// The type of a value, without bounds.
  public static func any(of value: Value) -> ParameterSpec.Kind {
    switch value {
    case .integer: .integer(Int.min...Int.max)
    case .real: .real(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    case .flag: .flag
    case .text: .text
    }
  }
}

/// The workloads of a program by name: the door to every signature.
public struct WorkloadCatalog: Sendable, ExpressibleByArrayLiteral {
  /// A workload.
  public struct Entry: Sendable {
    /// What holds of every sweep of it; all there is to know unless it is open.
    public let signature: WorkloadSignature
    /// Makes the signature of one sweep; nil where all sweeps have one.
    public let make: (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)?
    /// Makes the signature of sweeps whose jobs keep weights; nil where jobs have none to keep.
    public let keeping: (@Sendable (WeightRule) -> WorkloadSignature)?

    /// Creates an entry.
    public init(
      _ signature: WorkloadSignature,
      make: (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)? = nil,
      keeping: (@Sendable (WeightRule) -> WorkloadSignature)? = nil
    ) {
      self.signature = signature
      self.make = make
      self.keeping = keeping
    }
  }

  private let entries: [Entry]

  /// Lists workloads in the order in which help prints them.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// Lists workloads whose sweeps all have one signature.
  public init(arrayLiteral signatures: WorkloadSignature...) {
    entries = signatures.map { Entry($0) }
  }

  /// The same with another check of jobs whose parameters have passed their workload's own.
  public func checking(
    _ check: @escaping @Sendable (_ workload: String, Parameters) -> ParameterProblem?
  ) -> WorkloadCatalog {
    WorkloadCatalog(
      entries.map { entry in
        let own: @Sendable (Parameters) -> ParameterProblem? = { [name = entry.signature.name] in
          check(name, $0)
        }
        var make: (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)?
        if let plain = entry.make {
          make = { (terms) throws(ParameterProblem) in try plain(terms).checking(own) }
        }
        var keeping: (@Sendable (WeightRule) -> WorkloadSignature)?
        if let plain = entry.keeping { keeping = { plain($0).checking(own) } }
        return Entry(entry.signature.checking(own), make: make, keeping: keeping)
      })
  }

  /// The workloads' names.
  public var names: [String] { entries.map(\.signature.name) }

  /// Those whose jobs have weights to keep.
  public var namesOfKeeping: [String] {
    entries.filter { $0.keeping != nil }.map(\.signature.name)
  }

  /// A workload; nil where none has the name.
  public subscript(name: String) -> Entry? { entries.first { $0.signature.name == name } }

  /// The signature of a sweep or a job; nil where no workload has the name.
  public func signature(for terms: SweepTerms) throws(ParameterProblem) -> WorkloadSignature? {
    guard let entry = self[terms.workload] else { return nil }
    if let keep = terms.keep, let keeping = entry.keeping { return keeping(keep) }
    return try entry.make?(terms) ?? entry.signature
  }
}
