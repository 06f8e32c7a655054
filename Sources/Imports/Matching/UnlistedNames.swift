import Basics
import SweepFiles
import SweepModel

/// Recorded names that are no parameters of the sweep. What has several values among the runs that would
/// be adopted makes their points ambiguous: nobody can tell which of them the sweep means.
struct UnlistedNames: Sendable {
  /// The most names and values of one that are told apart.
  private static let limits = (names: 1 << 16, values: (1 << 16) - 1)
  /// How many values a reason names.
  private static let shown = 4

  /// A name with a value that one run has.
  typealias Mark = UInt32

  fileprivate struct Name {
    let text: String
    /// It is a column of a table, of which nobody says what it holds.
    var isColumn = false
    /// It has one value in all rows of runs that have several.
    var isConstant = false
    var values: [String] = []
    var places: [String: Int] = [:]
  }

  private let listed: Set<String>
  private let seeds: Set<String>
  private let map: ImportMap
  private let results: [String]
  private var names: [Name] = []
  private var places: [String: Int] = [:]

  /// - Parameter results: What results hold.
  init(_ signature: WorkloadSignature, map: ImportMap, results: [String]) {
    self.map = map
    seeds = Set(signature.parameters.filter { $0.role == .seed }.map(\.name))
    let metrics = (map.metrics ?? []).flatMap { [$0.values, $0.steps].compactMap(\.self) }
    self.results = results + metrics
    // What a pattern reads out of a command line is listed under the name that it has there.
    let flags = map.pattern.map { CommandFields.fields(CommandFields.words($0)) } ?? []
    listed = Set(signature.parameters.map(\.name)).union(map.parameters.values.map(\.name))
      .union(flags.lazy.filter { $0.text.contains("{") }.map(\.name))
  }

  /// Takes note of what a run records beside the sweep's parameters.
  mutating func marks(of run: FoundRun) -> [Mark] {
    let hasSteps = run.series.contains { $0.values.count > 1 }
    return run.fields.compactMap { field -> Mark? in
      let text = Self.plain(field.name)
      guard !run.varying.contains(field.name), !isListed(field.name), !isListed(text),
        !Bookkeeping.isOne(text), let name = place(of: text)
      else { return nil }
      names[name].isColumn = names[name].isColumn || run.columns.contains(field.name)
      names[name].isConstant = names[name].isConstant || hasSteps
      return Mark(name << 16 | names[name].place(of: field.text, limit: Self.limits.values))
    }
  }

  /// What has several values, and which, as the beginning of a sentence; nil where nothing has.
  ///
  /// What follows from the sweep's own parameters, as the same value in all runs of a point shows, varies
  /// with them and makes nothing ambiguous.
  func reason(_ runs: [(marks: [Mark], job: Job)]) -> String? {
    var found: [Int: [Int: Int]] = [:]
    var points: [[Value]: Int] = [:]
    // The value of each name at each point, the names that some point has twice, and those that differ there.
    var values: [Int: [Int: Int]] = [:]
    var (repeated, free): (Set<Int>, Set<Int>) = ([], [])
    for run in runs {
      let own = run.job.parameters.entries.filter { !seeds.contains($0.name) }.map(\.value)
      let point = points[own] ?? points.count
      points[own] = point
      for mark in Set(run.marks) {
        let (name, value) = (Int(mark >> 16), Int(mark & 0xFFFF))
        found[name, default: [:]][value, default: 0] += 1
        if let other = values[name]?[point] {
          repeated.insert(name)
          if other != value { free.insert(name) }
        }
        values[name, default: [:]][point] = value
      }
    }
    func follows(_ name: Int) -> Bool { repeated.contains(name) && !free.contains(name) }
    let varying = found.filter { $1.count > 1 && !follows($0) && isParameter(names[$0], $1) }.keys
      .sorted { names[$0].text < names[$1].text }
    guard let first = varying.first else { return nil }
    let list = varying.prefix(Self.shown).map { name in
      let values = (found[name] ?? [:]).keys.sorted().map { names[name].text(of: $0) }
      let rest = values.count > Self.shown ? ", …" : ""
      return
        "\(printable(names[name].text)) (\(values.prefix(Self.shown).joined(separator: ", "))\(rest))"
    }
    let one = printable(names[first].text)
    let value = (found[first] ?? [:]).max { ($0.value, $1.key) < ($1.value, $0.key) }
    return
      "\(list.joined(separator: ", ")) \(varying.count == 1 ? "varies and is" : "vary and are") "
      + "no parameter of the sweep: name it there, or in a map take some "
      + "(only: {\(YAMLText.scalar(one)): \(value.map { YAMLText.scalar(names[first].text(of: $0.key)) } ?? "…")}) or all "
      + "(ignore: \(varying.count == 1 ? YAMLText.scalar(one) : "[…]"))"
  }

