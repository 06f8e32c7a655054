import SweepModel
import Testing

@testable import Store

@Suite struct RandomLedgerTests {
  let folder = TemporaryFolder()

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func commit_randomBatches_matchTheModel(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let numbers = 0..<6
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("all", numbers), at: 0)
    _ = try store.register(sweep("some", [4, 1]), at: 0)
    let reader = try StoreReader.open(at: folder.store)
    var model = LedgerModel(
      jobs: Dictionary(uniqueKeysWithValues: numbers.map { (key($0), LedgerModel.State()) }))
    var refused = 0
    for round in 0..<200 {
      let (changes, results) = batch(model, &generator)
      let allowed = model.apply(changes, results)
      let completions = results.keys.sorted().compactMap { attempt in
        results[attempt].map { completion(attempt, $0) }
      }
      let found = code {
        try store.commit(changes, completions: completions, at: Double(round))
      }
      try #require(found == (allowed ? nil : .impossibleChange), "seed \(seed) round \(round)")
      if !allowed { refused += 1 }
      try compare(model, store, reader, numbers, "seed \(seed) round \(round)")
    }
    #expect(refused > 10 && refused < 190, "seed \(seed): the batches test too little")
  }

  private func compare(
    _ model: LedgerModel, _ store: LedgerStore, _ reader: StoreReader, _ numbers: Range<Int>,
    _ place: Comment
  ) throws {
    try #require(
      try store.ledger(forSweeps: ["all"]) == numbers.map { model.entry(job($0)) }, place)
    try #require(try store.nextToken() == model.lastToken + 1, place)
    for (name, members) in [("all", Array(numbers)), ("some", [4, 1])] {
      let counts = try reader.sweep(named: name).counts
      for state in JobState.allCases {
        let expected = members.filter { model.jobs[key($0)]?.state == state }
        try #require(counts[state] == expected.count, place)
        let listed = try reader.jobs(of: name, in: state).map(\.job)
        try #require(listed == expected.map(job), place)
      }
    }
    for number in numbers {
      let state = try #require(model.jobs[key(number)])
      try #require(try reader.result(of: key(number)) == state.recorded, place)
      let attempts = try reader.attempts(of: key(number))
      try #require(attempts.map(\.outcome) == state.tries.map(\.outcome), place)
    }
    let made = model.jobs.values.flatMap(\.tries)
    try #require(try reader.workers().map(\.attempts).reduce(0, +) == made.count, place)
    let accepted = made.filter { $0.outcome == .accepted }.count
    try #require(try reader.workers().map(\.done).reduce(0, +) == accepted, place)
  }

  /// A few changes, mostly possible ones, with one result for each attempt in them.
  private func batch(
    _ model: LedgerModel, _ generator: inout SplitMix64
  ) -> ([LedgerChange], [AttemptID: JobResult]) {
    var model = model
    var changes: [LedgerChange] = []
    var results: [AttemptID: JobResult] = [:]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let number = Int.random(in: 0..<6, using: &generator)
      let tries = model.jobs[key(number)]?.tries ?? []
      let slip = Int.random(in: 0..<12, using: &generator) == 0 ? 1 : 0
      let made = tries.randomElement(using: &generator)?.attempt
      let chosen = [tries.last?.attempt, made].compactMap(\.self).randomElement(using: &generator)
      let change: LedgerChange
      switch (Int.random(in: 0..<8, using: &generator), chosen) {
      case (0...1, _), (2...6, nil):
        let new = attempt(number, tries.count + 1 + slip, token: model.lastToken + 1 - slip)
        change = .leased(new, worker: "w\(number % 2)")
      case (2...3, let chosen?):
        change = .accepted(chosen)
      case (4...5, let chosen?):
        let cause = FailureCause.allCases.randomElement(using: &generator) ?? .timeout
        change = .ended(chosen, cause, message: "lost")
      case (6, let chosen?):
        change = .late(chosen)
      default:
        let states: [JobState] = [.waiting, .waiting, .setAside, .cancelled, .done]
        let state = states.randomElement(using: &generator) ?? .waiting
        change = .moved(key(number), state, reason: "a person said so")
      }
      switch change {
      case .accepted(let attempt), .late(let attempt):
        results[attempt] =
          results[attempt] ?? result(number + Int.random(in: 0...1, using: &generator))
      case .leased, .ended, .moved: break
      }
      changes.append(change)
      _ = model.apply([change], results)
    }
    return (changes, results)
  }
}
