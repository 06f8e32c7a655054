import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of a perceptron on images.
struct ImagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "Times a training step and an evaluation of a perceptron on images.",
    discussion: """
      The defaults are the published problem on images of MNIST's size, 200 in a batch. An evaluation, \
      1000 training and 2000 test images, comes at some 250 of a job's 100 000 steps.

      Examples:
        quanta-bench images --json
        quanta-bench images --jobs 2 --threads 1
      """)

  @Option(help: "Units in each hidden layer.")
  var width = 200
  @Option(help: "Images in a step.")
  var batch = 200
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed.")
  var steps = 500
  @Option(help: "Steps before them.")
  var warmup = 20
  @Option(help: "Evaluations that are timed.")
  var evaluations = 10
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard threads > 0, jobs > 0, steps > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
    guard width > 0, (1...1000).contains(batch) else {
      throw ValidationError("width must be at least 1, batch from 1 to 1000.")
    }
  }

  func run() throws {
    var parameters = Parameters()
    for spec in OmnigrokImages.signature.parameters { parameters[spec.name] = spec.defaultValue }
    parameters["images"] = .text("28x28x10-2000-2000-" + String(repeating: "0", count: 64))
    parameters["width"] = .integer(width)
    parameters["batch"] = .integer(batch)
    parameters["weightDecay"] = .real(0.01)
    parameters["steps"] = .integer(warmup + steps)
    let measurement = Measurement(
      core: ImageBenchmark.self, parameters: parameters, jobs: jobs, threads: threads,
      warmup: warmup, steps: steps, evaluations: evaluations)
    let line = BenchmarkLine(
      width: width, jobs: jobs, threads: threads, commit: commit, timings: measurement.run())
    print(json ? line.json : line.text)
  }
}
