import ArgumentParser
import SweepModel
import Workloads

/// The options of commands that time a workload's training core.
struct CoreOptions: ParsableArguments {
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed; by default as many as take about a second.")
  var steps: Int?
  @Option(help: "Steps before them.")
  var warmup = 20
  @Option(help: "Evaluations that are timed.")
  var evaluations = 10
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard threads > 0, jobs > 0, steps ?? 1 > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
  }

  /// A workload's parameters: its defaults with some replaced, which need not be valid yet.
  static func parameters(
    of workload: any Workload.Type, _ changes: KeyValuePairs<String, Value>
  ) -> Parameters {
    var parameters = Parameters()
    for spec in workload.signature.parameters { parameters[spec.name] = spec.defaultValue }
    for (name, value) in changes { parameters[name] = value }
    return parameters
  }

  /// Times the core of a job and prints a line; `steps` unless the command line says otherwise.
  func run(_ core: any TrainingBenchmark.Type, _ parameters: Parameters, steps: Int) {
    let steps = self.steps ?? steps
    var parameters = parameters
    parameters["steps"] = .integer(warmup + steps)
    let measurement = Measurement(
      core: core, parameters: parameters, jobs: jobs, threads: threads, warmup: warmup,
      steps: steps, evaluations: evaluations)
    let line = BenchmarkLine(
      width: parameters.integer("width"), jobs: jobs, threads: threads, commit: commit,
      timings: measurement.run())
    print(json ? line.json : line.text)
  }
}
