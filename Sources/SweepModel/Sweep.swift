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
  /// The `--set key=values` overrides, in order; `--add key=values` with ``additionMark`` before it.
  public let overrides: [String]
  /// What the names and paths of data in it meant when it was parsed: names of ``DataSet``. A
  /// stored sweep so means the same wherever it is read, and after its folders have gone.
  public let data: [String: String]

  /// Creates a source.
  public init(
    origin: String, text: String, overrides: [String] = [], data: [String: String] = [:]
  ) {
    self.origin = origin
    self.text = text
    self.overrides = overrides
    self.data = data
  }

  /// What tells an addition from a replacement among the overrides; no parameter begins with it.
  public static let additionMark: Character = "+"

  /// The overrides as a command line has them: `--set steps=300`, `--add seed=3,4`.
  public var arguments: [(option: String, value: String)] {
    overrides.map { text in
      text.first == Self.additionMark ? ("--add", String(text.dropFirst())) : ("--set", text)
    }
  }
}
