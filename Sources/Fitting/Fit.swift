import Glibc
public import SweepModel

/// A fitted parameter of a scaling curve.
public struct FittedParameter: Hashable, Sendable {
  /// Which parameter, in the order in which tables print them.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    /// c of x^-c; positive when the metric falls.
    case exponent
    /// b, the value of b·x^-c at x = 1, in the metric's unit.
    case prefactor
    /// E ≥ 0, the value for infinite x, in the metric's unit.
    case floor
  }

  /// Which one.
  public let name: Name
  /// The estimate.
  public let value: Double
  /// Its standard error: the standard deviation of the bootstrap's estimates, or the asymptotic
  /// one; nil when there is none (see the fit's notes).
  public let standardError: Double?
  /// The 95 % confidence interval; nil when there is none (see the fit's notes).
  public let ci95: ClosedRange<Double>?
  /// True for a floor that the data push against E = 0: a statement about the form, not a value.
  public let atBoundary: Bool

  /// Creates a parameter.
  public init(
    name: Name, value: Double, standardError: Double?, ci95: ClosedRange<Double>?,
    atBoundary: Bool = false
  ) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.ci95 = ci95
    self.atBoundary = atBoundary
  }
}

/// A scaling curve fitted to points, with what is known about its parameters.
public struct Fit: Hashable, Sendable {
  /// The functional form.
  public let form: FitRequest.Form
  /// The objective that was minimised.
  public let objective: FitRequest.Objective
  /// exponent, prefactor and, for ``SweepModel/FitRequest/Form/offset``, floor.
  public let parameters: [FittedParameter]
  /// The objective's minimum: a sum over points, natural logarithms.
  public let objectiveValue: Double
  /// max_j |∂F/∂θ_j| / (‖∂r/∂θ_j‖·‖ψ(r)‖), between 0 (stationary) and 1, over free parameters.
  public let scaledGradientNorm: Double
  /// The last relative decrease was below 1e-14 and the scaled gradient below 1e-6.
  public let converged: Bool
  /// Observations used, n.
  public let pointCount: Int
  /// Distinct values of x.
  public let distinctX: Int
  /// Clusters: grid points, or runs.
  public let clusterCount: Int
  /// The range of x that was fitted.
  public let xRange: ClosedRange<Double>
  /// The root mean square of r = ln(prediction) − ln(y).
  public let rmsLogResidual: Double
  /// How the intervals were made.
  public let uncertainty: Uncertainty
  /// The bootstrap's fits; empty without a bootstrap.
  public let replicates: [ParameterVector]
  /// The factor on the percentile distances; 1 without a bootstrap (see ``Bootstrap``).
  public let expansion: Double
  /// What a reader must know, in full sentences; empty when all is well.
  public let notes: [String]

  /// The parameters as the curve needs them.
  public struct ParameterVector: Hashable, Sendable {
    /// c.
    public let exponent: Double
    /// ln b.
    public let logPrefactor: Double
    /// E; 0 for a power law.
    public let floor: Double

    /// E + b·x^-c.
    public func prediction(at x: Double) -> Double {
      floor + exp(logPrefactor - exponent * log(x))
    }
  }

  /// The optimum.
  public let optimum: ParameterVector

  /// A parameter; nil when the form has none of that name.
  public func parameter(_ name: FittedParameter.Name) -> FittedParameter? {
    parameters.first { $0.name == name }
  }

  /// The exponent c.
  public var exponent: FittedParameter { parameters[0] }

  /// The fitted curve.
  public func prediction(at x: Double) -> Double { optimum.prediction(at: x) }

  /// The pointwise 95 % band of the fitted curve (not of new measurements), by the same
  /// t-expanded percentiles as the parameters, in log y; nil without a bootstrap.
  public func band(at x: Double) -> ClosedRange<Double>? {
    guard !replicates.isEmpty else { return nil }
    let logs = replicates.map { log($0.prediction(at: x)) }
    let range = Bootstrap.interval(
      around: log(prediction(at: x)), replicates: logs, expansion: expansion)
    return exp(range.lowerBound)...exp(range.upperBound)
  }
}

extension FitRequest.Form {
  /// Free parameters of the form.
  public var parameterCount: Int { self == .power ? 2 : 3 }

  /// The formula as tables print it.
  public var formula: String {
    switch self {
    case .power: "L = b·x^-c"
    case .offset: "L = E + b·x^-c"
    }
  }
}

extension FitRequest.Objective {
  /// `log-ls` or `huber(δ=0.001)`.
  public var label: String {
    switch self {
    case .logLeastSquares: "log-ls"
    case .huber(let delta): "huber(δ=\(delta))"
    }
  }
}
