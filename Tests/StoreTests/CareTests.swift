import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

/// Discarding, renaming, forgetting, merging, copying and pruning: what a person does to a store.
@Suite final class CareTests {
  private let folder = TemporaryFolder()

  private func store(_ numbers: some Sequence<Int> = 0..<3) throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", numbers), at: 1)
    return store
  }

  private func reader() throws -> StoreReader { try StoreReader.open(at: folder.store) }

  @Test func sweepsListing_someJobs_areThoseThatHoldAny() throws {
    let store = try store()
    _ = try store.register(sweep("others", 2..<5), at: 2)
    let reader = try reader()
    #expect(try reader.sweeps(listing: [key(0)]) == ["widths"])
    #expect(try reader.sweeps(listing: [key(4), key(2)]) == ["widths", "others"])
    #expect(try reader.sweeps(listing: [key(9)]).isEmpty)
  }

  @Test func discard_recordedResult_waitsAnewAndStaysOnRecord() throws {
    let store = try store()
    try store.complete(0, token: 1)
    try store.discard([key(0)], reason: "overclocked", at: 5)
    let reader = try reader()
    let entry = try #require(try reader.ledger(forJobs: [key(0)]).first)
    #expect(entry.state == .waiting && entry.attempts == 1 && entry.failures.isEmpty)
    #expect(try reader.result(of: key(0)) == nil)
    #expect(try reader.sweep(named: "widths").counts[.waiting] == 3)
    #expect(try reader.attempts(of: key(0)).map(\.outcome) == [.superseded(reason: "overclocked")])
    #expect(try reader.events().last?.kind == .discarded)
    let again = attempt(0, 2, token: 2)
    try store.commit([.leased(again, worker: "w")], at: 6)
    try store.commit([.accepted(again)], completions: [completion(again, result(9))], at: 7)
    #expect(try reader.result(of: key(0)) == result(9))
    #expect(
      try reader.attempts(of: key(0)).map(\.outcome)
        == [.superseded(reason: "overclocked"), .accepted])
    let kept = try store.write { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM discarded WHERE kept = 1 AND scalars <> '{}'")
    }
    #expect(kept == 1)
  }

  @Test func discard_ofWhatHasNoResult_changesNothing() throws {
    let store = try store()
    try store.complete(0, token: 1)
    #expect(code { try store.discard([key(0), key(1)], reason: "r", at: 5) } == .impossibleChange)
    #expect(code { try store.discard([key(0), key(77)], reason: "r", at: 5) } == .unknownJob)
    #expect(try reader().result(of: key(0)) == result(0))
  }

  @Test func discard_withACheckpointLeft_removesIt() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let checkpoints = CheckpointFolder(store.layout)
    try checkpoints.write([1, 2, 3], of: key(0))
    try store.discard([key(0)], reason: "r", at: 5)
    #expect(try checkpoints.read(key(0)) == nil)
  }

  /// A worker whose answer was lost sends the discarded result again, before and after the new one.
  @Test func discardedResult_thatComesAgain_countsForNothing() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let first = attempt(0, token: 1)
    try store.discard([key(0)], reason: "r", at: 5)
    try store.commit([.late(first)], completions: [completion(first, result(0))], at: 6)
    #expect(try reader().result(of: key(0)) == nil)
    let again = attempt(0, 2, token: 2)
    try store.commit([.leased(again, worker: "w")], at: 7)
    try store.commit([.accepted(again)], completions: [completion(again, result(9))], at: 8)
    try store.commit([.late(first)], completions: [completion(first, result(0))], at: 9)
    #expect(try reader().result(of: key(0)) == result(9))
  }

  @Test func quarantinedResult_discarded_takesItsReasonAlong() throws {
    let store = try store()
    try store.complete(0, token: 1)
    try store.quarantine([(key(0), "a rerun differs")], at: 4)
    try store.discard([key(0)], reason: "bad host", at: 5)
    let reader = try reader()
    #expect(try reader.sweep(named: "widths").quarantined == 0)
    #expect(
      try reader.attempts(of: key(0)).map(\.outcome)
        == [.superseded(reason: "bad host; it was quarantined: a rerun differs")])
  }

  @Test func constraints_aroundDiscardedResults_stillRefuseASecondOne() throws {
    let store = try store()
    try store.complete(0, token: 1)
    try store.complete(1, token: 2)
    try store.discard([key(0)], reason: "r", at: 5)
    let second =
      "UPDATE attempt SET outcome = 'accepted', machine = 1, ended_at = 1 WHERE token = 3"
    try store.commit([.leased(attempt(0, 2, token: 3), worker: "w")], at: 6)
    try store.write { try $0.execute(sql: second) }
    let forbidden = [
      "DELETE FROM superseded", "UPDATE superseded SET reason = 'x'",
      "INSERT INTO superseded (attempt, at, reason) VALUES (1, 1, 'twice')",
      "INSERT INTO superseded (attempt, at, reason) VALUES (2, 1, '')",
      "DELETE FROM scalar WHERE attempt = 1", "DELETE FROM curve WHERE attempt = 1",
      "UPDATE attempt SET outcome = 'failed', cause = 'timeout' WHERE token = 1",
      "UPDATE job SET state = 'waiting', accepted = NULL WHERE accepted = 2",
      "UPDATE job SET accepted = 2, state = 'done' WHERE id = 1",
      "INSERT INTO attempt (token, job, number, worker, started_at, ended_at, outcome, machine) "
        + "SELECT 9, id, 3, 1, 0, 1, 'accepted', 1 FROM job WHERE id = 1",
    ]
    for sql in forbidden {
      #expect(code { try store.write { try $0.execute(sql: sql) } } == .impossibleChange, "\(sql)")
    }
  }

  @Test func rename_ofASweep_keepsItsJobsAndRefusesATakenName() throws {
    let store = try store()
    _ = try store.register(sweep("other", 5..<6), at: 2)
    let source = SweepSource(origin: "o", text: "t", overrides: ["name=wider"])
    #expect(code { try store.rename("widths", to: "other", source: source, at: 3) } == .sweepExists)
    #expect(code { try store.rename("nix", to: "new", source: source, at: 3) } == .unknownSweep)
    try store.rename("widths", to: "wider", source: source, at: 3)
    let sweeps = try reader().sweeps()
    #expect(sweeps.map(\.name) == ["wider", "other"])
    #expect(sweeps[0].source.overrides == ["name=wider"] && sweeps[0].counts.total == 3)
  }

  @Test func forget_ofASweep_leavesItsResultsUnlisted() throws {
    let store = try store()
    _ = try store.register(sweep("other", 1..<4), at: 2)
    for number in 0..<3 { try store.complete(number, token: number + 1) }
    try store.forget("widths", at: 3)
    let reader = try reader()
    #expect(try reader.sweeps().map(\.name) == ["other"])
    #expect(try reader.unlistedJobs().map(\.job.key) == [key(0)])
    #expect(try reader.inventory().unlistedResults == 1)
    #expect(code { try store.forget("widths", at: 3) } == .unknownSweep)
    _ = try store.register(sweep("widths", 0..<3), at: 4)
    #expect(try reader.sweep(named: "widths").counts[.done] == 3)
  }

  @Test func departures_ofAShrunkSweep_areThoseItLacks() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let reader = try reader()
    let leaving = try reader.departures(from: "widths", keeping: [key(1)])
    #expect(leaving.map(\.job.key) == [key(0), key(2)])
    #expect(leaving.map(\.state) == [.done, .waiting])
    #expect(try reader.departures(from: "nix", keeping: []).isEmpty)
  }

  @Test func prune_ofUnlistedAndDiscarded_removesNumbersAndNothingElse() throws {
    let store = try store()
    for number in 0..<3 { try store.complete(number, token: number + 1) }
    try store.discard([key(2)], reason: "r", at: 4)
    _ = try store.register(sweep("widths", 1..<3), at: 5)
    // Job 1 is listed: it is not pruned, whoever asks for it.
    #expect(try store.prune(unlisted: [key(0), key(1)], discarded: false, at: 6) == 1)
    let reader = try reader()
    #expect(try reader.result(of: key(0)) == nil)
    #expect(try reader.result(of: key(1)) == result(1))
    #expect(try reader.inventory().discarded == 1)
    #expect(try store.prune(unlisted: [], discarded: true, at: 7) == 1)
    #expect(try reader.inventory().discarded == 0)
    try store.compact()
    // What ran is still known: its token is never granted again.
    #expect(try store.nextToken() == 4)
    _ = try store.register(sweep("widths", 0..<3), at: 8)
    #expect(try reader.sweep(named: "widths").counts[.waiting] == 2)
    let again = attempt(0, 2, token: 4)
    try store.commit([.leased(again, worker: "w")], at: 9)
    try store.commit([.accepted(again)], completions: [completion(again, result(0))], at: 10)
    #expect(try reader.result(of: key(0)) == result(0))
  }

  private func other(_ numbers: [Int], in name: String = "other", sweep: String = "widths") throws
    -> LedgerStore
  {
    let store = try LedgerStore.forTest(at: folder.path + "/" + name)
    _ = try store.register(StoreTests.sweep(sweep, numbers), at: 1)
    return store
  }

  @Test func merge_ofAnotherStore_takesResultsUnderNewTokensOnce() throws {
    let store = try store()
    try store.complete(0, token: 1)
    try store.complete(1, token: 2)
    let other = try other([1, 2, 3, 4])
    for (token, number) in [1, 2, 3].enumerated() { try other.complete(number, token: token + 1) }
    try other.quarantine([(key(3), "a rerun differs")], at: 3)
    let source = try StoreReader.open(at: other.layout.directory)
    func merge() throws -> MergeReport {
      try store.merge(source, at: 9) { source, name in
        SweepSource(origin: source.origin, text: source.text, overrides: ["name=\(name)"])
      }
    }
    let report = try merge()
    #expect(report.adopted.map(\.key) == [key(2), key(3)] && report.same == 1)
    #expect(report.different.isEmpty)
    #expect(report.sweeps.map(\.name) == ["widths-2"])
    let reader = try reader()
    #expect(try reader.result(of: key(2)) == result(2))
    #expect(try reader.attempts(of: key(2)).map(\.attempt.token) == [3])
    #expect(try reader.attempts(of: key(2)).first?.provenance == provenance)
    #expect(try reader.jobs(of: "widths-2", quarantined: true).map(\.job.key) == [key(3)])
    #expect(try reader.sweep(named: "widths-2").source.overrides == ["name=widths-2"])
    let again = try merge()
    #expect(again.adopted.isEmpty && again.same == 3 && again.sweeps.isEmpty)
    #expect(try store.nextToken() == 5)
  }

  @Test func merge_ofADifferentResult_keepsOursAndNamesTheJob() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let other = try other([0])
    let theirs = attempt(0, token: 1)
    try other.commit([.leased(theirs, worker: "w")], at: 1)
    try other.commit([.accepted(theirs)], completions: [completion(theirs, result(5))], at: 2)
    let report = try store.merge(StoreReader.open(at: other.layout.directory), at: 9) { source, _ in
      source
    }
    #expect(report.different.map(\.key) == [key(0)] && report.adopted.isEmpty)
    let reader = try reader()
    #expect(try reader.result(of: key(0)) == result(0))
    #expect(try reader.events().contains { $0.kind == .mergeDisagrees && $0.job == key(0) })
  }

  /// A lease that some worker still holds: its result comes late and is compared, never counted.
  @Test func merge_ofAJobThatRuns_fencesItsAttemptOff() throws {
    let store = try store()
    let open = attempt(0, token: 1)
    try store.commit([.leased(open, worker: "w")], at: 2)
    let other = try other([0])
    try other.complete(0, token: 1)
    _ = try store.merge(StoreReader.open(at: other.layout.directory), at: 9) { source, _ in source }
    try store.commit([.late(open)], completions: [completion(open, result(0))], at: 10)
    let reader = try reader()
    #expect(
      try reader.attempts(of: key(0)).map(\.outcome) == [.late(agrees: true), .accepted])
    #expect(try reader.sweep(named: "widths").counts[.done] == 1)
  }

  /// A merge that ends before its commit, here because the other store is damaged at its last job.
  @Test func merge_thatIsCutShort_changesNothing() throws {
    let store = try store()
    let other = try other([1, 2, 9])
    for (token, number) in [1, 2].enumerated() { try other.complete(number, token: token + 1) }
    let last = "WHERE attempt = 2 AND position = 0"
    try other.write { database in
      try database.execute(
        sql: "DROP TRIGGER curve_fixed; UPDATE curve SET columns = 3,"
          + " row_count = 0, data = x'' \(last)")
    }
    let source = try StoreReader.open(at: other.layout.directory)
    let events = try reader().events().count
    #expect(code { _ = try store.merge(source, at: 9) { source, _ in source } } == .corrupt)
    let reader = try reader()
    #expect(try reader.jobs(of: "widths").allSatisfy { $0.state == .waiting && $0.attempts == 0 })
    #expect(try reader.events().count == events && reader.sweeps().count == 1)
    #expect(try store.nextToken() == 1)
  }

  @Test func copy_whileAWriterCommits_isAStoreOfOneMoment() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let logs = LogStore(store.layout)
    try logs.append(Array("hello".utf8), of: key(0), attempt: 1)
    try logs.flush()
    let target = folder.path + "/copy"
    let open = attempt(1, token: 2)
    try store.commit([.leased(open, worker: "w")], at: 3)
    try StoreCopy.write(try reader(), to: target)
    try store.commit([.accepted(open)], completions: [completion(open, result(1))], at: 4)
    let copy = try StoreReader.open(at: target)
    #expect(try copy.sweep(named: "widths").counts[.done] == 1)
    #expect(try copy.result(of: key(0)) == result(0))
    #expect(try LogReader(copy.layout).read(key(0), attempt: 1) == Array("hello".utf8))
    #expect(code { try StoreCopy.write(try self.reader(), to: target) } == .alreadyExists)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.contains("unfinished") })
    try LedgerStore.forTest(at: target, creating: false).close()
  }

  /// Where code stood in its repository goes wherever its content goes.
  @Test func sourcesOfCode_areCopiedMergedAndRemovedWithIt() throws {
    let layout = try store().layout
    let hash = key(7).hex
    var source = CodeSource()
    source.commit = "abc"
    try FileManager.default.createDirectory(
      atPath: layout.data, withIntermediateDirectories: true)
    func write(_ text: String, _ path: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    try write("packed", "\(layout.data)/\(hash)")
    #expect(layout.codeSource(of: hash) == nil && layout.codeSource(of: "../x") == nil)
    let other = StoreLayout(directory: folder.path + "/other")
    try StoreCopy.write(try reader(), to: other.directory)
    try write(source.text, layout.codeSourceFile(hash))
    #expect(StoreFiles(layout).data == [hash: 6 + source.text.utf8.count])
    // What the other has already keeps what is known of it, and gets it where it lacks that.
    try StoreCopy.copyData(from: layout, to: other)
    #expect(other.codeSource(of: hash) == source)
    try write("{}", layout.codeSourceFile(hash))
    try StoreCopy.copyData(from: layout, to: other)
    #expect(other.codeSource(of: hash) == source)
    try StoreCopy.write(StoreReader.open(at: other.directory), to: folder.path + "/third")
    let third = StoreLayout(directory: folder.path + "/third")
    #expect(third.codeSource(of: hash) == source)
    try StoreFiles(third).removeData(hash)
    #expect(try FileManager.default.contentsOfDirectory(atPath: third.data).isEmpty)
  }

  @Test func files_ofOthersInTheStore_areNeitherCountedNorRemoved() throws {
    let store = try store()
    let layout = store.layout
    let outside = folder.path + "/outside"
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
    let foreign = [
      "\(layout.logs)/notes.txt", "\(layout.checkpoints)/mine.ckpt", "\(outside)/1.log",
      "\(layout.logs)/\(key(1).hex)/mine.txt",
    ]
    for number in 0..<2 {
      let logs = LogStore(layout)
      try logs.append([65], of: key(number), attempt: 1)
      try logs.flush()
    }
    try CheckpointFolder(layout).write([1], of: key(0))
    let draft = try CheckpointFolder(layout).draft(of: key(0))
    try draft.append([1, 2])
    for path in foreign { try Data("mine".utf8).write(to: URL(fileURLWithPath: path)) }
    try FileManager.default.createSymbolicLink(
      atPath: "\(layout.logs)/\(key(2).hex)", withDestinationPath: outside)
    try FileManager.default.createSymbolicLink(
      atPath: "\(layout.checkpoints)/\(key(2).hex).ckpt", withDestinationPath: foreign[0])
    let files = StoreFiles(layout)
    #expect(Set(files.logs.bytes.keys) == [key(0), key(1)] && files.logs.count == 2)
    #expect(Set(files.checkpoints.bytes.keys) == [key(0)])
    #expect(files.drafts == (1, 2))
    for number in 0..<3 {
      try files.removeLogs(of: key(number))
      try files.removeCheckpoint(of: key(number))
    }
    for path in foreign { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
    #expect(StoreFiles(layout).logs.count == 0 && StoreFiles(layout).checkpoints.count == 0)
    #expect(access("\(layout.logs)/\(key(0).hex)", F_OK) != 0)
  }

  @Test func queue_ofThoseWhoWait_isInOrderAndForgetsTheDead() throws {
    let layout = try store().layout
    #expect(StoreQueue.count(layout) == 0)
    let first = try StoreQueue(layout)
    var second: StoreQueue? = try StoreQueue(layout)
    let third = try StoreQueue(layout)
    #expect([first.ahead, second?.ahead, third.ahead] == [0, 1, 2])
    second = nil
    #expect(third.ahead == 1 && StoreQueue.count(layout) == 2)
    // The place of a process that was killed: a file that nobody holds.
    let dead = "\(layout.queue)/00000000000000000001-7"
    #expect(FileManager.default.createFile(atPath: dead, contents: nil))
    #expect(first.ahead == 0)
    #expect(access(dead, F_OK) != 0)
  }
}
