import SweepModel

/// The keys of a sweep file.
enum SweepKeys {
  /// The top level.
  static let file = KeyTable(
    subject: "a sweep file",
    keys: [
      KeySpec(
        "name", .name,
        "the sweep's name, unique in a store, such as \"name: parity-parameters\"",
        isRequired: true, unless: ["program"]),
      KeySpec("description", .text, "what the sweep is for; nothing depends on it"),
      KeySpec(
        "workload", .reference("workload"),
        "the kind of job, such as \"workload: sparse-parity\"", isRequired: true,
        unless: CommandKeys.hints),
      KeySpec("settings", .reference("settings"), "parameters that are the same for every job"),
      KeySpec("grid", .reference("grid"), "parameters that vary; the last one varies fastest"),
      KeySpec("parameters", .reference("grid"), "another word for grid, as W&B sweeps write it"),
      KeySpec(
        "method", .word(["grid"]), "grid, as W&B sweeps write it: every point is run, as always"),
      KeySpec("resources", .mapping(resources), "limits for every job"),
      KeySpec(
        "retries", .either([.integer(retryRange), .mapping(retries)]),
        "attempts beyond the first, or {max: 3, backoff: 30s}"),
      KeySpec(
        WeightRule.parameter, .either([.word(["weights"]), .mapping(keep)]),
        "what each job keeps beside its numbers: weights, those after its last step, or "
          + "{weights: 40}, those after about 40 log-spaced steps"),
      KeySpec("fits", .dictionary(.mapping(fit)), "exponents to fit when the sweep is done"),
    ], allowsExtensions: true, foreign: wandb)

  /// The top level of a file whose jobs run a program.
  static let command = KeyTable(
    subject: file.subject, keys: file.keys + CommandKeys.keys + CommandKeys.wandb,
    allowsExtensions: true, foreign: wandb)

  /// The keys of a file with these entries.
  static func table(of entries: [YAMLEntry]) -> KeyTable {
    SweepTerms.name(entries) == CommandSpec.workload ? command : file
  }

  /// The keys of a file.
  static func table(of root: YAMLValue) -> KeyTable {
    guard case .mapping(let entries) = root.content else { return file }
    return table(of: entries)
  }

  /// What sweep files of W&B hold that no grid has.
  private static let wandb = ForeignKeys(
    names: [
      "program", "command", "metric", "early_terminate", "project", "entity", "run_cap",
      "controller",
    ],
    reason: "for W&B, and only of a file with \"program\" or \"run\" some of them count here",
    remedy: "remove that")

  /// Attempts beyond the first.
  static let retryRange = 0...1000

  /// Where a key belongs that is unknown where it stands, as a remedy; nil when it belongs nowhere.
  static func home(of key: String, _ signature: WorkloadSignature? = nil) -> String? {
    if let place = place(of: key) { return "it belongs \(place)" }
    if CommandKeys.keys.contains(where: { $0.name == key }) {
      return "it says what a command does, which goes with \"workload: command\""
    }
    guard signature?.parameter(key) == nil else {
      return "it belongs under settings, or under grid to vary it"
    }
    return OtherWord.remedy(for: key, among: otherWords)
  }

  /// Where a key stands, such as `under resources`; nil for what is none.
  static func place(of key: String) -> String? {
    let places: [(names: [String], place: String)] = [
      (file.names, "at the top level"), (gridWords, "under grid"),
      (resources.names, "under resources"), (retries.names, "under retries"),
    ]
    return places.first { $0.names.contains(key) }?.place
  }

  /// Words of other programs, and what they are called here.
  private static let otherWords: [OtherWord] = [
    OtherWord(
      "matrix", "params", "paramgrid", "hyperparameters", "searchspace", "sweep",
      remedy: "what varies stands under grid"),
    OtherWord("seeds", remedy: "write seed: [0, 1, 2] under grid"),
    OtherWord(
      "cpus", "cores", "cpu", "core", "ncpus", "cpuspertask", "numthreads",
      remedy: "write threads: the threads of a job"),
    OtherWord("mem", "ram", "mempercpu", remedy: "write memory, such as memory: 4GiB"),
    OtherWord("time", "walltime", "timelimit", remedy: "write timeout, such as timeout: 24h"),
    OtherWord(
      "gpus", "gres", "cuda", "numgpus", remedy: "write gpu: the GPUs of a job, under resources"),
  ]

  /// Under `resources:`.
  static let resources = KeyTable(
    subject: "\"resources\"",
    keys: [
      KeySpec(
        "threads", .integer(1...4096), "threads for each job; the scheduler chooses if absent"),
      KeySpec("memory", .size, "memory that each job may need, such as 1GiB"),
      KeySpec("timeout", .duration, "wall time after which an attempt is stopped, such as 24h"),
      KeySpec(
        "gpu", .amount,
        "GPUs for each job, which no other job has meanwhile; or its share of one, such as 0.5"),
    ], countsOthers: true, takesShares: true)

