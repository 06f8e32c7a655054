import ArgumentParser
import SweepFiles
import SweepModel
import Workloads

/// Times training steps and evaluations of any workload that has a training core.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Times a training step and an evaluation of a workload.",
    discussion: """
      The defaults are the published problem; --set replaces them as in `quanta run`, and several values \
      make a line each. A hash of the trained weights shows that two runs computed the same.

      Workloads: \(Self.workloads.map { $0.signature.name }.joined(separator: ", ")).

      Examples:
        quanta-lab bench train sparse-parity --set width=10,50,160,500 --threads 2 --json
        quanta-lab bench train omnigrok-modadd --set p=11 --jobs 2
      """)

  @Argument(help: "The workload.")
  var workload: String
  @Option(name: .customLong("set"), help: "NAME=VALUE,… of a parameter.")
  var settings: [String] = []
  @Option(help: "Threads of each job.")
  var threads = 1
  @Option(help: "Jobs side by side.")
  var jobs = 1
  @Option(help: "Steps that are timed; by default as many as take about a second.")
  var steps: Int?
  @Option(help: "Steps before them.")
  var warmup = 20
  @Option(help: "Evaluations that are timed.")
  var evaluations = 5
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object a line.")
  var json = false

  private static var workloads: [any Workload.Type] {
    WorkloadRegistry.all.filter { $0.benchmark != nil }
  }

  func validate() throws {
    guard threads > 0, jobs > 0, steps ?? 1 > 0, evaluations > 0, warmup >= 0 else {
      throw ValidationError("threads, jobs, steps and evaluations must be at least 1.")
    }
    guard Self.workloads.contains(where: { $0.signature.name == workload }) else {
      throw ValidationError("No workload \(workload) has a training core to time.")
    }
    do {
      _ = try sweep()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    guard let workload = WorkloadRegistry.workload(named: workload),
      let benchmark = workload.benchmark
    else { return }
    for job in try sweep().jobs {
      var parameters = job.parameters
      let second = workload.timingJob(parameters, cpuSeconds: 1)?.integer("steps") ?? 1
      let steps = steps ?? max(1, second)
      parameters["steps"] = .integer(warmup + steps)
      let measurement = Measurement(
        benchmark: benchmark, parameters: parameters, jobs: jobs, threads: threads,
        warmup: warmup, steps: steps, evaluations: evaluations)
      let line = BenchmarkLine(
        workload: self.workload, width: parameters["width"], jobs: jobs, threads: threads,
        commit: commit,
        timings: try measurement.run())
      print(json ? line.json : line.text)
    }
  }

  /// The published problem with what is set, as the sweep that it would be.
  private func sweep() throws -> Sweep {
    let benchmark = WorkloadRegistry.workload(named: workload)?.benchmark
    var parameters = benchmark?.parameters ?? Parameters()
    parameters["steps"] = 1
    let known = parameters.entries.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    return try SweepFile.parse(
      source: SweepSource(
        origin: "bench", text: "{name: bench, workload: \(workload), settings: {\(known)}}",
        overrides: settings),
      workloads: WorkloadRegistry.catalog)
  }
}
