import SweepModel
import Testing

@testable import Scheduler

/// Runs of programs of which nobody says what they take.
@Suite struct LearntCostTests {
  /// A run whose jobs last as long as somebody knows who does not tell.
  private struct Trial {
    let seconds: [Double]
    let memory: [Int]
    var scheduler: Scheduler
    private var now = 0.0
    private var running:
      [(end: Double, worker: String, attempt: AttemptID, job: Int, since: Double)] = []
    private var done = 0
    /// The jobs in the order of their starts.
    private(set) var started: [Int] = []
    /// What each worker had at most, bytes.
    private(set) var mostMemory = 0

    static func jobs(_ widths: [Int], seeds: Int) -> [Job] {
      widths.flatMap { width in
        (0..<seeds).map { seed in
          Parameters([
            Parameters.Entry(name: "width", value: .integer(width)),
            Parameters.Entry(name: "seed", value: .integer(seed)),
          ])
        }
      }.enumerated().map { Job(key: Harness.key($0), workload: "w", parameters: $1) }
    }

    init(
      _ jobs: [Job], needs: Amounts = Amounts(), memory: (Int) -> Int = { _ in 0 },
      uses: [JobKey: JobUse] = [:], lease: Double = 1e9, seconds: (Int) -> Double
    ) {
      let widths = jobs.map { $0.parameters.integer("width") }
      self.seconds = widths.map(seconds)
      self.memory = widths.map(memory)
      scheduler = Scheduler(
        entries: jobs.map { LedgerEntry(job: $0, state: .waiting) },
        demand: { _ in
          JobDemand(
            estimate: .unknown(), resources: Resources(needs), retries: RetryPolicy())
        },
        nextToken: 1, uses: uses, settings: Scheduler.Settings(leaseSeconds: lease), now: 0)
    }

    mutating func join(_ worker: String, _ capacity: Amounts) {
      handle(.joined(worker: worker, capacity, holding: []))
    }

    mutating func handle(_ event: Event) {
      for start in scheduler.handle(event, at: now).starts {
        let job = Int(start.attempt.job.hex, radix: 16) ?? 0
        started.append(job)
        running.append((now + seconds[job], start.worker, start.attempt, job, now))
        let own = running.filter { $0.worker == start.worker }.map { memory[$0.job] }
        mostMemory = max(mostMemory, own.reduce(0, +))
      }
    }

    /// Lets the next job end; nil when none runs.
    mutating func step() -> Double? {
      guard let next = running.indices.min(by: { running[$0].end < running[$1].end }) else {
        return nil
      }
      let ended = running.remove(at: next)
      now = ended.end
      done += 1
      let use = JobUse(
        threads: 1, wallSeconds: now - ended.since, cpuSeconds: now - ended.since,
        memoryBytes: memory[ended.job])
      handle(.succeeded(worker: ended.worker, ended.attempt, use: use))
      return now
    }

    /// Lets time pass in which nothing ends.
    mutating func wait(_ seconds: Int) {
      for _ in 0..<2 * seconds {
        now += 0.5
        for worker in ["a", "b"] { handle(.heard(worker: worker)) }
      }
    }

    /// When all ends, as predicted when so many jobs are done, and as it was.
    mutating func ends(afterJobs count: Int) -> (predicted: Double?, actual: Double) {
      while done < count, step() != nil {}
      let predicted = scheduler.secondsLeft(startsMore: true, at: now) { _ in nil }.map { now + $0 }
      while step() != nil {}
      return (predicted, now)
    }
  }

  private static let widths = [8, 16, 32, 64, 128, 256, 512, 1024]

  /// Of as many at once as there are jobs the first that end are all short, and tell little of others.
  @Test(arguments: [1, 4], [0, 3.0])
  func `After a tenth of the jobs the end is known within a fifth`(cores: Int, start: Double) throws
  {
    let jobs = Trial.jobs(Self.widths, seeds: 5)
    var trial = Trial(jobs) { start + 0.01 * Double($0) }
    trial.join("a", Amounts(threads: cores, memoryBytes: 1 << 34))
    let (predicted, actual) = trial.ends(afterJobs: 4)
    let end = try #require(predicted)
    #expect(abs(end / actual - 1) < 0.2, "\(end) s instead of \(actual) s")
  }

