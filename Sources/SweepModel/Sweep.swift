/// A named grid with its settings: what a sweep file says once it is parsed and checked.
public struct Sweep: Sendable {
  /// The name, unique in a store.
  public let name: String
  /// The workload of all jobs.
  public let workload: String
  /// The names that vary over the grid, in the file's order (`width`, `seed`).
  public let axes: [String]
  /// The jobs in grid order: the last axis varies fastest. Never empty, keys are unique.
  public let jobs: [Job]
  /// Limits for every job.
  public let resources: Resources
  /// Retries for every job.
  public let retries: RetryPolicy
  /// The fits that `quanta run` prints at its end, in the file's order.
  public let fits: [FitRequest]
  /// The file's text, overrides applied after it, kept in the store so that `resume` needs no file.
  public let source: SweepSource

  /// Creates a sweep.
  public init(
    name: String, workload: String, axes: [String], jobs: [Job], resources: Resources,
    retries: RetryPolicy, fits: [FitRequest], source: SweepSource
  ) {
    self.name = name
    self.workload = workload
    self.axes = axes
    self.jobs = jobs
    self.resources = resources
    self.retries = retries
    self.fits = fits
    self.source = source
  }
}

/// Where a sweep came from: enough to parse it again.
public struct SweepSource: Hashable, Sendable {
  /// The path or preset name that errors show.
  public let origin: String
  /// The YAML text.
  public let text: String
  /// The `--set key=values` overrides, in order.
  public let overrides: [String]

  /// Creates a source.
  public init(origin: String, text: String, overrides: [String] = []) {
    self.origin = origin
    self.text = text
    self.overrides = overrides
  }
}

/// A fit that a sweep file asks for, one line under `fits:`.
public struct FitRequest: Hashable, Sendable {
  /// The functional forms.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// L = b·x^-c.
    case power
    /// L = E + b·x^-c with E ≥ 0.
    case offset
  }

  /// The objectives, always sums over points of a function of r = ln(prediction) − ln(loss).
  public enum Objective: Hashable, Sendable {
    /// ½ Σ r².
    case logLeastSquares
    /// Σ Huber_δ(r): ½ r² for |r| ≤ δ, else δ(|r| − ½ δ).
    case huber(delta: Double)
  }

  /// The name under `fits:`, such as `alpha_N`.
  public let name: String
  /// The horizontal axis: a scalar of the result or a grid axis (`parameters`, `samples`, `width`),
  /// or `step`, which takes every point of the loss curve of every job.
  public let x: String
  /// The metric: a scalar of the result (`loss.final`), or a curve (`loss`) when x is `step`.
  public let y: String
  /// The functional form.
  public let form: Form
  /// The objective.
  public let objective: Objective
  /// Grid axes that split the sweep into one fit for each of their values.
  public let by: [String]
  /// Points with x outside are left out, and the output says so; nil takes all.
  public let xRange: ClosedRange<Double>?
  /// Points with y outside are left out, and the output says so; nil takes all.
  public let yRange: ClosedRange<Double>?

  /// Creates a request.
  public init(
    name: String, x: String, y: String, form: Form = .power,
    objective: Objective = .logLeastSquares, by: [String] = [],
    xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.form = form
    self.objective = objective
    self.by = by
    self.xRange = xRange
    self.yRange = yRange
  }
}
