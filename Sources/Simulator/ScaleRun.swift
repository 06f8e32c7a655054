import Basics
import HeapModule
import Scheduler
import SweepModel

/// A very large run without faults: what the production scheduler costs as it grows.
///
/// Whoever runs it measures time and memory; here is no clock.
public struct ScaleRun {
  private struct Ending: Comparable {
    let time: Double
    let worker: Int
    let attempt: AttemptID

    static func < (left: Ending, right: Ending) -> Bool {
      (left.time, left.attempt) < (right.time, right.attempt)
    }
  }

  private var scheduler: Scheduler
  private var endings = Heap<Ending>()
  private var random = SplitMix64(seed: 1)
  private let workers: Int
  /// Jobs recorded so far.
  public private(set) var recorded = 0

  /// Prepares a run; every job has its own cost and one of a thousand sizes, every worker one to
  /// eight cores.
  public init(jobs: Int, workers: Int) {
    self.workers = workers
    var random = SplitMix64(seed: 2)
    scheduler = Scheduler(
      entries: (0..<jobs).map { LedgerEntry(job: Scenario.job($0), state: .waiting) },
      demand: { _ in
        JobDemand(
          cpuSeconds: random.uniform(1, 10),
          needs: Amounts(memoryBytes: random.integer(1...1000) << 20))
      },
      nextToken: 1, settings: Scheduler.Settings(leaseSeconds: 20), now: 0)
  }

  /// Steps that the scheduler has taken.
  public var work: Int { scheduler.work }

  /// Lets every worker join.
  public mutating func join() {
    for worker in 0..<workers {
      let capacity = Amounts(threads: 1 + worker % 8, memoryBytes: 4 << 30)
      perform(
        scheduler.handle(.joined(worker: "h\(worker)", capacity, holding: []), at: 0), at: 0)
    }
    perform(scheduler.handle(.hostsPending(0), at: 0), at: 0)
  }

  /// Runs every job to its end.
  public mutating func run() {
    while let ending = endings.popMin() {
      let name = "h\(ending.worker)"
      let now = ending.time
      perform(scheduler.handle(.succeeded(worker: name, ending.attempt), at: now), at: now)
      perform(scheduler.handle(.heard(worker: name), at: now), at: now)
      perform(scheduler.handle(.tick, at: now), at: now)
    }
  }

  private mutating func perform(_ directives: [Directive], at now: Double) {
    for directive in directives {
      switch directive {
      case .ledger(.accepted): recorded += 1
      case .start(let worker, let attempt, _):
        guard let number = Int(worker.dropFirst()) else { continue }
        endings.insert(
          Ending(time: now + random.uniform(1, 10), worker: number, attempt: attempt))
      default: break
      }
    }
  }
}
