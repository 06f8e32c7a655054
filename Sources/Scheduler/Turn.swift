public import SweepModel

/// One turn of a coordinator: what events have ordered, split by what must be durable first.
///
/// A turn handles all that has come, writes ``takeFacts()`` in one durable transaction, and only
/// then performs ``takeOrders()``: whatever moment the coordinator is killed at, nothing that was
/// acknowledged is lost and nothing counts twice. It leaves out the writing and the sending.
public struct Turn: Sendable {
  private var facts: [LedgerChange] = []
  private var orders: [Directive] = []
  private var results: [AttemptID: Completion] = [:]
  /// Attempts that ended in this turn.
  private var ended: Set<AttemptID> = []
  /// Attempts of other sweeps whose outcome this turn's facts speak of.
  private var adopted: Set<AttemptID> = []

  /// What one transaction writes.
  public struct Facts: Sendable {
    /// The changes, in order.
    public let changes: [LedgerChange]
    /// The results of the accepted and late attempts among them.
    public let completions: [Completion]
  }

  /// Creates a turn in which nothing has happened.
  public init() {}

  /// Keeps a result until the facts of this turn are taken: they say what becomes of it.
  public mutating func keep(_ completion: Completion) {
    results[completion.attempt] = completion
  }

  /// Adds what an event has ordered.
  public mutating func add(_ directives: [Directive]) {
    for directive in directives {
      switch directive {
      case .ledger(let change):
        facts.append(change)
        if case .ended(let attempt, _, _) = change { ended.insert(attempt) }
      case .copyResult(let attempt, let other):
        guard let completion = results[attempt] else { continue }
        results[other] = Completion(
          attempt: other, result: completion.result, provenance: completion.provenance)
      default: orders.append(directive)
      }
    }
  }

  /// Adds what a result asks for whose job the scheduler does not know: workers belong to the store
  /// and may hold what an earlier run, of another sweep, left with them.
  ///
  /// - Parameter entry: what the ledger says of the job; nil when it has never seen it.
  public mutating func adopt(
    _ completion: Completion, from worker: String, by entry: LedgerEntry?
  ) {
    let attempt = completion.attempt
    orders.append(.acknowledge(worker: worker, attempt))
    guard let entry, adopted.insert(attempt).inserted else { return }
    keep(completion)
    facts.append(entry.open?.attempt == attempt ? .accepted(attempt) : .late(attempt))
  }

  /// Adds what an end without a result asks for whose job the scheduler does not know.
  public mutating func adopt(
    failureOf attempt: AttemptID, _ cause: FailureCause, message: String, from worker: String,
    by entry: LedgerEntry?
  ) {
    orders.append(.acknowledge(worker: worker, attempt))
    guard entry?.open?.attempt == attempt, adopted.insert(attempt).inserted else { return }
    facts.append(.ended(attempt, cause, message: message))
  }

  /// The facts so far; nil when there are none. Results that no fact speaks of are forgotten: their
  /// workers keep them.
  public mutating func takeFacts() -> Facts? {
    defer {
      facts = []
      results = [:]
      adopted = []
    }
    guard !facts.isEmpty else { return nil }
    let completions = facts.compactMap { change -> Completion? in
      switch change {
      case .accepted(let attempt), .late(let attempt): results.removeValue(forKey: attempt)
      case .leased, .ended, .withdrawn, .moved: nil
      }
    }
    return Facts(changes: facts, completions: completions)
  }

  /// Everything else that was ordered, in order; to be performed once the facts are durable. An
  /// attempt that began and ended within the turn is not started: it has no lease any more.
  public mutating func takeOrders() -> [Directive] {
    defer {
      orders = []
      ended = []
    }
    guard !ended.isEmpty else { return orders }
    return orders.filter { order in
      switch order {
      case .start(_, let attempt, _), .confirm(_, let attempt, _): !ended.contains(attempt)
      default: true
      }
    }
  }
}
