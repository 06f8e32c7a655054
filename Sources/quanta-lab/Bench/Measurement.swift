import Dispatch
import SweepModel
import Synchronization
import Workloads

/// The times of one job's steps and evaluations, milliseconds.
struct Timings: Sendable {
  var steps: [Double] = []
  var evaluations: [Double] = []
  var hash: UInt64 = 0
  var batch = 0
  var testSamples = 0
}

/// One size of the benchmark: so many jobs at the same time, each on its own threads.
struct Measurement: Sendable {
  var benchmark: Benchmark
  var parameters: Parameters
  var jobs: Int
  var threads: Int
  var warmup: Int
  var steps: Int
  var evaluations: Int

  /// Runs all jobs side by side, all of them busy throughout, and returns each one's times.
  func run() throws -> [Timings] {
    let found: Mutex<[Int: Result<Timings, any Error>]> = Mutex([:])
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      let timings = Result { try runJob(job) }
      found.withLock { $0[job] = timings }
    }
    return try found.withLock { $0.sorted { $0.key < $1.key } }.map { try $0.value.get() }
  }

  private func runJob(_ job: Int) throws -> Timings {
    var mine = parameters
    mine["seed"] = .integer(job)
    let core = try benchmark.core(mine, threads)
    var timings = Timings()
    for _ in 0..<warmup { core.runStep() }
    for _ in 0..<steps { timings.steps.append(milliseconds { core.runStep() }) }
    for _ in 0..<evaluations {
      timings.evaluations.append(milliseconds { _ = core.evaluate() })
    }
    timings.hash = core.stateHash
    timings.batch = core.batchCount
    timings.testSamples = core.testSampleCount
    return timings
  }

  private func milliseconds(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body)
    return Double(duration.components.seconds) * 1e3
      + Double(duration.components.attoseconds) * 1e-15
  }
}

extension [Double] {
  /// The middle of the sorted elements, the mean of the two middle ones if there are two.
  var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
