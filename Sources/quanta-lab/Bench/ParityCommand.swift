import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of multitask sparse parity.
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Times a training step and an evaluation of multitask sparse parity.",
    discussion: """
      The defaults are the published problem. A hash of the trained weights shows that two runs \
      computed the same.

      Examples:
        quanta-lab bench parity --widths 10,50,160,500 --threads 2 --json
        quanta-lab bench parity --widths 10,50 --jobs 2 --threads 1
      """)

  @Option(help: "Hidden widths, separated by commas.")
  var widths = "10,50,160,500"
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed.")
  var steps = 200
  @Option(help: "Steps before them.")
  var warmup = 20
  @Option(help: "Evaluations that are timed.")
  var evaluations = 5
  @Option(help: "Test set: stratified or published.")
  var evaluation = "stratified"
  @Option(help: "Samples in a batch.")
  var batch = 20_000
  @Option(help: "Subtasks.")
  var tasks = 500
  @Option(help: "Bits.")
  var bits = 100
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object a line.")
  var json = false

  private var widthList: [Int] {
    get throws {
      try widths.split(separator: ",").map { word in
        guard let width = Int(word), width > 0 else {
          throw ValidationError("'\(word)' in --widths is not a positive whole number.")
        }
        return width
      }
    }
  }

  func validate() throws {
    _ = try widthList
    guard threads > 0, jobs > 0, steps > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
    if let problem = SparseParity.signature.validate(parameters(width: 1)) {
      throw ValidationError(problem.message)
    }
  }

  func run() throws {
    for width in try widthList {
      let measurement = Measurement(
        core: ParityBenchmark.self, parameters: parameters(width: width), jobs: jobs,
        threads: threads, warmup: warmup, steps: steps, evaluations: evaluations)
      let line = BenchmarkLine(
        width: width, jobs: jobs, threads: threads, commit: commit, timings: measurement.run())
      print(json ? line.json : line.text)
    }
  }

  private func parameters(width: Int) -> Parameters {
    var parameters = Parameters()
    for spec in SparseParity.signature.parameters { parameters[spec.name] = spec.defaultValue }
    parameters["width"] = .integer(width)
    parameters["steps"] = .integer(warmup + steps)
    parameters["batch"] = .integer(batch)
    parameters["tasks"] = .integer(tasks)
    parameters["bits"] = .integer(bits)
    parameters["evaluation"] = .text(evaluation)
    return parameters
  }
}
