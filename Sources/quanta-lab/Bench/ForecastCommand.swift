import ArgumentParser
import Foundation
import Scheduler
import Store
import SweepModel

/// Measures how early and how well the scheduler knows when a grid of programs ends.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Replays a recorded sweep: the predicted finish once a tenth of it was done.",
    discussion: """
      The scheduler of `quanta run` runs the jobs of a store again, each of which lasts as long as \
      recorded, on so many cores and in no time. What it says of the end is compared with the end, when \
      a tenth of the jobs are done, two, three and five tenths. CPU time tells what an idle machine \
      would take; wall time has the noise of the machine that the sweep ran on.

      Examples:
        quanta-lab bench forecast --store quanta-store widths
        quanta-lab bench forecast --store quanta-store widths --cores 2 --cores 16 --json
      """)

  @Argument(help: "The sweep's name; all its jobs are done.")
  var sweep: String
  @Option(help: "The store's folder.")
  var store: String
  @Option(help: "Cores of the one host (repeatable).")
  var cores: [Int] = [2]
  @Flag(help: "One JSON object a line.")
  var json = false

  private static let shares = [0.1, 0.2, 0.3, 0.5]

  private struct Line: Encodable {
    let sweep: String
    let time: String
    let cores: Int
    let jobs: Int
    let share: Double
    let secondsPassed: Double
    let predictedSeconds: Double?
    let seconds: Double
    var ratio: Double? { predictedSeconds.map { $0 / seconds } }

    enum CodingKeys: String, CodingKey {
      case sweep, time, cores, jobs, share, seconds
      case secondsPassed = "seconds_passed"
      case predictedSeconds = "predicted_seconds"
    }
  }

  func validate() throws {
    guard cores.allSatisfy({ (1...4096).contains($0) }) else {
      throw ValidationError("--cores must be between 1 and 4096.")
    }
  }

  func run() throws {
    let reader = try StoreReader.open(at: store)
    let jobs = try reader.jobs(of: sweep).map(\.job)
    let uses = try reader.uses(of: jobs.map(\.key))
    guard !jobs.isEmpty, uses.count == jobs.count else {
      throw ValidationError(
        "\(uses.count) of \(jobs.count) jobs of \(sweep) tell what they took at their first attempt; "
          + "all must, and no more than 1024: run a sweep to its end.")
    }
    if !json {
      print("| sweep | time | cores | jobs | done | passed | predicted | was | ratio |")
      print("|---|---|---|---|---|---|---|---|---|")
    }
    for (time, value) in [("cpu", \JobUse.cpuSeconds), ("wall", \.wallSeconds)] {
      let seconds = jobs.map { max(1e-6, uses[$0.key]?[keyPath: value] ?? 0) }
      for cores in cores {
        for share in Self.shares {
          var replay = RecordedRun(jobs, seconds, cores: cores)
          let count = Int((share * Double(jobs.count)).rounded(.up))
          let (passed, predicted, end) = replay.ends(afterJobs: count)
          tell(
            Line(
              sweep: sweep, time: time, cores: cores, jobs: jobs.count, share: share,
              secondsPassed: passed, predictedSeconds: predicted, seconds: end))
        }
      }
    }
  }

  private func tell(_ line: Line) {
    guard !json else {
      if let data = try? JSONEncoder().encode(line) { print(String(decoding: data, as: UTF8.self)) }
      return
    }
    let numbers = [line.secondsPassed, line.predictedSeconds, line.seconds].map { number in
      number.map { String(format: "%.2f", $0) } ?? "not known"
    }
    let ratio = line.ratio.map { String(format: "%.2f", $0) } ?? ""
    print(
      "| \(line.sweep) | \(line.time) | \(line.cores) | \(line.jobs) | "
        + "\(Int(line.share * 100)) % | \(numbers.joined(separator: " | ")) | \(ratio) |")
  }
}

/// The scheduler's run of jobs that each last as long as is known here and not to it.
private struct RecordedRun {
  private let seconds: [JobKey: Double]
  private var scheduler: Scheduler
  private var running: [(end: Double, attempt: AttemptID, seconds: Double)] = []
  private var now = 0.0
  private var done = 0

  init(_ jobs: [Job], _ seconds: [Double], cores: Int) {
    self.seconds = Dictionary(
      zip(jobs.map(\.key), seconds), uniquingKeysWith: { first, _ in first })
    scheduler = Scheduler(
      entries: jobs.map { LedgerEntry(job: $0, state: .waiting) },
      demand: { _ in
        JobDemand(estimate: .unknown(), resources: Resources(), retries: RetryPolicy())
      },
      nextToken: 1, settings: Scheduler.Settings(leaseSeconds: 1e9), now: 0)
    take(.joined(worker: "host", Amounts(threads: cores, memoryBytes: 1 << 50), holding: []))
  }

  private mutating func take(_ event: Event) {
    for case .start(_, let attempt, _) in scheduler.handle(event, at: now) {
      let length = seconds[attempt.job] ?? 0
      running.append((now + length, attempt, length))
    }
  }

  /// Lets the next job end; false when none runs.
  private mutating func step() -> Bool {
    guard let next = running.indices.min(by: { running[$0].end < running[$1].end }) else {
      return false
    }
    let ended = running.remove(at: next)
    now = ended.end
    done += 1
    take(
      .succeeded(
        worker: "host", ended.attempt,
        use: JobUse(
          threads: 1, wallSeconds: ended.seconds, cpuSeconds: ended.seconds, memoryBytes: 0)))
    return true
  }

  /// When all ends, as predicted when so many jobs are done, after how long that was, and as it was.
  mutating func ends(
    afterJobs count: Int
  ) -> (passed: Double, predicted: Double?, actual: Double) {
    while done < count, step() {}
    let passed = now
    let predicted = scheduler.secondsLeft(startsMore: true, at: now) { _ in nil }.map { now + $0 }
    while step() {}
    return (passed, predicted, now)
  }
}
