import SweepModel
import Testing

@testable import Scheduler

/// A scheduler with simple jobs, and a ledger beside it that audits every fact it is given.
struct Harness {
  var scheduler: Scheduler
  var now = 0.0
  private(set) var ledger: [JobKey: JobState] = [:]
  private(set) var openAttempts: [AttemptID: String] = [:]
  private var lastToken = 0

  static func key(_ index: Int) -> JobKey {
    let digits = String(index, radix: 16)
    // swift-format-ignore: NeverForceUnwrap
    return JobKey(hex: String(repeating: "0", count: 64 - digits.count) + digits)!
  }

  static func job(_ index: Int) -> Job {
    Job(
      key: key(index), workload: "w",
      parameters: Parameters([Parameters.Entry(name: "index", value: .integer(index))]))
  }

  init(
    costs: [Double], memory: Int = 1, threads: Int? = nil, usefulThreads: Int = 1,
    retries: RetryPolicy = RetryPolicy(maximum: 3, backoffSeconds: 10), lease: Double = 20,
    timeout: Double? = nil
  ) {
    scheduler = Scheduler(
      entries: costs.indices.map { LedgerEntry(job: Self.job($0), state: .waiting) },
      demand: { job in
        JobDemand(
          cpuSeconds: costs[job.parameters.integer("index")],
          needs: Amounts(threads: threads ?? 0, memoryBytes: memory), usefulThreads: usefulThreads,
          timeoutSeconds: timeout, retries: retries)
      },
      nextToken: 1, settings: Scheduler.Settings(leaseSeconds: lease), now: 0)
    for index in costs.indices { ledger[Self.key(index)] = .waiting }
  }

  /// Handles an event, audits the ledger facts, and returns everything else.
  @discardableResult
  mutating func handle(_ event: Event, after seconds: Double = 0) -> [Directive] {
    now += seconds
    let directives = scheduler.handle(event, at: now)
    var others: [Directive] = []
    for directive in directives {
      if case .ledger(let change) = directive { audit(change) } else { others.append(directive) }
    }
    return others
  }

  @discardableResult
  mutating func join(
    _ worker: String, cores: Int = 1, memory: Int = 1 << 30, holding: [AttemptID] = []
  ) -> [Directive] {
    let capacity = Amounts(threads: cores, memoryBytes: memory)
    return handle(.joined(worker: worker, capacity, holding: holding))
  }

  /// Lets a worker rest as long as it must, and hears it meanwhile; what starts in that time.
  mutating func rested(_ worker: String) -> [(worker: String, attempt: AttemptID, threads: Int)] {
    (0..<32).flatMap { _ in
      handle(.heard(worker: worker), after: 10).starts
    }
  }

  private mutating func audit(_ change: LedgerChange) {
    switch change {
    case .leased(let attempt, let worker):
      #expect(ledger[attempt.job] == .waiting, "\(attempt) leased while not waiting")
      #expect(attempt.token > lastToken, "tokens must grow")
      lastToken = attempt.token
      ledger[attempt.job] = .running
      openAttempts[attempt] = worker
    case .accepted(let attempt):
      #expect(openAttempts.removeValue(forKey: attempt) != nil, "\(attempt) held no lease")
      ledger[attempt.job] = .done
    case .ended(let attempt, _, _):
      #expect(openAttempts.removeValue(forKey: attempt) != nil, "\(attempt) held no lease")
      ledger[attempt.job] = .waiting
    case .late(let attempt):
      #expect(openAttempts[attempt] == nil, "\(attempt) is late but open")
    case .withdrawn(let attempt, _):
      #expect(openAttempts[attempt] == nil, "\(attempt) is withdrawn but open")
    case .moved(let key, let state, _):
      #expect(ledger[key] != .done && ledger[key] != .running)
      ledger[key] = state
    }
  }
}

extension [Directive] {
  /// The attempts started, with the worker.
  var starts: [(worker: String, attempt: AttemptID, threads: Int)] {
    compactMap {
      guard case .start(let worker, let attempt, let placement) = $0 else { return nil }
      return (worker, attempt, placement.threads)
    }
  }

  /// The grid indices of the jobs started.
  var startedIndices: [Int] { starts.compactMap { Int($0.attempt.job.hex, radix: 16) } }

  var ending: Ending? {
    for case .end(let ending) in self { return ending }
    return nil
  }
}
