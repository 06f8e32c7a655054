import Dispatch
import SweepModel
import Synchronization
import Workloads

/// The times of one job's steps and evaluations, milliseconds.
struct Timings: Sendable {
  var steps: [Double] = []
  var evaluations: [Double] = []
  var hash: UInt64 = 0
  var instructionSet = ""
  var batch = 0
  var testSamples = 0
}

/// One size of the benchmark: so many jobs at the same time, each on its own threads.
struct Measurement: Sendable {
  var core: any TrainingBenchmark.Type
  var parameters: Parameters
  var jobs: Int
  var threads: Int
  var warmup: Int
  var steps: Int
  var evaluations: Int

  /// Runs all jobs side by side, all of them busy throughout, and returns each one's times.
  func run() -> [Timings] {
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      results.keep(runJob(job), of: job)
    }
    return results.all
  }

  private func runJob(_ job: Int) -> Timings {
    var mine = parameters
    mine["seed"] = .integer(job)
    let benchmark = core.init(mine, threads: threads)
    var timings = Timings()
    for _ in 0..<warmup { benchmark.runStep() }
    for _ in 0..<steps { timings.steps.append(milliseconds { benchmark.runStep() }) }
    for _ in 0..<evaluations {
      timings.evaluations.append(milliseconds { _ = benchmark.evaluate() })
    }
    timings.hash = benchmark.parameterHash
    timings.instructionSet = benchmark.instructionSet
    timings.batch = benchmark.batchCount
    timings.testSamples = benchmark.testSampleCount
    return timings
  }

  private func milliseconds(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body)
    return Double(duration.components.seconds) * 1e3
      + Double(duration.components.attoseconds) * 1e-15
  }
}

/// What the jobs found, in their order.
private final class Results: Sendable {
  private let found: Mutex<[Int: Timings]> = Mutex([:])

  func keep(_ timings: Timings, of job: Int) { found.withLock { $0[job] = timings } }

  var all: [Timings] { found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }
}

extension [Double] {
  /// The middle of the sorted elements, the mean of the two middle ones if there are two.
  var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
