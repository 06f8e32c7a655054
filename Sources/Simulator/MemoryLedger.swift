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

/// The store's rules (`ChangeWriter`, `LateResults`, `LedgerRows`) in memory.
struct MemoryLedger: Storing {
  private struct Row {
    let job: Job
    var state = JobState.waiting
    var attempts = 0
    var freedAfter = 0
    var accepted: Int?
    var result: JobResult?
    /// Tokens, oldest first.
    var tokens: [Int] = []
  }

  private struct AttemptRow {
    let attempt: AttemptID
    let worker: String
    var isOpen = true
    var cause: FailureCause?
  }

  private var rows: [Row]
  /// By token, from 1.
  private var attempts: [AttemptRow] = []

  init(_ jobs: [Job]) { rows = jobs.map { Row(job: $0) } }

  var nextToken: Int { attempts.count + 1 }

  func result(of job: Int) -> JobResult? { rows[job].result }

  mutating func commit(_ facts: Turn.Facts) throws(Refusal) {
    for change in facts.changes {
      switch change {
      case .leased(let attempt, let worker): try lease(attempt, worker)
      case .accepted(let attempt): try accept(attempt, facts.completions)
      case .ended(let attempt, let cause, _): try end(attempt, cause)
      case .late(let attempt): try late(attempt, facts.completions)
      case .withdrawn(let attempt, _): try withdraw(attempt)
      case .moved(let key, let state, _): try move(Scenario.index(of: key), to: state)
      }
    }
  }

  private mutating func lease(_ attempt: AttemptID, _ worker: String) throws(Refusal) {
    let job = Scenario.index(of: attempt.job)
    guard rows[job].state == .waiting else {
      throw Refusal("\(attempt) leased while its job is \(rows[job].state.rawValue)")
    }
    guard attempt.token == nextToken, attempt.number == rows[job].attempts + 1 else {
      throw Refusal("\(attempt) has token \(attempt.token) where \(nextToken) is next")
    }
    attempts.append(AttemptRow(attempt: attempt, worker: worker))
    rows[job].tokens.append(attempt.token)
    rows[job].attempts += 1
    rows[job].state = .running
  }

  func knows(_ attempt: AttemptID) -> Bool {
    (1..<nextToken).contains(attempt.token) && attempts[attempt.token - 1].attempt == attempt
  }

  private func stored(_ attempt: AttemptID) throws(Refusal) -> Int {
    guard knows(attempt) else { throw Refusal("there is no attempt \(attempt)") }
    return attempt.token - 1
  }

  private func open(_ attempt: AttemptID) throws(Refusal) -> Int {
    let row = try stored(attempt)
    guard attempts[row].isOpen else { throw Refusal("\(attempt) is not open") }
    return row
  }

  private mutating func accept(
    _ attempt: AttemptID, _ completions: [Completion]
  ) throws(Refusal) {
    let row = try open(attempt)
    guard let completion = completions.first(where: { $0.attempt == attempt }) else {
      throw Refusal("the completion of \(attempt) is missing")
    }
    attempts[row].isOpen = false
    let job = Scenario.index(of: attempt.job)
    rows[job].state = .done
    rows[job].accepted = attempt.token
    rows[job].result = completion.result
  }

  private mutating func end(_ attempt: AttemptID, _ cause: FailureCause) throws(Refusal) {
    let row = try open(attempt)
    attempts[row].isOpen = false
    attempts[row].cause = cause
    rows[Scenario.index(of: attempt.job)].state = .waiting
  }

  private func late(_ attempt: AttemptID, _ completions: [Completion]) throws(Refusal) {
    guard knows(attempt) else { return }
    let row = try stored(attempt)
    guard completions.contains(where: { $0.attempt == attempt }) else {
      throw Refusal("the completion of \(attempt) is missing")
    }
    guard !attempts[row].isOpen else {
      throw Refusal("\(attempt) is open, so its result is not late")
    }
  }

  private mutating func withdraw(_ attempt: AttemptID) throws(Refusal) {
    let row = try stored(attempt)
    guard !attempts[row].isOpen else { throw Refusal("\(attempt) is open, so it is not lost") }
    if attempts[row].cause == .workerLost { attempts[row].cause = .cancelled }
  }

  private mutating func move(_ job: Int, to state: JobState) throws(Refusal) {
    let movable: [JobState] = [.waiting, .setAside, .cancelled]
    guard movable.contains(rows[job].state), movable.contains(state) else {
      throw Refusal("job \(job) cannot move from \(rows[job].state.rawValue) to \(state.rawValue)")
    }
    if state == .waiting, rows[job].state != .waiting {
      rows[job].freedAfter = rows[job].tokens.last ?? 0
    }
    rows[job].state = state
  }

  func entries(_ jobs: Range<Int>) -> [LedgerEntry] { jobs.map { entry(rows[$0]) } }

  private func entry(_ row: Row) -> LedgerEntry {
    var open: LedgerEntry.OpenAttempt?
    var failures: [LedgerEntry.Failure] = []
    for attempt in row.tokens.map({ attempts[$0 - 1] }) {
      if attempt.isOpen {
        open = LedgerEntry.OpenAttempt(attempt: attempt.attempt, worker: attempt.worker)
      } else if let cause = attempt.cause, attempt.attempt.token > row.freedAfter {
        failures.append(LedgerEntry.Failure(worker: attempt.worker, cause: cause))
      }
    }
    return LedgerEntry(
      job: row.job, state: row.state, open: open, failures: failures, attempts: row.attempts)
  }
}
