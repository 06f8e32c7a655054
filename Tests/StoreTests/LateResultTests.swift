import GRDB
import SweepModel
import Testing

@testable import Store

@Suite struct LateResultTests {
  let folder = TemporaryFolder()

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<2), at: 1)
    return store
  }

  /// Job 0: attempt 1 loses its lease, attempt 2 is open.
  private func loseFirstLease(_ store: LedgerStore) throws -> (AttemptID, AttemptID) {
    let first = attempt(0, 1, token: 1)
    let second = attempt(0, 2, token: 2)
    try store.commit(
      [
        .leased(first, worker: "w1"), .ended(first, .workerLost, message: "silent for 60 s"),
        .leased(second, worker: "w2"),
      ], at: 2)
    return (first, second)
  }

  private func outcomes() throws -> [AttemptRecord.Outcome] {
    try StoreReader.open(at: folder.store).attempts(of: key(0)).map(\.outcome)
  }

  private func events() throws -> [StoreEvent.Kind] {
    try StoreReader.open(at: folder.store).events().map(\.kind).filter { $0 != .registered }
  }

  @Test func late_afterTheRecordedResult_agreesBitForBit() throws {
    let store = try store()
    let (first, second) = try loseFirstLease(store)
    try store.commit([.accepted(second)], completions: [completion(second, result(0))], at: 3)
    try store.commit([.late(first)], completions: [completion(first, result(0))], at: 4)
    #expect(try outcomes() == [.late(agrees: true), .accepted])
    #expect(try events() == [.late])
    #expect(try StoreReader.open(at: folder.store).result(of: key(0)) == result(0))
  }

  @Test func late_oneBitOff_disagreesAndTheRecordedResultStays() throws {
    let store = try store()
    let (first, second) = try loseFirstLease(store)
    try store.commit([.accepted(second)], completions: [completion(second, result(0))], at: 3)
    let other = JobResult(
      scalars: [result(0).scalars[0], JobResult.Scalar("parameters", -0.0)],
      curves: result(0).curves)
    try store.commit([.late(first)], completions: [completion(first, other)], at: 4)
    #expect(try outcomes() == [.late(agrees: false), .accepted])
    #expect(try events() == [.lateDisagrees])
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.result(of: key(0)) == result(0))
    #expect(
      try reader.events().last?.message
        == "attempt 1 came late and disagrees: parameters is -0.0, recorded is 0.0")
  }

  @Test func late_beforeAnyResult_isKeptAndComparedOnAcceptance() throws {
    let store = try store()
    let (first, second) = try loseFirstLease(store)
    try store.commit([.late(first)], completions: [completion(first, result(0))], at: 3)
    #expect(try outcomes() == [.failed(.workerLost), .open])
    #expect(try StoreReader.open(at: folder.store).result(of: key(0)) == nil)
    try store.commit([.accepted(second)], completions: [completion(second, result(0))], at: 4)
    #expect(try outcomes() == [.late(agrees: true), .accepted])
    #expect(try events() == [.latePending, .late])
    let rows = try store.queue.read { try $0.integer("SELECT count(DISTINCT attempt) FROM scalar") }
    #expect(rows == 1)
  }

  @Test func late_recordedResultSentAgain_changesNothing() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let first = attempt(0, token: 1)
    for _ in 0..<2 {
      try store.commit([.late(first)], completions: [completion(first, result(0))], at: 4)
    }
    #expect(try outcomes() == [.accepted])
    #expect(try events().isEmpty)
    try store.commit([.late(first)], completions: [completion(first, result(1))], at: 5)
    #expect(try outcomes() == [.accepted])
    #expect(try events() == [.lateDisagrees])
  }

  @Test func late_sentTwice_isLoggedOnce() throws {
    let store = try store()
    let (first, second) = try loseFirstLease(store)
    for time in 3..<5 {
      try store.commit(
        [.late(first)], completions: [completion(first, result(0))], at: Double(time))
    }
    try store.commit([.accepted(second)], completions: [completion(second, result(0))], at: 5)
    for time in 6..<8 {
      try store.commit(
        [.late(first)], completions: [completion(first, result(0))], at: Double(time))
    }
    #expect(try events() == [.latePending, .late])
  }

  @Test func late_attemptOfAForgottenTime_isNotedAndDropped() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let forgotten = attempt(1, 1, token: 7)
    try store.commit([.late(forgotten)], completions: [completion(forgotten, result(1))], at: 3)
    #expect(try events() == [.note])
    #expect(try store.ledger(forJobs: [key(1)])[0].state == .waiting)
  }

  @Test func late_openAttempt_isImpossible() throws {
    let store = try store()
    let (_, second) = try loseFirstLease(store)
    let found = code {
      try store.commit([.late(second)], completions: [completion(second, result(0))], at: 3)
    }
    #expect(found == .impossibleChange)
  }

  @Test func result_specialNumbers_comeBackBitForBit() throws {
    let store = try store()
    let numbers = [
      -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1, 0,
      Double(bitPattern: 0x7FF8_0000_0000_0001), Double(bitPattern: 0xFFF0_0000_DEAD_BEEF),
    ]
    let special = JobResult(
      scalars: numbers.enumerated().map { JobResult.Scalar("s\($0.offset)", $0.element) },
      curves: [
        Curve(
          name: "c", steps: [Int.min, -1, 0, Int.max],
          values: [.nan, -0.0, Float(bitPattern: 0x7FA0_0001), -.infinity]),
        Curve(name: "empty", steps: [], values: []),
        Curve(name: "no columns", steps: [1, 2], columns: 0, values: []),
      ])
    try store.complete(0, token: 1, result: special)
    let read = try #require(try StoreReader.open(at: folder.store).result(of: key(0)))
    #expect(special.difference(from: read) == nil)
    #expect(read.curves[0].values.map(\.bitPattern) == special.curves[0].values.map(\.bitPattern))
    let runs = try store.queue.read {
      try $0.integer("SELECT count(*) FROM runs WHERE json_valid(scalars)")
    }
    #expect(runs == 2)
  }
}
