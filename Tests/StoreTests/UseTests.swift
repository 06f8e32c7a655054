import SweepModel
import Testing

@testable import Store

/// What jobs have taken, as costs are learnt from it.
@Suite struct UseTests {
  let folder = TemporaryFolder()

  @Test func uses_ofJobs_areThoseOfFirstAttemptsThatAreRecorded() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<4), at: 1)
    try store.complete(0, token: 1)
    // A second attempt may have gone on from a checkpoint: it tells nothing of the whole job.
    let (first, second) = (attempt(1, 1, token: 2), attempt(1, 2, token: 3))
    try store.commit(
      [
        .leased(first, worker: "w1"), .ended(first, .workerLost, message: "lost"),
        .leased(second, worker: "w2"), .accepted(second),
      ], completions: [completion(second, result(1))], at: 2)
    try store.commit([.leased(attempt(2, 1, token: 4), worker: "w1")], at: 3)
    let use = JobUse(threads: 2, wallSeconds: 1.5, cpuSeconds: 2.5, memoryBytes: 1_000_000)
    let keys = (0..<5).map(key)
    #expect(try store.uses(of: keys) == [key(0): use])
    #expect(try StoreReader.open(at: folder.store).uses(of: keys) == [key(0): use])
    #expect(try store.uses(of: []).isEmpty)
  }

  @Test func uses_ofVeryManyJobs_areAnEvenSample() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<2), at: 1)
    try store.complete(0, token: 1)
    try store.complete(1, token: 2)
    let many =
      Array(repeating: key(0), count: 5000) + [key(1)] + Array(repeating: key(0), count: 5000)
    #expect(try store.uses(of: many).keys.contains(key(0)))
    let halves = Array(repeating: key(0), count: 5000) + Array(repeating: key(1), count: 5000)
    #expect(try store.uses(of: halves).count == 2)
  }
}
