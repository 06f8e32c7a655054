/// What the coordinator knows of a workload without running it: its parameters, its checks and
/// its cost. Sweep files are parsed against it; the worker never needs it.
public struct WorkloadSignature: Sendable {
  /// The name that sweep files use, such as `sparse-parity`.
  public let name: String
  /// What a job trains, in a few words for lists; empty where nobody has said.
  public let summary: String
  /// What every result holds, in the order in which help prints it; empty where nobody has said.
  public let metrics: [MetricSpec]
  /// Grows by one whenever the same parameters would give other results; part of every job key.
  public let resultVersion: Int
  /// Every parameter that a sweep may set, in the order in which help prints them.
  public let parameters: [ParameterSpec]
  /// Checks what no single parameter's range can say (`k` ≤ `bits`); nil when all is well.
  public let validate: @Sendable (Parameters) -> ParameterProblem?
  /// What a job with these (complete, valid) parameters will need.
  public let estimate: @Sendable (Parameters) -> JobEstimate
  /// The theory's exponent for a metric against an axis (`parameters`, `samples`, `step`).
  public let theory: @Sendable (_ axis: String, Parameters) -> TheoreticalExponent?

  /// Creates a signature.
  public init(
    name: String, resultVersion: Int, parameters: [ParameterSpec], summary: String = "",
    metrics: [MetricSpec] = [],
    validate: @escaping @Sendable (Parameters) -> ParameterProblem? = { _ in nil },
    estimate: @escaping @Sendable (Parameters) -> JobEstimate,
    theory: @escaping @Sendable (_ axis: String, Parameters) -> TheoreticalExponent? = { _, _ in nil
    }
  ) {
    self.name = name
    self.summary = summary
    self.metrics = metrics
    self.resultVersion = resultVersion
    self.parameters = parameters
    self.validate = validate
    self.estimate = estimate
    self.theory = theory
  }

  /// Creates the signature of a workload whose parameters are properties.
  public init<Settings: ParameterSet>(
    name: String, resultVersion: Int, settings: Settings.Type, summary: String = "",
    metrics: [MetricSpec] = [],
    validate: @escaping @Sendable (Settings) -> ParameterProblem? = { _ in nil },
    estimate: @escaping @Sendable (Settings) -> JobEstimate,
    theory: @escaping @Sendable (_ axis: String, Settings) -> TheoreticalExponent? = { _, _ in nil }
  ) {
    let declared = Settings.declared
    self.init(
      name: name, resultVersion: resultVersion, parameters: declared, summary: summary,
      metrics: metrics,
      validate: { validate(Settings($0)) }, estimate: { estimate(Settings($0)) },
      theory: { axis, values in
        // Of jobs that an older version made with other parameters nothing is said.
        declared.admit(values) ? theory(axis, Settings(values)) : nil
      })
  }

  /// The same with another check of jobs that have passed ``validate``.
  func checking(
    _ more: @escaping @Sendable (Parameters) -> ParameterProblem?
  ) -> WorkloadSignature {
    let validate = validate
    return WorkloadSignature(
      name: name, resultVersion: resultVersion, parameters: parameters, summary: summary,
      metrics: metrics, validate: { validate($0) ?? more($0) }, estimate: estimate, theory: theory)
  }

  /// The defaults with some replaced; complete once every parameter without a default is among these.
  /// Those that came later stay out unless given (``ParameterSpec/isLater``).
  public func parameters(_ changes: [String: Value]) -> Parameters {
    var parameters = Parameters()
    for spec in self.parameters where !spec.isLater { parameters[spec.name] = spec.defaultValue }
    for change in changes { parameters[change.key] = change.value }
    return parameters
  }

  /// Whether its jobs keep weights.
  public var keepsWeights: Bool { parameters.contains { $0.role == .keeping } }

  /// The specification of one parameter.
  public func parameter(_ name: String) -> ParameterSpec? {
    parameters.first { $0.name == name }
  }
}

/// One parameter of a workload: its type, range, default and meaning.
public struct ParameterSpec: Sendable, Hashable {
  /// The types a parameter may have, each with its range.
  public enum Kind: Sendable, Hashable {
    /// A whole number in a closed range.
    case integer(ClosedRange<Int>)
    /// A real number in a closed range; `exclusiveMinimum` leaves out the lower end.
    case real(ClosedRange<Double>, exclusiveMinimum: Bool = false)
    /// Any text.
    case text
    /// One of these words.
    case choice([String])
    /// `true` or `false`.
    case flag
    /// A data set of a kind; sweep files give its name or a path, jobs hold ``DataSet/name``.
    case data(DataKind)

    /// The kind of data that it names, if it does.
    public var data: DataKind? { if case .data(let kind) = self { kind } else { nil } }
  }

