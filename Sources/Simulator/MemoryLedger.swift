import Scheduler
import SweepModel

/// What a simulated coordinator needs of a store.
protocol Storing {
  /// Writes all facts or none; throws a ``Refusal`` where the production store does.
  mutating func commit(_ facts: Turn.Facts) throws(Refusal)
  /// What a coordinator reads when it starts.
  func entries(_ jobs: Range<Int>) -> [LedgerEntry]
  var nextToken: Int { get }
  /// True for an attempt that it has granted.
  func knows(_ attempt: AttemptID) -> Bool
  /// The recorded result of a job.
  func result(of job: Int) -> JobResult?
}

/// The ledger forbids a change.
struct Refusal: Error, Hashable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// The ledger's rules, as plainly as they can be written: the store of the simulator, and what the
/// random tests of the production store compare it with.
struct MemoryLedger: Storing {
  /// How an attempt stands.
  enum Outcome: Hashable {
    case open
    case accepted
    case failed(FailureCause)
    case late(agrees: Bool)
    /// Its result was recorded, and a person discarded it.
    case superseded
  }

  struct Try {
    let attempt: AttemptID
    let worker: String
    var outcome = Outcome.open
    var cause: FailureCause?
    /// A late result that waits to be compared.
    var kept: JobResult?
  }

  struct Row {
    let job: Job
    var state = JobState.waiting
    /// Oldest first.
    var tries: [Try] = []
    var freedAfter = 0
    var recorded: JobResult?
  }

  private(set) var rows: [Row]
  private let places: [JobKey: Int]
  private var lastToken = 0

  init(_ jobs: [Job]) {
    rows = jobs.map { Row(job: $0) }
    places = Dictionary(uniqueKeysWithValues: jobs.enumerated().map { ($1.key, $0) })
  }

  var nextToken: Int { lastToken + 1 }

  func result(of job: Int) -> JobResult? { rows[job].recorded }

  func row(of key: JobKey) -> Row? { places[key].map { rows[$0] } }

  mutating func commit(_ facts: Turn.Facts) throws(Refusal) {
    try commit(facts.changes, facts.completions)
  }

  /// Writes all changes or none.
  mutating func commit(
    _ changes: [LedgerChange], _ completions: [Completion]
  ) throws(Refusal) {
    var before: [(place: Int, row: Row)] = []
    let tokenBefore = lastToken
    do {
      for change in changes {
        // Of a time that the store has forgotten: it was restored from an older copy.
        if case .late(let attempt) = change, !knows(attempt) { continue }
        let place = try place(of: change)
        before.append((place, rows[place]))
        try apply(change, to: place, completions)
      }
    } catch {
      for (place, row) in before.reversed() { rows[place] = row }
      lastToken = tokenBefore
      throw error
    }
  }

  private func place(of change: LedgerChange) throws(Refusal) -> Int {
    let key =
      switch change {
      case .leased(let attempt, _), .accepted(let attempt), .ended(let attempt, _, _),
        .late(let attempt), .withdrawn(let attempt, _):
        attempt.job
      case .moved(let key, _, _): key
      }
    guard let place = places[key] else { throw Refusal("there is no job \(key.short)") }
    return place
  }

  private mutating func apply(
    _ change: LedgerChange, to job: Int, _ completions: [Completion]
  ) throws(Refusal) {
    func result(of attempt: AttemptID) throws(Refusal) -> JobResult {
      guard let completion = completions.first(where: { $0.attempt == attempt }) else {
        throw Refusal("the completion of \(attempt) is missing")
      }
      return completion.result
    }
    switch change {
    case .leased(let attempt, let worker): try lease(attempt, worker, job)
    case .accepted(let attempt):
      accept(try open(attempt, job), try result(of: attempt), job)
    case .ended(let attempt, let cause, _):
      let index = try open(attempt, job)
      rows[job].tries[index].outcome = .failed(cause)
      rows[job].tries[index].cause = cause
      rows[job].state = .waiting
    case .late(let attempt):
      takeLate(try closed(attempt, job), try result(of: attempt), job)
    case .withdrawn(let attempt, _): withdraw(try closed(attempt, job), job)
    case .moved(_, let state, _): try move(job, to: state)
    }
  }

  func entries(_ jobs: Range<Int>) -> [LedgerEntry] { jobs.map { entry(rows[$0]) } }