  private static func plain(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

  private func isListed(_ name: String) -> Bool {
    listed.contains(name) || map.ignored.contains(name)
      || results.contains { $0 == name || $0.hasPrefix("\(name).") }
  }

  private mutating func place(of name: String) -> Int? {
    if let place = places[name] { return place }
    guard names.count < Self.limits.names else { return nil }
    places[name] = names.count
    names.append(Name(text: name))
    return names.count - 1
  }

  /// Whether a name's values, with how many runs have each, are those of a parameter.
  private func isParameter(_ name: Name, _ counts: [Int: Int]) -> Bool {
    let values = counts.keys.map { name.text(of: $0) }
    let runs = counts.values.reduce(0, +)
    let areNumbers = values.allSatisfy { Double($0) != nil }
    let isOwn = counts.count == runs
    // Every run has its own folder, or the time at which it began.
    if isOwn, values.allSatisfy(Bookkeeping.isPlaceOrTime) { return false }
    guard name.isColumn else { return true }
    // Of words it is a setting: `loss: huber`, `precision: bf16`.
    if areNumbers, Bookkeeping.isOutcome(name.text) { return false }
    guard areNumbers else { return !isOwn || runs < 5 }
    return name.isConstant || Bookkeeping.isSetting(name.text) || counts.count * 2 <= runs
  }
}

extension UnlistedNames.Name {
  fileprivate mutating func place(of text: String, limit: Int) -> Int {
    let value = RecordedValue.canonical(text)
    if let place = places[value] { return place }
    guard values.count < limit else { return limit }
    places[value] = values.count
    values.append(value)
    return values.count - 1
  }