  /// Under `retries:`.
  static let retries = KeyTable(
    subject: "\"retries\"",
    keys: [
      KeySpec("max", .integer(retryRange), "attempts beyond the first before a job has failed"),
      KeySpec("backoff", .duration, "wait before the first retry, such as 30s; then it doubles"),
    ])

  /// Under `keep:`.
  static let keep = KeyTable(
    subject: "\"keep\"",
    keys: [
      KeySpec(
        "weights",
        .either([
          .word(["final"]), .integer(WeightRule.counts), .list(.integer(WeightRule.steps)),
        ]),
        "final, about how many log-spaced steps with step 0, or the steps; the last one always",
        isRequired: true)
    ])

  /// Of one fit under `fits:`.
  static let fit = KeyTable(
    subject: "a fit",
    keys: [
      KeySpec(
        "x", .text,
        "the horizontal axis: \"parameters\", \"samples\", a grid axis, a scalar of the result, or "
          + "\"step\" for the points of a curve", isRequired: true),
      KeySpec(
        "y", .text, "the metric, such as loss.final, loss.min, or the curve loss when x is step",
        isRequired: true),
      KeySpec(
        "form", .word(FitRequest.Form.allCases.map(\.rawValue)),
        "power: b·x^-c; offset: E + b·x^-c with E ≥ 0; chinchilla: E + A·x^-alpha + B·x2^-beta; "
          + "`quanta fit --help` has all formulas"),
      KeySpec("x2", .text, "the second input of a form of several, such as samples"),
      KeySpec("x3", .text, "the third input of the form repeated: the unique tokens"),
      KeySpec("k", .positiveNumber, "the number K of quanta of the form quanta; free if absent"),
      KeySpec(
        "objective", .word(FitRequest.Objective.names),
        "ls: squares of raw residuals; of log ratios log-ls: squares, huber: Huber loss, lad: "
          + "absolute values"),
      KeySpec("delta", .positiveNumber, "where the Huber loss turns linear; 0.001 if absent"),
      KeySpec("by", .oneOrMore(.text), "grid axes; one fit for each of their values"),
      KeySpec("xRange", .interval, "points with x outside are left out, and the output says so"),
      KeySpec("yRange", .interval, "points with y outside are left out, and the output says so"),
    ])

  /// The words beside the axes under `grid:`.
  static let gridWords = ["zip", "exclude", "points"]
}

/// The keys of an axis that is written as a mapping.
enum AxisKeys {
  /// The most values that one axis may have.
  static let maximumValues = 1_000_000

  /// The mapping.
  static let axis = KeyTable(
    subject: "an axis",
    keys: [
      KeySpec("values", .list(.reference("value")), "the values"),
      KeySpec("value", .reference("value"), "a single value, as W&B sweeps write it"),
      KeySpec(
        "range", .either([.list(.reference("number")), .mapping(range)]),
        "[first, end] or [first, end, step] as in Python: the end is left out"),
      KeySpec("linspace", .interval, "[first, last], both included; as numpy.linspace"),
      KeySpec(
        "logspace", .interval,
        "[first, last] themselves, as numpy.geomspace: 10 ** linspace(log10 first, log10 last); "
          + "numpy.logspace takes the exponents"),
      KeySpec(
        "log2space", .interval,
        "[first, last] themselves: 2 ** linspace(log2 first, log2 last)"),
      KeySpec("count", .integer(1...maximumValues), "how many values a space has"),
      KeySpec(
        "as", .word(["int", "round"]),
        "int cuts the fractions off, towards zero, as Python's int(); round takes the nearest whole "
          + "number, as Python's round()"),
      KeySpec("unique", .flag, "true keeps the first of equal values"),
    ],
    foreign: ForeignKeys(
      names: ["distribution", "min", "max", "mu", "sigma", "q"],
      reason: "for W&B, which draws values at random; Quanta runs a grid",
      remedy: "write [1, 2, 3], {linspace: [a, b], count: 5} or {logspace: [a, b], count: 5}"))

  /// `range:` as a mapping.
  static let range = KeyTable(
    subject: "\"range\"",
    keys: [
      KeySpec("from", .reference("number"), "the first value", isRequired: true),
      KeySpec("to", .reference("number"), "the end, which is left out", isRequired: true),
      KeySpec("step", .reference("number"), "the distance; 1 if absent"),
    ])

  /// The keys of which an axis has exactly one.
  static let sources = ["values", "value", "range", "linspace", "logspace", "log2space"]
  /// The sources that take `count` and `as`.
  static let spaces = ["linspace", "logspace", "log2space"]
}
