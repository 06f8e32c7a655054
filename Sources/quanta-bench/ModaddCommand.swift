import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of modular addition.
struct ModaddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modadd",
    abstract: "Times a full-batch training step and an evaluation of modular addition.",
    discussion: """
      The defaults are the published problem: a transformer of one layer, 30 % of the pairs train.

      Examples:
        quanta-bench modadd --threads 2 --json
        quanta-bench modadd --jobs 2
      """)

  @Option(help: "The modulus.")
  var modulus = 113
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed.")
  var steps = 50
  @Option(help: "Steps before them.")
  var warmup = 3
  @Option(help: "Evaluations that are timed.")
  var evaluations = 3
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard threads > 0, jobs > 0, steps > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
    if let problem = OmnigrokModadd.signature.validate(parameters) {
      throw ValidationError(problem.message)
    }
  }

  private var parameters: Parameters {
    var parameters = Parameters()
    for spec in OmnigrokModadd.signature.parameters { parameters[spec.name] = spec.defaultValue }
    parameters["p"] = .integer(modulus)
    parameters["weightDecay"] = .real(1)
    parameters["steps"] = .integer(warmup + steps)
    return parameters
  }

  func run() throws {
    let measurement = Measurement(
      core: ModaddBenchmark.self, parameters: parameters, jobs: jobs, threads: threads,
      warmup: warmup, steps: steps, evaluations: evaluations)
    let line = BenchmarkLine(
      width: parameters.integer("width"), jobs: jobs, threads: threads, commit: commit,
      timings: measurement.run())
    print(json ? line.json : line.text)
  }
}
