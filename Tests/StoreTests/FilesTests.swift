import Basics
import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Store

@Suite struct FilesTests {
  let folder = TemporaryFolder()

  private func layout() throws -> StoreLayout {
    try LedgerStore.forTest(at: folder.store).close()
    return StoreLayout(directory: folder.store)
  }

  /// Of a pool all is over that it had lent by then, and no host whose name only begins alike.
  @Test func stoppedPool_isThatOfAllItHasLent_untilThen() throws {
    let layout = try layout()
    try StoppedWorkers(layout).note(["a"], pools: ["gpu-x"], at: 100)
    let stopped = StoppedWorkers(layout)
    for (host, hasEnded) in [
      ("a", true), ("gpu-x-17_3", true), ("gpu-x-17_3.1", true), ("gpu-x", false),
      ("gpu-x-1", false), ("gpu-17_3", false), ("b", false),
    ] {
      #expect(stopped.hasEnded(host, after: 99) == hasEnded, "\(host)")
      #expect(!stopped.hasEnded(host, after: 101), "it began since")
    }
  }

  @Test func checkpoint_writtenTwice_isTheLatestAndLeavesNothingElse() throws {
    let layout = try layout()
    let checkpoints = CheckpointFolder(layout)
    #expect(try checkpoints.read(key(1)) == nil)
    try checkpoints.write([1, 2, 3], of: key(1))
    try checkpoints.write(Array(repeating: 7, count: 100_000), of: key(1))
    #expect(try checkpoints.read(key(1)) == Array(repeating: 7, count: 100_000))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: layout.checkpoints)
        == ["\(key(1).hex).ckpt"])
    try checkpoints.delete(key(1))
    try checkpoints.delete(key(1))
    #expect(try checkpoints.read(key(1)) == nil)
  }

  @Test func checkpoint_writtenInPieces_isThereOnceItIsCommittedAndNotBefore() throws {
    let layout = try layout()
    let checkpoints = CheckpointFolder(layout)
    try checkpoints.write([1, 2, 3], of: key(1))
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    var draft: CheckpointDraft? = try checkpoints.draft(of: key(1))
    try draft?.append(Array(bytes[..<6000]))
    #expect(try checkpoints.read(key(1)) == [1, 2, 3])
    let older = try #require(try checkpoints.open(key(1)))
    try draft?.append(Array(bytes[6000...]))
    try draft?.commit(checksum: FNV1a(bytes[...]).value)
    #expect(try checkpoints.read(key(1)) == bytes)
    let stored = try #require(try checkpoints.open(key(1)))
    #expect(stored.size == 10_000 && stored.checksum == FNV1a(bytes[...]).value)
    #expect(try stored.read(at: 9990, count: 4096) == Array(bytes[9990...]))
    #expect(older.size == 3)
    #expect(try older.read(at: 0, count: 9) == [1, 2, 3])
    draft = try checkpoints.draft(of: key(1))
    try draft?.append([9])
    draft = nil
    #expect(try checkpoints.read(key(1)) == bytes)
    #expect(try checkpoints.open(key(2)) == nil)
    for kind in ["part", "tmp"] {
      try Data().write(to: URL(fileURLWithPath: checkpoints.path(of: key(1)) + ".\(kind)-1-2"))
    }
    checkpoints.removeDrafts()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: layout.checkpoints)
        == ["\(key(1).hex).ckpt"])
  }

  @Test func checkpoint_damagedOnTheDisk_isNone() throws {
    let checkpoints = CheckpointFolder(try layout())
    let path = checkpoints.path(of: key(1))
    try checkpoints.write(Array(0..<100), of: key(1))
    let good = try #require(FileManager.default.contents(atPath: path))
    for position in [0, 50, 99, 100, 107] {
      var bad = good
      bad[position] ^= 0x10
      try bad.write(to: URL(fileURLWithPath: path))
      #expect(try checkpoints.read(key(1)) == nil, "byte \(position)")
    }
    for count in [0, 7, 8, 99] {
      try good.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(try checkpoints.read(key(1)) == nil, "cut to \(count) bytes")
    }
    try good.write(to: URL(fileURLWithPath: path))
    #expect(try checkpoints.read(key(1)) == Array(0..<100))
  }

  /// As the version that the folder is named after wrote it.
  @Test func checkpointFile_ofEveryVersion_isReadAndWritten() throws {
    let checkpoints = CheckpointFolder(try layout())
    let content: [UInt8] = [0, 1, 127, 128, 255]
    try checkpoints.write(content, of: key(1))
    let path = checkpoints.path(of: key(1))
    let today = Array(try #require(FileManager.default.contents(atPath: path)))
    let frozen = try CorpusFile("checkpoint/v1/in-a-store.ckpt").read(orMake: today)
    #expect(today == frozen)
    try Data(frozen).write(to: URL(fileURLWithPath: checkpoints.path(of: key(2))))
    #expect(try checkpoints.read(key(2)) == content)
  }

  @Test func checkpoint_symbolicLinkInItsPlace_isNotFollowed() throws {
    let layout = try layout()
    let secret = folder.path + "/secret"
    try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
    let checkpoints = CheckpointFolder(layout)
    try FileManager.default.createSymbolicLink(
      atPath: checkpoints.path(of: key(1)), withDestinationPath: secret)
    #expect(code { _ = try checkpoints.read(key(1)) } == .inputOutput)
    try checkpoints.write([1], of: key(1))
    #expect(FileManager.default.contents(atPath: secret) == Data("secret".utf8))
  }

  @Test func live_writtenByACoordinatorThatIsGone_isReadButNotAlive() throws {
    let live = LiveFile(try layout())
    #expect(try live.read() == nil)
    let store = try LedgerStore.forTest(at: folder.store)
    try live.write(Array("{}".utf8))
    try live.write(Array(#"{"running":3}"#.utf8))
    #expect(live.isCoordinatorAlive)
    try store.close()
    #expect(try live.read() == Array(#"{"running":3}"#.utf8))
    #expect(!live.isCoordinatorAlive)
  }

  @Test func log_appendedAndFlushed_isFollowedFromAnOffset() throws {
    let layout = try layout()
    let logs = LogStore(layout)
    let reader = LogReader(layout)
    #expect(try reader.read(key(1), attempt: 1).isEmpty)
    #expect(reader.attempts(of: key(1)).isEmpty)
    try logs.append(Array("step 100\n".utf8), of: key(1), attempt: 1)
    try logs.append(Array("other\n".utf8), of: key(1), attempt: 12)
    try logs.flush()
    let first = try reader.read(key(1), attempt: 1)
    #expect(first == Array("step 100\n".utf8))
    try logs.append(Array("step 200\n".utf8), of: key(1), attempt: 1)
    try logs.finish(key(1), attempt: 1)
    #expect(try reader.read(key(1), attempt: 1, from: first.count) == Array("step 200\n".utf8))
    #expect(try reader.read(key(1), attempt: 1, from: 3, limit: 4) == Array("p 10".utf8))
    #expect(try reader.read(key(1), attempt: 1, from: 99).isEmpty)
    #expect(reader.attempts(of: key(1)) == [1, 12])
  }

  @Test(arguments: [1, 7, 100, 101, 250])
  func log_beyondItsCap_endsWithOneNotice(piece: Int) throws {
    let layout = try layout()
    let notice = LogStore.truncationNotice(capBytes: 100)
    for round in 0..<3 {
      // A new one each time, as after a restart of the coordinator.
      let logs = LogStore(layout, capBytes: 100)
      for _ in 0..<(210 / piece + 1) {
        try logs.append(
          Array(repeating: UInt8(ascii: "x"), count: piece), of: key(1), attempt: 1)
        if round == 1 { try logs.flush() }
      }
      try logs.finish(key(1), attempt: 1)
    }
    let text = String(decoding: try LogReader(layout).read(key(1), attempt: 1), as: UTF8.self)
    #expect(text == String(repeating: "x", count: 100) + notice)
  }

  @Test func log_exactlyItsCap_hasNoNotice() throws {
    let layout = try layout()
    let logs = LogStore(layout, capBytes: 100)
    try logs.append(Array(repeating: 120, count: 100), of: key(1), attempt: 1)
    try logs.finish(key(1), attempt: 1)
    #expect(try LogReader(layout).read(key(1), attempt: 1).count == 100)
  }

  @Test func log_manyAttempts_holdsABoundedAmountInMemory() throws {
    let layout = try layout()
    let logs = LogStore(layout)
    let line = Array(repeating: UInt8(ascii: "x"), count: 60_000)
    for number in 1...200 { try logs.append(line, of: key(1), attempt: number) }
    let written = LogReader(layout).attempts(of: key(1)).count
    #expect(written * 60_000 >= 200 * 60_000 - (8 << 20))
  }
}

@Suite struct MailboxTests {
  let folder = TemporaryFolder()

  private func mailbox() throws -> (Mailbox, String) {
    try LedgerStore.forTest(at: folder.store).close()
    let layout = StoreLayout(directory: folder.store)
    return (Mailbox(layout), layout.requests)
  }

  @Test func take_postedRequests_comeOnceAndInOrder() throws {
    let (mailbox, _) = try mailbox()
    let posted: [Request] = [
      .cancel([key(1), key(2)]), .retry([key(1)]), .pause(sweep: "a \"b\" ü"),
      .resume(sweep: "c"), .drainWorker("node1"), .cancel([key(3)]),
    ]
    for request in posted { try mailbox.post(request) }
    let taken = try mailbox.take()
    #expect(taken.requests == posted)
    #expect(taken.rejected.isEmpty)
    #expect(try mailbox.take().requests.isEmpty)
  }

  @Test func post_longList_travelsInPartsBelowTheLimit() throws {
    let (mailbox, _) = try mailbox()
    let keys = (0..<25_000).map(key)
    try mailbox.post(.cancel(keys))
    let taken = try mailbox.take()
    #expect(taken.rejected.isEmpty)
    #expect(taken.requests.count == 3)
    let received = taken.requests.flatMap { request in
      if case .cancel(let keys) = request { keys } else { [] as [JobKey] }
    }
    #expect(received == keys)
  }

  @Test func take_malformedFiles_areSetAsideWithAReason() throws {
    let (mailbox, path) = try mailbox()
    let bad: [(String, String)] = [
      ("0-empty.json", ""),
      ("1-text.json", "cancel everything"),
      ("2-kind.json", #"{"format":1,"kind":"delete","name":"x"}"#),
      ("3-key.json", #"{"format":1,"kind":"cancel","keys":["../../etc/passwd"]}"#),
      ("4-format.json", #"{"format":2,"kind":"pause","name":"x"}"#),
      ("5-large.json", String(repeating: " ", count: Mailbox.limitBytes + 1)),
      ("6-missing.json", #"{"format":1,"kind":"pause"}"#),
    ]
    for (name, text) in bad {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
    try FileManager.default.createSymbolicLink(
      atPath: path + "/7-link.json", withDestinationPath: "/etc/hostname")
    try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/unfinished.json.tmp-1-2"))
    try mailbox.post(.pause(sweep: "x"))
    let taken = try mailbox.take()
    #expect(taken.requests == [.pause(sweep: "x")])
    #expect(taken.rejected.count == 8)
    #expect(try mailbox.take().rejected.isEmpty)
    let kept = try FileManager.default.contentsOfDirectory(atPath: path + "/rejected")
    #expect(kept.filter { $0.hasSuffix(".txt") }.count == 8)
    #expect(
      FileManager.default.contents(atPath: path + "/rejected/4-format.json.txt")
        == Data("format 2 is newer than this coordinator\n".utf8))
  }
}
