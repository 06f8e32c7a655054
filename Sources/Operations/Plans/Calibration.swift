import Dispatch
import Glibc
import Posix
import SweepModel
import Synchronization
import Workloads

/// How fast this machine does a sweep's jobs, against the workload's own predictions: short jobs of
/// the same kind are run and timed, one a core side by side, as a sweep runs them.
package struct Calibration: Sendable {
  /// Measured against predicted time at one size of job.
  package struct Point: Sendable, Encodable {
    /// The predicted CPU time of the job that stood for its size, seconds.
    package let cpuSeconds: Double
    /// Measured time over predicted time.
    package let ratio: Double
  }

  /// What a job gains when it has all cores to itself.
  struct Speedup: Sendable, Encodable {
    /// Its threads.
    let threads: Int
    /// Its time on one thread over its time on these.
    let factor: Double
  }

  /// Ascending by predicted time; never empty.
  package let points: [Point]
  /// That of the longest job, if it can use several threads.
  let speedup: Speedup?

  /// Times a sweep's jobs for a few seconds; nil when its workload cannot be timed. `jobs` are
  /// those to predict, `cores` those that will run them.
  static func measure(
    _ workload: any Workload.Type, jobs: [(parameters: Parameters, estimate: JobEstimate)],
    cores: Int
  ) -> Calibration? {
    let sizes = representatives(jobs.sorted { $0.estimate.cpuSeconds < $1.estimate.cpuSeconds })
    var pace = 1.0
    let points = sizes.compactMap { job -> Point? in
      let measured = ratio(workload, job.parameters, side: cores, pace: &pace)
      return measured.map { Point(cpuSeconds: job.estimate.cpuSeconds, ratio: $0) }
    }
    guard !points.isEmpty, let longest = sizes.last else { return nil }
    let threads = min(cores, longest.estimate.usefulThreads)
    return Calibration(
      points: points,
      speedup: threads > 1 ? speedup(workload, longest.parameters, threads: threads) : nil)
  }

  /// The first, the last, and jobs about equally far apart in the logarithm of predicted time.
  private static func representatives<Estimated>(
    _ ascending: [(parameters: Estimated, estimate: JobEstimate)]
  ) -> [(parameters: Estimated, estimate: JobEstimate)] {
    guard let first = ascending.first, let last = ascending.last else { return [] }
    let span = last.estimate.cpuSeconds / first.estimate.cpuSeconds
    guard span > 1.2 else { return [last] }
    let wanted = [0, 1.0 / 3, 2.0 / 3, 1].map { first.estimate.cpuSeconds * pow(span, $0) }
    var chosen: [(parameters: Estimated, estimate: JobEstimate)] = []
    for size in wanted {
      guard
        let job = ascending.min(by: {
          abs(log($0.estimate.cpuSeconds / size)) < abs(log($1.estimate.cpuSeconds / size))
        }), job.estimate.cpuSeconds > (chosen.last?.estimate.cpuSeconds ?? 0)
      else { continue }
      chosen.append(job)
    }
    return chosen
  }

  /// Measured over predicted CPU time of a job; nil when it cannot be timed. Where a prediction is so
  /// wrong that timing would take minutes, jobs are timed that should take a tenth of `pace`, and so on.
  private static func ratio(
    _ workload: any Workload.Type, _ parameters: Parameters, side: Int, pace: inout Double
  ) -> Double? {
    while pace > 1e-6 {
      do throws(TimingOverrun) {
        return try ratio(workload, parameters, side: side, pace: pace)
      } catch {
        pace /= 10
      }
    }
    return nil
  }

  /// The ratio of the part by which a job is longer than a shorter one, so that what happens once a job
  /// does not count; the mean over jobs side by side and two trials.
  private static func ratio(
    _ workload: any Workload.Type, _ parameters: Parameters, side: Int, pace: Double
  ) throws(TimingOverrun) -> Double? {
    guard let short = workload.timingJob(parameters, cpuSeconds: 0.04 * pace),
      let long = workload.timingJob(parameters, cpuSeconds: 0.2 * pace)
    else { return nil }
    let terms = SweepTerms(workload: workload.signature.name, job: long)
    guard let signature = try? WorkloadRegistry.catalog.signature(for: terms) else { return nil }
    let predicted = signature.estimate(long).cpuSeconds - signature.estimate(short).cpuSeconds
    let trials = Mutex<(times: [Double], overran: Bool)>(([], false))
    DispatchQueue.concurrentPerform(iterations: side) { _ in
      do throws(TimingOverrun) {
        for _ in 0..<2 {
          let start = cpuSeconds()
          guard try runs(workload, short, threads: 1) else { return }
          let middle = cpuSeconds()
          guard try runs(workload, long, threads: 1) else { return }
          let end = cpuSeconds()
          trials.withLock { $0.times.append((end - middle) - (middle - start)) }
        }
      } catch {
        trials.withLock { $0.overran = true }
      }
    }
    let (measured, overran) = trials.withLock { $0 }
    if overran { throw TimingOverrun() }
    guard measured.count == 2 * side, predicted > 0 else { return nil }
    let mean = measured.reduce(0, +) / Double(measured.count)
    return mean > 0 ? mean / predicted : nil
  }

  /// How many times as fast a job is on several threads as on one, by the clock; the better of two
  /// trials each.
  private static func speedup(
    _ workload: any Workload.Type, _ parameters: Parameters, threads: Int
  ) -> Speedup? {
    guard let job = workload.timingJob(parameters, cpuSeconds: 0.2) else { return nil }
    let clock = ContinuousClock()
    func best(threads: Int) -> Duration? {
      (0..<2).compactMap { _ in
        let start = clock.now
        return (try? runs(workload, job, threads: threads)) == true ? clock.now - start : nil
      }.min()
    }
    guard let alone = best(threads: 1), let together = best(threads: threads) else { return nil }
    return Speedup(threads: threads, factor: max(1, alone / together))
  }

  /// CPU time of the calling thread, seconds: a busy machine does not disturb it.
  fileprivate static func cpuSeconds() -> Double { clockSeconds(CLOCK_THREAD_CPUTIME_ID) }

  /// False when the job failed.
  private static func runs(
    _ workload: any Workload.Type, _ parameters: Parameters, threads: Int
  ) throws(TimingOverrun) -> Bool {
    do {
      _ = try workload.run(parameters, in: TimingContext(threads: threads))
      return true
    } catch let overrun as TimingOverrun {
      throw overrun
    } catch {
      return false
    }
  }

  /// What a job gains from its threads when the cores are its own: as measured for the longest job,
  /// per thread.
  func speedup(threads: Int) -> Double {
    guard threads > 1, let speedup else { return Double(threads) }
    return max(1, Double(threads) * speedup.factor / Double(speedup.threads))
  }

  /// An estimate whose time is that of this machine.
  func calibrated(_ estimate: JobEstimate) -> JobEstimate {
    JobEstimate(
      modelParameters: estimate.modelParameters, samples: estimate.samples,
      memoryBytes: estimate.memoryBytes,
      cpuSeconds: ratio(at: estimate.cpuSeconds) * estimate.cpuSeconds,
      usefulThreads: estimate.usefulThreads, keptBytes: estimate.keptBytes)
  }

  /// Measured over predicted time of a job: between measured sizes linear in the logarithm of
  /// predicted time, beyond them that of the nearest.
  package func ratio(at cpuSeconds: Double) -> Double {
    guard let above = points.firstIndex(where: { $0.cpuSeconds >= cpuSeconds }) else {
      return points[points.count - 1].ratio
    }
    guard above > 0 else { return points[0].ratio }
    let (low, high) = (points[above - 1], points[above])
    let part = log(cpuSeconds / low.cpuSeconds) / log(high.cpuSeconds / low.cpuSeconds)
    return low.ratio + part * (high.ratio - low.ratio)
  }
}

