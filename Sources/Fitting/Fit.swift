import Glibc
public import SweepModel

/// A scaling curve fitted to points, with what is known about its parameters.
public struct Fit: Hashable, Sendable {
  /// The functional form.
  public let form: FitRequest.Form
  /// The objective that was minimised.
  public let objective: FitRequest.Objective
  /// The parameters that were held at a value.
  public let held: [String: Double]
  /// The parameters in the form's order.
  public let parameters: [Estimate]
  /// What follows from the parameters, such as a compute-optimal frontier.
  public let derived: [Estimate]
  /// The objective's minimum: a sum over points, natural logarithms, the metric's own unit.
  public let objectiveValue: Double
  /// max_j |∂F/∂θ_j| / (‖∂r/∂θ_j‖·‖ψ(r)‖), between 0 (stationary) and 1, over the parameters that
  /// are free and not at a bound; for least absolute deviations how far the optimality conditions
  /// are from holding, in units of their largest term.
  public let scaledGradientNorm: Double
  /// A local minimum within the search's bounds: the last relative decrease was below 1e-14, the scaled
  /// gradient is below 1e-6 and no direction has negative curvature, but for parameters that a bound
  /// stops, which are warned of. That no other minimum is lower is what the search is
  /// for (see ``startCount`` and ``reachedCount``); it is measured, not proven.
  public let converged: Bool
  /// Every distinct minimum within 1 % of the best, best first.
  public let minima: [Minimum]
  /// Descents that were made.
  public let startCount: Int
  /// Descents that ended in the best minimum.
  public let reachedCount: Int
  /// Observations used, n, upper bounds included.
  public let pointCount: Int
  /// Those of them that are upper bounds (see ``FitPoint/isUpperBound``).
  public let boundCount: Int
  /// Distinct values of x.
  public let distinctX: Int
  /// Clusters: grid points, or runs.
  public let clusterCount: Int
  /// The range of x that was fitted.
  public let xRange: ClosedRange<Double>
  /// The root mean square of r = ln(prediction) − ln(y).
  public let rmsLogResidual: Double
  /// How intervals were asked for.
  public let uncertainty: Uncertainty
  /// How they were made.
  public let intervals: IntervalMethod
  /// True for every parameter that no data at these places could determine.
  let isOpen: [Bool]
  /// The curves that the data allow, those that the profiles have passed; empty where intervals are made
  /// otherwise.
  let allowed: AllowedCurves
  /// The bootstrap's fits; empty without a bootstrap.
  public let replicates: Replicates
  /// The factor on the percentile distances; 1 without a bootstrap (see ``Bootstrap``).
  public let expansion: Double
  /// The asymptotic covariance of the parameters, on the scale on which each one's errors are even
  /// (ln for logarithmic ones, see ``FormParameter/isLogarithmic``); nil where the data determine
  /// none. Rows of held and bounded parameters are 0.
  public let covariance: [[Double]]?
  /// Criteria and predictions beyond the data; nil where it was not asked for.
  public let selection: Selection?
  /// Other forms on the same points; nil where it was not asked for.
  public let comparison: FormComparison?
  /// What a reader must know, each with its advice; empty when all is well.
  public let warnings: [FitWarning]

  /// A local minimum of the objective.
  public struct Minimum: Hashable, Sendable {
    /// The objective there.
    public let objectiveValue: Double
    /// The parameters there, in the form's order.
    public let values: [Double]
  }

  /// False where the data do not determine some exponent, floor or shape (see
  /// ``Estimate/isIdentified``), or where no data at these places could determine some parameter. A
  /// prefactor or a place alone may be open: the exponents stand without it.
  public var isIdentified: Bool {
    !isOpen.contains(true)
      && zip(form.parameters, parameters).allSatisfy { parameter, estimate in
        estimate.isIdentified || parameter.role == .prefactor || parameter.role == .scale
      }
  }

  /// The fitted curve.
  public var curve: ScalingCurve { ScalingCurve(form: form, values: parameters.map(\.value)) }

  /// A parameter; nil when the form has none of that name.
  public func parameter(_ name: String) -> Estimate? { parameters.first { $0.name == name } }

  /// The first parameter of a role; nil when the form has none.
  public func parameter(_ role: FormParameter.Role) -> Estimate? {
    form.parameters.firstIndex { $0.role == role }.map { parameters[$0] }
  }

  /// The first exponent: c, alpha, c0 or eta.
  public var exponent: Estimate { parameter(.exponent) ?? parameters[0] }

  /// True for a floor that the data push against E = 0: a statement about the form, not a value.
  public var isFloorAtBound: Bool { warnings.contains { $0.code == .floorAtBoundary } }

  /// The fitted curve at places, each with the form's inputs.
  public func predictions(at inputs: [[Double]]) -> [Double] {
    PredictionGrid(form: form, inputs: inputs).logValues(parameters.map(\.value)).map { exp($0) }
  }

  /// The fitted curve of a form of one input.
  public func prediction(at x: Double) -> Double { predictions(at: [[x]])[0] }
}

extension FitRequest.Objective {
  /// The word, for Huber with the threshold: `huber(δ=0.001)`.
  public var label: String { delta.map { "huber(δ=\($0))" } ?? name }
}