  /// The name, in lowerCamelCase.
  public let name: String
  /// Type and range.
  public let kind: Kind
  /// The value where a sweep is silent; nil when a sweep must give one.
  public let defaultValue: Value?
  /// One sentence for help and the JSON Schema, with the unit.
  public let summary: String
  /// The title of an axis over it; nil where the name will do.
  public let title: String?
  /// What it is to figures and fits; nil where that does not matter.
  public let role: ParameterRole?
  /// False for a parameter that cannot change a result (such as a checkpoint interval); such
  /// parameters stay out of the job's key.
  public let decidesResult: Bool
  /// True for a parameter that came after jobs had been recorded, which were run as with its default.
  /// Where it has that, it stays out of jobs and their keys, so that those keep theirs.
  public let isLater: Bool

  /// Creates a specification.
  public init(
    _ name: String, _ kind: Kind, default defaultValue: Value? = nil, _ summary: String,
    title: String? = nil, role: ParameterRole? = nil, decidesResult: Bool = true,
    isLater: Bool = false
  ) {
    precondition(!isLater || defaultValue != nil, "older jobs were run with a default")
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
    self.title = title
    self.role = role
    self.decidesResult = decidesResult
    self.isLater = isLater
  }
}

/// What a parameter is to figures and fits.
public enum ParameterRole: Sendable, Hashable {
  /// It tells repetitions of a run apart.
  case seed
  /// Landscapes run along it where a grid has it, such as the scale of the initial weights.
  case abscissa
  /// It says what a job keeps (``WeightRule``): the top level of a sweep file gives it, and no grid.
  case keeping
}

extension ParameterSpec {
  /// True for a value of the right type within the range; an absent one counts as out of it.
  public func admits(_ value: Value?) -> Bool {
    switch (kind, value) {
    case (.integer(let range), .integer(let number)): range.contains(number)
    case (.real(let range, let isOpenBelow), .real(let number)):
      range.contains(number) && !(isOpenBelow && number == range.lowerBound)
    case (.choice(let words), .text(let word)): words.contains(word)
    case (.flag, .flag), (.text, .text): true
    case (.data(let kind), .text(let name)):
      DataSet(name: name)?.kind == kind || isWithoutData(value)
    default: false
    }
  }
}

extension ParameterSpec {
  /// True for ``DataSet/none`` of a parameter that needs no data.
  public func isWithoutData(_ value: Value?) -> Bool {
    kind.data != nil && value == .text(DataSet.none) && value == defaultValue
  }
}

extension [ParameterSpec] {
  /// True where each has a value of its type and range, or a default: jobs were recorded before a
  /// parameter existed.
  public func admit(_ values: Parameters) -> Bool {
    allSatisfy { $0.admits(values[$0.name] ?? $0.defaultValue) }
  }
}

/// Why a combination of parameters is impossible.
public struct ParameterProblem: Error, Sendable, Hashable {
  /// The parameter to point at in the file.
  public let parameter: String
  /// What is wrong and what to do, in one or two sentences.
  public let message: String

  /// Creates a problem.
  public init(parameter: String, message: String) {
    self.parameter = parameter
    self.message = message
  }
}

/// What a job needs, as far as it is known before it runs.
public struct JobEstimate: Sendable, Hashable {
  /// False where nobody can know it, as of a program that is not ours: memory and CPU time are 0
  /// then, and stand for no figure.
  public let isKnown: Bool
  /// Trainable parameters of the model, N.
  public let modelParameters: Int
  /// Distinct training samples, D.
  public let samples: Int
  /// Peak memory, bytes.
  public let memoryBytes: Int
  /// Predicted CPU time of the whole job on one thread of a reference core, seconds.
  public let cpuSeconds: Double
  /// Threads beyond which the job no longer gains.
  public let usefulThreads: Int
  /// What its weights take in the store, bytes; 0 where it keeps none.
  public let keptBytes: Int

  /// Of a job of which nobody knows what it needs.
  public static func unknown(usefulThreads: Int = 1) -> JobEstimate {
    JobEstimate(usefulThreads: usefulThreads)
  }

  private init(usefulThreads: Int) {
    isKnown = false
    modelParameters = 0
    samples = 0
    memoryBytes = 0
    cpuSeconds = 0
    self.usefulThreads = usefulThreads
    keptBytes = 0
  }

  /// Creates an estimate.
  public init(
    modelParameters: Int, samples: Int, memoryBytes: Int, cpuSeconds: Double, usefulThreads: Int,
    keptBytes: Int = 0
  ) {
    isKnown = true
    self.modelParameters = modelParameters
    self.samples = samples
    self.memoryBytes = memoryBytes
    self.cpuSeconds = cpuSeconds
    self.usefulThreads = usefulThreads
    self.keptBytes = keptBytes
  }
}

/// What theory says of an exponent, printed beside every fit.
public struct TheoreticalExponent: Sendable, Hashable {
  /// The exponent c of L ∝ x^-c.
  public let value: Double
  /// The formula with its symbols, such as `α/(1+α)`.
  public let formula: String
  /// Where it stands, such as `arXiv:2303.13506, eq. 4`.
  public let source: String

  /// Creates a theoretical exponent.
  public init(value: Double, formula: String, source: String) {
    self.value = value
    self.formula = formula
    self.source = source
  }
}