/// A job that should take a fifth of a second takes ten times as long.
private struct TimingOverrun: Error {
  /// CPU seconds that a job may take.
  static let seconds = 2.0
}

/// The world of a job that is only timed.
private struct TimingContext: JobContext {
  let threads: Int
  /// When it ends: CPU seconds of its thread, and by a clock that costs a step nothing the first moment
  /// at which that can be.
  private let limit: (cpu: Double, coarse: Double)

  init(threads: Int) {
    self.threads = threads
    limit = (
      Calibration.cpuSeconds() + TimingOverrun.seconds,
      clockSeconds(CLOCK_MONOTONIC_COARSE) + TimingOverrun.seconds
    )
  }

  var isCheckpointDue: Bool { false }
  func loadCheckpoint() -> [UInt8]? { nil }
  func saveCheckpoint(_ bytes: [UInt8]) {}
  func checkStop() throws {
    if clockSeconds(CLOCK_MONOTONIC_COARSE) > limit.coarse, Calibration.cpuSeconds() > limit.cpu {
      throw TimingOverrun()
    }
  }
  func report(step: Int, of total: Int, metric: String, value: Double) {}
  func log(_ line: String) {}
  /// Nothing but zeros: a job takes as long with any content.
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result { try body(Array(repeating: 0, count: set.sizeBytes).span) }
}
