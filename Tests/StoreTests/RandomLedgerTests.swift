import Basics
import SweepModel
import Testing

@testable import Simulator
@testable import Store

/// The store against the ledger that the simulator trusts, after every step.
@Suite struct RandomLedgerTests {
  private static let jobs = 12
  let folder = TemporaryFolder()

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func commit_randomBatches_matchTheSimulatorsLedger(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let numbers = 0..<Self.jobs
    var store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("all", numbers), at: 0)
    _ = try store.register(sweep("some", [4, 1]), at: 0)
    var reader = try StoreReader.open(at: folder.store)
    var model = MemoryLedger(numbers.map(job))
    var refused = 0
    for round in 0..<200 {
      let (changes, results) = batch(model, &generator)
      let completions = completions(results)
      let allowed = (try? model.commit(changes, completions)) != nil
      let found = code {
        try store.commit(changes, completions: completions, at: Double(round))
      }
      try #require(found == (allowed ? nil : .impossibleChange), "seed \(seed) round \(round)")
      if !allowed { refused += 1 }
      if Int.random(in: 0..<12, using: &generator) == 0 {
        let done = model.rows.filter { $0.state == .done }.map(\.job.key)
        let chosen = Array(done.shuffled(using: &generator).prefix(1))
        try store.discard(chosen, reason: "round \(round)", at: Double(round))
        for key in chosen { model.discard(key) }
      }
      if Int.random(in: 0..<20, using: &generator) == 0 {
        try store.close()
        store = try LedgerStore.forTest(at: folder.store, creating: false)
        reader = try StoreReader.open(at: folder.store)
      }
      try compare(model, store, reader, numbers, "seed \(seed) round \(round)")
    }
    #expect((10..<100).contains(refused), "seed \(seed): \(refused) batches were refused")
    let outcomes = Set(model.rows.flatMap(\.tries).map(\.outcome))
    #expect(
      outcomes.isSuperset(of: [.accepted, .late(agrees: true), .late(agrees: false), .superseded]))
  }

  private func completions(_ results: [AttemptID: JobResult]) -> [Completion] {
    results.keys.sorted().compactMap { attempt in
      results[attempt].map { completion(attempt, $0) }
    }
  }

  private func compare(
    _ model: MemoryLedger, _ store: LedgerStore, _ reader: StoreReader, _ numbers: Range<Int>,
    _ place: Comment
  ) throws {
    try #require(try store.ledger(forSweeps: ["all"]) == model.entries(numbers), place)
    try #require(try store.nextToken() == model.nextToken, place)
    for (name, members) in [("all", Array(numbers)), ("some", [4, 1])] {
      let counts = try reader.sweep(named: name).counts
      for state in JobState.allCases {
        let expected = members.filter { model.rows[$0].state == state }
        try #require(counts[state] == expected.count, place)
        let listed = try reader.jobs(of: name, in: state).map(\.job)
        try #require(listed == expected.map(job), place)
      }
    }
    for number in numbers {
      let row = model.rows[number]
      try #require(try reader.result(of: key(number)) == row.recorded, place)
      let attempts = try reader.attempts(of: key(number))
      try #require(attempts.map { plain($0.outcome) } == row.tries.map(\.outcome), place)
    }
    let made = model.rows.flatMap(\.tries)
    try #require(try reader.workers().map(\.attempts).reduce(0, +) == made.count, place)
    let accepted = made.count { $0.outcome == .accepted || $0.outcome == .superseded }
    try #require(try reader.workers().map(\.done).reduce(0, +) == accepted, place)
  }

  /// As the simulator's ledger has it, which gives no reasons.
  private func plain(_ outcome: AttemptRecord.Outcome) -> MemoryLedger.Outcome {
    switch outcome {
    case .open: .open
    case .accepted: .accepted
    case .failed(let cause): .failed(cause)
    case .late(let agrees): .late(agrees: agrees)
    case .superseded: .superseded
    }
  }

  /// A few changes, mostly possible ones, with one result for each attempt in them.
  private func batch(
    _ model: MemoryLedger, _ generator: inout SplitMix64
  ) -> ([LedgerChange], [AttemptID: JobResult]) {
    var model = model
    var changes: [LedgerChange] = []
    var results: [AttemptID: JobResult] = [:]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let number = Int.random(in: 0..<Self.jobs, using: &generator)
      let change = change(number, model, &generator)
      switch change {
      case .accepted(let attempt), .late(let attempt):
        results[attempt] =
          results[attempt] ?? result(number + Int.random(in: 0...1, using: &generator))
      case .leased, .ended, .withdrawn, .moved: break
      }
      changes.append(change)
      try? model.commit([change], completions(results))
    }
    return (changes, results)
  }

  /// A change that suits the job's state, or one time in twenty that of another state.
  private func change(
    _ number: Int, _ model: MemoryLedger, _ generator: inout SplitMix64
  ) -> LedgerChange {
    let job = model.rows[number]
    let isSlip = Int.random(in: 0..<20, using: &generator) == 0
    let state = isSlip ? JobState.allCases.randomElement(using: &generator) : job.state
    let any = job.tries.randomElement(using: &generator)?.attempt
    switch (state ?? job.state, Int.random(in: 0..<8, using: &generator), job.tries.last?.attempt) {
    case (.running, 0...3, let last?):
      let cause = FailureCause.known.randomElement(using: &generator) ?? .timeout
      return .ended(last, cause, message: "lost")
    case (.running, 4, let last?): return .accepted(last)
    case (.running, 5, _), (.done, 0, _), (.waiting, 7, _):
      if let any { return .withdrawn(any, message: "it came back") }
      return .moved(key(number), .done, reason: "impossible")
    case (.running, _, _), (.done, _, _), (.waiting, 0, _):
      if let any { return .late(any) }
      return .moved(key(number), .done, reason: "impossible")
    case (.waiting, 1, _):
      let away: JobState = Bool.random(using: &generator) ? .setAside : .cancelled
      return .moved(key(number), away, reason: "a person said so")
    case (.waiting, _, _):
      let slip = isSlip && Bool.random(using: &generator) ? 1 : 0
      let new = attempt(number, job.tries.count + 1, token: model.nextToken - slip)
      return .leased(new, worker: "w\(number % 2)")
    case (.setAside, _, _), (.cancelled, _, _):
      return .moved(key(number), .waiting, reason: "retry")
    }
  }
}
