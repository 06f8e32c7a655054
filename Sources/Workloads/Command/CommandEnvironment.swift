import Posix
import SweepModel

/// The variables of a program's environment.
struct CommandEnvironment {
  private var values: [String: String]

  /// Begins with the host's own, without what any batch system has told whoever began the worker: a program
  /// that believes itself to be a batch job would requeue the worker.
  init(_ host: [String: String]) {
    let foreign = BatchVariables.names(in: host.keys)
    values = host.filter { name, _ in !foreign.contains(name) && !name.hasPrefix("QUANTA_") }
  }

  subscript(name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Sets a variable that the host has not.
  mutating func offer(_ name: String, _ value: String) {
    if values[name] == nil { values[name] = value }
  }

  /// Takes all of a list, which come before what is there.
  mutating func take(_ others: [String: String]) { values.merge(others) { $1 } }

  /// `NAME=value`, in ascending order.
  var lines: [String] { values.map { "\($0.key)=\($0.value)" }.sorted() }

  /// Where a program of a name lies, by this environment's PATH; a name with a slash is itself. Nil where
  /// there is none.
  func file(of program: String) -> String? {
    if program.contains("/") { return program }
    let path = values["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").lazy.map { "\($0)/\(program)" }.first(where: isProgram)
  }

  /// What every job is told of itself.
  mutating func describe(_ place: JobPlace, threads: Int) {
    self["QUANTA_JOB"] = place.attempt.job.hex
    self["QUANTA_ATTEMPT"] = "\(place.attempt.number)"
    self["QUANTA_THREADS"] = "\(threads)"
    offer("PYTHONUNBUFFERED", "1")
    for name in ["OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM", "RAYON"] {
      offer(name == "RAYON" ? "RAYON_NUM_THREADS" : "\(name)_NUM_THREADS", "\(threads)")
    }
    // Weights & Biases writes to the disk alone, which is read, unless somebody has chosen otherwise.
    if self["WANDB_API_KEY"] == nil { offer("WANDB_MODE", "offline") }
    offer("WANDB_SILENT", "true")
    offer("WANDB_DIR", place.work)
  }
}
