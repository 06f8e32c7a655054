import Foundation
import SweepModel
import Testing

@testable import Store

/// Results that another tool recorded become those of jobs: once, and never in place of another.
@Suite struct AdoptionTests {
  private let folder = TemporaryFolder()

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    return store
  }

  private func adopted(_ number: Int, _ recorded: JobResult? = nil) -> AdoptedResult {
    var provenance = provenance
    provenance.origin = Provenance.imported(from: "runs/\(number)")
    return AdoptedResult(
      job: job(number), result: recorded ?? result(number), provenance: provenance,
      worker: "import", startedAt: 5, endedAt: 6)
  }

  @Test func adopt_aResult_isDurableOnceWithItsOrigin() throws {
    let store = try store()
    #expect(
      try store.adopt([adopted(0), adopted(1)], from: "runs", at: 9) == [.adopted, .adopted])
    #expect(try store.adopt([adopted(0), adopted(2)], from: "runs", at: 10) == [.same, .adopted])
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.result(of: key(0)) == result(0))
    let attempts = try reader.attempts(of: key(0))
    #expect(attempts.count == 1 && attempts[0].outcome == .accepted)
    #expect(attempts[0].provenance?.origin == "imported from runs/0")
    #expect(attempts[0].startedAt == 5 && attempts[0].endedAt == 6)
    #expect(try reader.sweep(named: "widths").counts[.done] == 3)
    #expect(try reader.imported(in: "widths") == [key(0), key(1), key(2)])
    #expect(
      try reader.events().filter { $0.kind == .imported }.map(\.message)
        == ["2 results from runs", "1 result from runs"])
    #expect(try store.nextToken() == 4)
  }

  @Test func adopt_anotherResult_keepsTheRecordedOne() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let outcome = try store.adopt([adopted(0, result(5))], from: "runs", at: 9)
    guard case .differs(let difference)? = outcome.first else {
      Issue.record("\(outcome)")
      return
    }
    #expect(difference.contains("loss.final"))
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.result(of: key(0)) == result(0))
    #expect(try reader.attempts(of: key(0)).count == 1)
    #expect(try reader.events().contains { $0.kind == .importDisagrees && $0.job == key(0) })
    #expect(try reader.imported(in: "widths").isEmpty)
  }

  @Test func adopt_ofJobsInAnyState_makesThemDone() throws {
    let store = try store()
    let open = attempt(0, token: 1)
    try store.commit([.leased(open, worker: "w")], at: 2)
    try store.commit(
      [.moved(key(1), .setAside, reason: "r"), .moved(key(2), .cancelled, reason: "r")], at: 3)
    _ = try store.adopt((0..<3).map { adopted($0) }, from: "runs", at: 9)
    try store.commit([.late(open)], completions: [completion(open, result(0))], at: 10)
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.sweep(named: "widths").counts[.done] == 3)
    #expect(
      try reader.attempts(of: key(0)).map(\.outcome) == [.late(agrees: true), .accepted])
  }
}
