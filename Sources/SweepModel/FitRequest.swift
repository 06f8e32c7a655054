/// A fit that a sweep file asks for, one line under `fits:`.
public struct FitRequest: Hashable, Sendable {
  /// The functional forms; `Fitting` has their formulas, parameters and sources.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// L = b·x^-c.
    case power
    /// L = E + b·x^-c with E ≥ 0.
    case offset
    /// L = E + b·(x + x0)^-c with E ≥ 0, x0 ≥ 0.
    case shifted
    /// (L − E)/(1 − L)^alpha = b·x^-c, for errors between 0 and 1.
    case m4
    /// A power law that bends once.
    case bnsl1
    /// A power law that bends twice.
    case bnsl2
    /// A power law that bends three times.
    case bnsl3
    /// L = E + A·N^-alpha + B·D^-beta.
    case chinchilla
    /// L = E + A·N^-alpha + B·D^-alpha.
    case chinchillaTied = "chinchilla-tied"
    /// ``chinchilla`` in what repeated data and excess parameters are worth.
    case repeated
    /// L = E + (a·M^eta + b·M^-eta)·C^-eta with M = D/N tokens a parameter.
    case overtrained
    /// The quantization model with a finite number K of quanta, x = the number that is learned.
    case quanta
    /// The same with x = samples or steps: n = (x/x1)^(1/(1 + alpha)) quanta are learned.
    case quantaData = "quanta-data"
    /// err = eps − k·exp(−gamma·x): how an error saturates with the loss x.
    case errorLaw = "error-law"
  }

  /// The objectives, always sums over points, weighted where the points carry weights, of a
  /// function of r = ln(prediction) − ln(loss), or of the raw residual where it says so.
  public enum Objective: Hashable, Sendable {
    /// ½ Σ (prediction − loss)².
    case leastSquares
    /// ½ Σ r².
    case logLeastSquares
    /// Σ Huber_δ(r): ½ r² for |r| ≤ δ, else δ(|r| − ½ δ).
    case huber(delta: Double)
    /// Σ |r|.
    case leastAbsolute

    /// The words that sweep files and the command line have for them.
    public static let names = ["ls", "log-ls", "huber", "lad"]

    /// The objective of a word; `delta` is for Huber and 0.001 if absent. Nil for another word.
    public init?(name: String, delta: Double? = nil) {
      switch name {
      case "ls": self = .leastSquares
      case "log-ls": self = .logLeastSquares
      case "huber": self = .huber(delta: delta ?? 1e-3)
      case "lad": self = .leastAbsolute
      default: return nil
      }
    }

    /// Its word.
    public var name: String {
      switch self {
      case .leastSquares: "ls"
      case .logLeastSquares: "log-ls"
      case .huber: "huber"
      case .leastAbsolute: "lad"
      }
    }

    /// Huber's threshold; nil for other objectives.
    public var delta: Double? {
      if case .huber(let delta) = self { delta } else { nil }
    }
  }

  /// The name under `fits:`, such as `alpha_N`.
  public let name: String
  /// The horizontal axis: a scalar of the result or a grid axis (`parameters`, `samples`, `width`),
  /// or `step`, which takes every point of the loss curve of every job.
  public let x: String
  /// The other axes of a form of several: D of ``Form/chinchilla``, M of ``Form/overtrained``,
  /// D and the unique tokens U of ``Form/repeated``; empty for forms of one axis.
  public let further: [String]
  /// The metric: a scalar of the result (`loss.final`), or a curve (`loss`) when x is `step`.
  public let y: String
  /// The functional form.
  public let form: Form
  /// Parameters that are held at a value instead of fitted, such as K of ``Form/quanta``.
  public let held: [String: Double]
  /// The objective.
  public let objective: Objective
  /// Grid axes that split the sweep into one fit for each of their values.
  public let by: [String]
  /// Points with x outside are left out, and the output says so; nil takes all.
  public let xRange: ClosedRange<Double>?
  /// Points with y outside are left out, and the output says so; nil takes all.
  public let yRange: ClosedRange<Double>?

  /// The names of all inputs, x first.
  public var inputs: [String] { [x] + further }

  /// Creates a request.
  public init(
    name: String, x: String, further: [String] = [], y: String, form: Form = .power,
    held: [String: Double] = [:], objective: Objective = .logLeastSquares, by: [String] = [],
    xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil
  ) {
    self.name = name
    self.x = x
    self.further = further
    self.y = y
    self.form = form
    self.held = held
    self.objective = objective
    self.by = by
    self.xRange = xRange
    self.yRange = yRange
  }
}