  @Test func `The end is that of the places for what jobs need by name`() throws {
    let jobs = Trial.jobs(Self.widths, seeds: 5)
    var trial = Trial(jobs, needs: Amounts(named: ["gpu": 1])) { 0.1 * Double($0) }
    trial.join("a", Amounts(threads: 64, memoryBytes: 1 << 34, named: ["gpu": 2]))
    let (predicted, actual) = trial.ends(afterJobs: 4)
    let end = try #require(predicted)
    #expect(abs(end / actual - 1) < 0.2, "\(end) s instead of \(actual) s")
  }

  @Test func `The first jobs show the costs, then the longest goes first`() {
    let jobs = Trial.jobs(Self.widths, seeds: 5)
    var trial = Trial(jobs) { Double($0) }
    trial.join("a", Amounts(threads: 1, memoryBytes: 1 << 34))
    #expect(trial.scheduler.secondsLeft(startsMore: true, at: 0) { _ in nil } == nil)
    #expect(trial.scheduler.awaitsCosts)
    while trial.step() != nil {}
    #expect(!trial.scheduler.awaitsCosts)
    let order = trial.started.map { jobs[$0].parameters.integer("width") }
    #expect(order.prefix(3) == [8, 1024, 64])
    #expect(order[4...] == order[4...].sorted(by: >)[...], "\(order)")
  }

  @Test func `What is recorded is learnt from at the start`() {
    let jobs = Trial.jobs(Self.widths, seeds: 2)
    let uses = Dictionary(
      uniqueKeysWithValues: jobs.map { job in
        let seconds = Double(job.parameters.integer("width"))
        return (
          job.key, JobUse(threads: 1, wallSeconds: seconds, cpuSeconds: 0, memoryBytes: 0)
        )
      })
    let trial = Trial(jobs, uses: uses) { Double($0) }
    let seconds = trial.scheduler.predictedSeconds(jobs[15].key, threads: 1) ?? 0
    #expect(abs(seconds - 1024) < 100)
  }

  @Test func `Once their memory is learnt, as many jobs run as it allows`() {
    let jobs = Trial.jobs(Self.widths, seeds: 8)
    var trial = Trial(jobs, memory: { 100 << 20 + $0 << 20 }, seconds: { _ in 10 })
    trial.join("a", Amounts(threads: 2, memoryBytes: 1 << 40))
    while trial.started.count < 12, trial.step() != nil {}
    let memory = 4 << 30
    trial.join("b", Amounts(threads: 64, memoryBytes: memory))
    while trial.step() != nil {}
    #expect(trial.started.count == 64)
    #expect(trial.mostMemory <= memory)
  }

  @Test func `A job that seems larger than every host gets the largest one`() {
    let jobs = Trial.jobs(Self.widths, seeds: 3)
    var trial = Trial(jobs, memory: { $0 << 20 }, seconds: { Double($0) })
    trial.join("a", Amounts(threads: 2, memoryBytes: 300 << 20))
    trial.handle(.hostsPending(0))
    while trial.started.count < 12, trial.step() != nil {}
    // One that is larger, but too small for the largest jobs, makes none of them too large.
    trial.join("b", Amounts(threads: 2, memoryBytes: 600 << 20))
    while trial.step() != nil {}
    #expect(trial.scheduler.counts.done == jobs.count)
  }

  @Test func `A job of which nothing is known is no straggler`() {
    let jobs = Trial.jobs([8, 1024], seeds: 4)
    var trial = Trial(jobs, lease: 20) { $0 == 8 ? 1 : 10_000 }
    trial.join("a", Amounts(threads: 8, memoryBytes: 1 << 34))
    trial.join("b", Amounts(threads: 8, memoryBytes: 1 << 34))
    for _ in 0..<4 { _ = trial.step() }
    trial.wait(500)
    #expect(trial.started.count == jobs.count)
  }

  @Test func `Pricing a large run costs little`() {
    let jobs = Trial.jobs((1...400).map { 4 * $0 }, seeds: 10)
    var trial = Trial(jobs) { Double($0) }
    trial.join("a", Amounts(threads: 16, memoryBytes: 1 << 34))
    while trial.step() != nil {}
    // Steps in queues and indexes: some dozens a job, as with known costs.
    #expect(trial.scheduler.work < 250 * jobs.count, "\(trial.scheduler.work / jobs.count) a job")
  }
}