  fileprivate func text(of place: Int) -> String {
    place < values.count ? printable(String(values[place].prefix(60))) : "…"
  }
}

/// What names say that every experiment writes down.
enum Bookkeeping {
  private static let whole: Set = [
    "name", "run_name", "exp_name", "experiment_name", "experiment", "exp", "display_name",
    "job_name",
    "run", "job", "index", "number", "seq", "group", "project", "entity", "user", "author", "notes",
    "note", "tags", "tag", "comment", "description", "host", "hostname", "node", "device", "gpu",
    "gpus",
    "cuda", "pid", "commit", "hash", "sha", "sweep", "out", "output", "save",
    "log",
    "logger", "created", "updated", "started", "ended", "start", "end", "state", "status",
  ]
  private static let last: Set = [
    "id", "uuid", "url", "uri", "logdir", "timestamp", "date", "datetime", "runtime", "duration",
    "elapsed", "seconds", "secs", "hostname", "port", "seed",
  ]
  /// What names of places end in, and what they begin with where a run writes there; others say what it reads.
  private static let places: Set = ["path", "dir", "directory", "folder", "file", "filename"]
  private static let outputs: Set = [
    "out", "output", "log", "logs", "logging", "save", "work", "working", "run", "runs", "result",
    "results", "checkpoint", "checkpoints", "ckpt", "tensorboard", "tb", "wandb", "exp",
    "experiment",
    "tmp", "temp", "cache", "home", "project", "root", "artifact", "artifacts", "current", "job",
  ]
  private static let limits: Set = ["max", "maximum", "limit", "budget", "min"]
  private static let devices: Set = [
    "gpu", "gpus", "cuda", "device", "devices", "worker", "workers",
  ]
  private static let ranks: Set = ["local", "global", "world", "node"]
  /// What names of an environment's variables begin with.
  private static let environment: Set = [
    "slurm", "pbs", "lsb", "sge", "cuda", "nccl", "omp", "mkl", "wandb", "mlflow", "home", "user",
    "logname", "pwd", "shell", "lang", "ld", "python", "pythonpath", "conda", "virtual", "xdg",
    "ssh",
    "term", "tmpdir", "tmp", "nvidia", "hf", "torch", "tf", "master", "world", "local", "hostname",
    "path", "quanta", "job", "node",
  ]
  private static let outcomes: Set = [
    "loss", "losses", "acc", "accuracy", "err", "error", "mse", "rmse", "mae", "nll", "bpc", "bpb",
    "ppl",
    "perplexity", "score", "reward", "return", "f1", "auc", "auroc", "bleu", "rouge", "precision",
    "recall",
    "iou", "map", "psnr", "ssim", "fid", "kl", "elbo", "r2", "metric", "result", "params",
    "parameters",
    "flops", "memory", "mem", "throughput", "best", "final", "mean", "std", "grad", "norm",
  ]
  /// Words behind or before an outcome of which something is told.
  private static let parts: Set = [
    "final", "best", "mean", "std", "last", "avg", "average", "median", "min", "max", "sum",
    "total",
  ]
  private static let settings: Set = [
    "lr", "rate", "batch", "bs", "wd", "decay", "momentum", "dropout", "depth", "layers", "width",
    "hidden", "dim", "heads", "beta", "beta1", "beta2", "gamma", "alpha", "epochs", "warmup",
    "temperature", "scale", "noise", "optimizer", "rank", "weight", "weights", "size", "split",
    "frac",
    "fraction", "len", "length", "ratio", "coef", "coeff", "lambda", "eps", "epsilon", "degree",
    "order",
    "patience", "clip", "smoothing", "threshold",
  ]

  private static func words(_ name: String) -> [String] {
    name.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  /// It says who made a run, where, or when, or which one it is.
  static func isOne(_ name: String) -> Bool {
    let words = words(name)
    guard let first = words.first, let end = words.last, name.first != "_" else { return true }
    if name.contains("_"), name == name.uppercased(), environment.contains(first) { return true }
    // `lora_rank` and `per_device_batch_size` are settings.
    if devices.contains(end) || (end == "rank" && ranks.contains(first)) { return true }
    // `data_path` says what a run was trained on, and so do `model_name_or_path` and `train_file`.
    if words.contains(where: { $0.hasPrefix("data") && $0 != "date" }), end != "id" { return false }
    if places.contains(end) { return words.count == 1 || outputs.contains(first) }
    if end == "time" { return !words.contains(where: limits.contains) }
    return last.contains(end) || whole.contains(words.joined(separator: "_"))
  }

  /// It is measured, not set.
  ///
  /// `val_loss` and `loss_mean` are, `loss_weight` and `precision_bits` are not.
  static func isOutcome(_ name: String) -> Bool {
    let words = words(name)
    guard let last = words.last else { return false }
    return outcomes.contains(last) && !(last == "norm" && words.count > 1 && words.contains("max"))
      || parts.contains(last) && words.contains(where: outcomes.contains)
  }

  /// It is set, not measured.
  static func isSetting(_ name: String) -> Bool { words(name).contains(where: settings.contains) }

  /// A path with folders, or a time that begins with a date.
  static func isPlaceOrTime(_ text: String) -> Bool {
    let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    let isDate =
      parts.count == 3 && parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { Int($0) != nil }
    return isDate || text.contains("/")
  }
}