  private func entry(_ row: Row) -> LedgerEntry {
    var open: LedgerEntry.OpenAttempt?
    var failures: [LedgerEntry.Failure] = []
    for made in row.tries {
      if made.outcome == .open {
        open = LedgerEntry.OpenAttempt(attempt: made.attempt, worker: made.worker)
      } else if let cause = made.cause, made.attempt.token > row.freedAfter {
        failures.append(LedgerEntry.Failure(worker: made.worker, cause: cause))
      }
    }
    return LedgerEntry(
      job: row.job, state: row.state, open: open, failures: failures, attempts: row.tries.count)
  }
}

// One rule a change.

extension MemoryLedger {
  private func index(_ attempt: AttemptID, _ job: Int) -> Int? {
    rows[job].tries.firstIndex { $0.attempt == attempt }
  }

  func knows(_ attempt: AttemptID) -> Bool {
    places[attempt.job].map { index(attempt, $0) != nil } ?? false
  }

  private func open(_ attempt: AttemptID, _ job: Int) throws(Refusal) -> Int {
    guard let index = index(attempt, job) else { throw Refusal("there is no attempt \(attempt)") }
    guard rows[job].tries[index].outcome == .open else { throw Refusal("\(attempt) is not open") }
    return index
  }

  private func closed(_ attempt: AttemptID, _ job: Int) throws(Refusal) -> Int {
    guard let index = index(attempt, job) else { throw Refusal("there is no attempt \(attempt)") }
    guard rows[job].tries[index].outcome != .open else { throw Refusal("\(attempt) is open") }
    return index
  }

  private mutating func lease(
    _ attempt: AttemptID, _ worker: String, _ job: Int
  ) throws(Refusal) {
    guard rows[job].state == .waiting else {
      throw Refusal("\(attempt) leased while its job is \(rows[job].state.rawValue)")
    }
    guard attempt.token > lastToken, attempt.number == rows[job].tries.count + 1 else {
      throw Refusal("\(attempt) has token \(attempt.token) where \(nextToken) is next")
    }
    lastToken = attempt.token
    rows[job].tries.append(Try(attempt: attempt, worker: worker))
    rows[job].state = .running
  }

  private mutating func accept(_ index: Int, _ result: JobResult, _ job: Int) {
    rows[job].state = .done
    rows[job].recorded = result
    rows[job].tries[index].outcome = .accepted
    for index in rows[job].tries.indices {
      guard let kept = rows[job].tries[index].kept else { continue }
      rows[job].tries[index].outcome = .late(agrees: kept == result)
      rows[job].tries[index].kept = nil
    }
  }

  private mutating func takeLate(_ index: Int, _ result: JobResult, _ job: Int) {
    switch rows[job].tries[index].outcome {
    case .superseded, .accepted, .open: return
    case .failed, .late:
      if let recorded = rows[job].recorded {
        rows[job].tries[index].outcome = .late(agrees: recorded == result)
      } else if case .failed = rows[job].tries[index].outcome {
        rows[job].tries[index].kept = result
      }
    }
  }

  private mutating func withdraw(_ index: Int, _ job: Int) {
    guard rows[job].tries[index].cause == .workerLost else { return }
    rows[job].tries[index].cause = .cancelled
    if rows[job].tries[index].outcome == .failed(.workerLost) {
      rows[job].tries[index].outcome = .failed(.cancelled)
    }
  }

  private mutating func move(_ job: Int, to state: JobState) throws(Refusal) {
    let movable: [JobState] = [.waiting, .setAside, .cancelled]
    guard movable.contains(rows[job].state), movable.contains(state) else {
      throw Refusal("job \(job) cannot move from \(rows[job].state.rawValue) to \(state.rawValue)")
    }
    if state == .waiting, rows[job].state != .waiting {
      rows[job].freedAfter = rows[job].tries.last?.attempt.token ?? 0
    }
    rows[job].state = state
  }

  /// A person discards the recorded result of a job that has one.
  mutating func discard(_ key: JobKey) {
    guard let job = places[key], rows[job].state == .done,
      let index = rows[job].tries.firstIndex(where: { $0.outcome == .accepted })
    else { return }
    rows[job].tries[index].outcome = .superseded
    rows[job].state = .waiting
    rows[job].recorded = nil
    rows[job].freedAfter = rows[job].tries.last?.attempt.token ?? 0
  }
}
