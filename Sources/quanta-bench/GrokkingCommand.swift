import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of grokking addition.
struct GrokkingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grokking",
    abstract: "Times a training step and an evaluation of grokking addition.",
    discussion: """
      The defaults are the published problem. An evaluation, both sets and the representation, comes \
      at every 10th step of a job unless its logEvery says otherwise.

      Examples:
        quanta-bench grokking --json
        quanta-bench grokking --jobs 2 --threads 1
      """)

  @Option(help: "Units in each hidden layer of the decoder.")
  var width = 200
  @Option(help: "Training samples, all in one batch.")
  var trainNum = 45
  @Option(help: "What is minimised: mse or crossEntropy.")
  var objective = "mse"
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed.")
  var steps = 5000
  @Option(help: "Steps before them.")
  var warmup = 100
  @Option(help: "Evaluations that are timed.")
  var evaluations = 100
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard threads > 0, jobs > 0, steps > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
    guard width > 0, (1..<55).contains(trainNum), ["mse", "crossEntropy"].contains(objective) else {
      throw ValidationError(
        "width must be at least 1, train-num from 1 to 54, objective mse or crossEntropy.")
    }
  }

  func run() throws {
    var parameters = Parameters()
    for spec in GrokkingAddition.signature.parameters { parameters[spec.name] = spec.defaultValue }
    parameters["width"] = .integer(width)
    parameters["trainNum"] = .integer(trainNum)
    parameters["batch"] = .integer(trainNum)
    parameters["objective"] = .text(objective)
    parameters["steps"] = .integer(warmup + steps)
    let measurement = Measurement(
      core: AdditionBenchmark.self, parameters: parameters, jobs: jobs, threads: threads,
      warmup: warmup, steps: steps, evaluations: evaluations)
    let line = BenchmarkLine(
      width: width, jobs: jobs, threads: threads, commit: commit, timings: measurement.run())
    print(json ? line.json : line.text)
  }
}
