import SweepModel
import Testing

@testable import Store

@Suite struct QuarantineTests {
  let folder = TemporaryFolder()

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<4), at: 1)
    for number in 0..<2 { try store.complete(number, token: number + 1) }
    return store
  }

  @Test func quarantine_ofADoneJob_keepsTheResultAndTellsWhy() throws {
    let store = try store()
    let reader = try StoreReader.open(at: folder.store)
    let before = try reader.attempts(of: key(1))
    try store.quarantine([(key(1), "first"), (key(1), "loss.final is 2")], at: 9)
    let jobs = try reader.jobs(of: "widths")
    #expect(jobs.map(\.quarantine) == [nil, "loss.final is 2", nil, nil])
    #expect(jobs.map(\.hasResult) == [true, false, false, false])
    #expect(try reader.jobs(of: "widths", quarantined: true).map(\.index) == [1])
    #expect(try reader.job(key(1).hex).quarantine == "loss.final is 2")
    #expect(try reader.result(of: key(1)) == result(1))
    #expect(try reader.attempts(of: key(1)) == before)
    let record = try reader.sweep(named: "widths")
    #expect(record.quarantined == 1 && record.counts[.done] == 2)
    #expect(try reader.events().last?.kind == .quarantined)
  }

  @Test func quarantine_withoutAResult_isImpossible() throws {
    let store = try store()
    #expect(code { try store.quarantine([(key(3), "why")], at: 9) } == .impossibleChange)
    #expect(code { try store.quarantine([(key(77), "why")], at: 9) } == .unknownJob)
    #expect(try StoreReader.open(at: folder.store).sweep(named: "widths").quarantined == 0)
  }
}
