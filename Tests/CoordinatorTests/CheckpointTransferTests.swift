import Foundation
import Scheduler
import Store
import SweepModel
import Testing
import Transport
import Wire

@testable import Coordinator

/// Checkpoints of several pieces, from a worker into the store and from there to a worker.
@Suite struct CheckpointTransferTests {
  /// Three pieces, of which the last is small.
  private let bytes =
    [UInt8](repeating: 3, count: CheckpointPart.largest)
    + [UInt8](repeating: 5, count: CheckpointPart.largest) + [1, 2, 3, 4]

  /// A run whose worker has its first job.
  private func withJob(_ body: (Coordinator, AttemptID) throws -> Void) throws {
    try RecordedRun.with { coordinator, link in
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      let started = try link.orders().compactMap { order in
        if case .start(let assignment) = order { assignment.attempt } else { nil }
      }
      try body(coordinator, try #require(started.first))
    }
  }

  private func stored(_ coordinator: Coordinator, _ attempt: AttemptID) -> [UInt8]? {
    coordinator.store.checkpoint(of: attempt.job)
  }

  private func drafts(_ coordinator: Coordinator) throws -> [String] {
    let folder = coordinator.store.ledger.layout.checkpoints
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.contains("part")
    }
  }

  @Test func checkpointOfManyPieces_isTheJobsOnceTheLastHasCome() throws {
    try withJob { coordinator, attempt in
      coordinator.hear(.checkpoint(attempt, [1, 2, 3]))
      let reports = Array(Report.reports(of: bytes, attempt))
      for report in reports.dropLast() { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      try coordinator.takeTurn()
      coordinator.hear(reports[2])
      #expect(stored(coordinator, attempt) == bytes)
      let drafts = try drafts(coordinator)
      #expect(drafts == [])
    }
  }

  @Test func checkpointThatBreaksOffOrIsDamaged_leavesTheLastOne() throws {
    try withJob { coordinator, attempt in
      coordinator.hear(.checkpoint(attempt, [1, 2, 3]))
      let reports = Array(Report.reports(of: bytes, attempt))
      // The job has a newer one before the last was told.
      for report in reports[..<2] { coordinator.hear(report) }
      let newer = Array(Report.reports(of: bytes.reversed(), attempt))
      for report in newer[..<1] + reports[2...] { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      // A byte changes on the way.
      for report in reports {
        guard case .checkpointPart(_, let part) = report, part.offset > 0, !part.isLast else {
          coordinator.hear(report)
          continue
        }
        let bad = CheckpointPart(
          offset: part.offset, total: part.total, checksum: part.checksum,
          bytes: part.bytes.map { $0 ^ 1 })
        coordinator.hear(.checkpointPart(attempt, bad))
      }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      // The link breaks.
      for report in reports[..<2] { coordinator.hear(report) }
      coordinator.serve(
        0, .closed(LinkFailure(.lost, "the link broke", remedy: "none")))
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      let drafts = try drafts(coordinator)
      #expect(drafts == [])
    }
  }

  /// The worker breaks off what nobody goes on from.
  @Test func checkpointOfAJobThatIsDone_leavesNoDraft() throws {
    try withJob { coordinator, attempt in
      for report in Array(Report.reports(of: bytes, attempt))[..<2] { coordinator.hear(report) }
      let job = try #require(coordinator.scheduler.job(attempt.job))
      coordinator.hear(
        .outcome(
          attempt,
          .succeeded(
            LyingHostTests.result(job.parameters.integer("size")), LyingHostTests.provenance("h"))))
      let drafts = try drafts(coordinator)
      #expect(drafts == [])
    }
  }

  @Test func checkpointOfImpossibleSizeOrOfNobodysAttempt_isNotTaken() throws {
    try withJob { coordinator, attempt in
      let piece = [UInt8](repeating: 1, count: CheckpointPart.largest)
      let huge = CheckpointPart(offset: 0, total: 1 << 45, checksum: 0, bytes: piece)
      coordinator.hear(.checkpointPart(attempt, huge))
      #expect(coordinator.hosts[0].arriving.isEmpty)
      let stranger = AttemptID(job: attempt.job, number: 9, token: 99)
      coordinator.hosts[0].given.insert(stranger)
      for report in Report.reports(of: bytes, stranger) { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == nil)
    }
  }

  /// Two slots of a host tell theirs at the same time.
  @Test func checkpointsThatComeInterleaved_areBothKept() throws {
    try RecordedRun.with { coordinator, link in
      coordinator.hear(RecordedRun.hello(cores: 2))
      try coordinator.takeTurn()
      let attempts = try link.orders().compactMap { order in
        if case .start(let assignment) = order { assignment.attempt } else { nil }
      }
      try #require(attempts.count == 2)
      let others = Array(bytes.reversed())
      let firsts = Report.reports(of: bytes, attempts[0])
      for (first, second) in zip(firsts, Report.reports(of: others, attempts[1])) {
        coordinator.hear(first)
        coordinator.hear(second)
      }
      #expect(stored(coordinator, attempts[0]) == bytes)
      #expect(stored(coordinator, attempts[1]) == others)
      #expect(coordinator.hosts[0].arriving.isEmpty)
    }
  }

  /// What cannot be opened safely is not read whole instead.
  @Test func checkpointThatIsALink_isNotGoneOnFrom() throws {
    try RecordedRun.with { coordinator, link in
      let key = try #require(try LyingHostTests.sweep(3).jobs.first?.key)
      try coordinator.store.keepCheckpoint([1, 2, 3], of: key)
      let path = "\(coordinator.store.ledger.layout.checkpoints)/\(key.hex).ckpt"
      try FileManager.default.moveItem(atPath: path, toPath: path + "-moved")
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: path + "-moved")
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      let started = try link.orders().compactMap { order in
        if case .start(let assignment) = order { assignment } else { nil }
      }
      #expect(started.map(\.attempt.job) == [key])
      #expect(started.first?.checkpoint == nil)
    }
  }

  /// A run that ends now leaves no job behind that has not been ordered yet.
  @Test func attemptWhoseCheckpointIsOnItsWay_isNotLeftBehind() throws {
    let large = [UInt8](repeating: 5, count: 3 * CheckpointPart.largest)
    try RecordedRun.with { coordinator, _ in
      let key = try #require(try LyingHostTests.sweep(3).jobs.first?.key)
      try coordinator.store.keepCheckpoint(large, of: key)
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      #expect(!coordinator.hosts[0].leaving.isEmpty)
      coordinator.abandon()
      #expect(coordinator.leftBehind.running == 0)
    }
  }

  @Test func largeCheckpoint_goesAheadOfItsAttemptAsFastAsItIsTaken() throws {
    let large = (0..<3 * CheckpointPart.largest + 5).map { UInt8(truncatingIfNeeded: $0 >> 9) }
    try RecordedRun.with { coordinator, link in
      let key = try #require(try LyingHostTests.sweep(3).jobs.first?.key)
      try coordinator.store.keepCheckpoint(large, of: key)
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      var came: [UInt8] = []
      var attempt: AttemptID?
      var isStarted = false
      for turn in 0..<9 where !isStarted {
        var pieces = 0
        for order in try link.orders() {
          switch order {
          case .checkpointPart(let about, let part):
            #expect(about.job == key && part.offset == came.count)
            attempt = about
            came += part.bytes
            pieces += 1
          case .start(let assignment):
            #expect(assignment.attempt == attempt && assignment.checkpoint == nil)
            #expect(came == large, "the order came before the checkpoint")
            isStarted = true
          default: break
          }
        }
        #expect(pieces <= 2, "turn \(turn)")
        coordinator.hear(.checkpointTaken(try #require(attempt), bytes: came.count))
      }
      #expect(isStarted)
    }
  }

  /// However many attempts go on from one on a host.
  @Test func largeCheckpoints_shareOneWindowALink() throws {
    let large = [UInt8](repeating: 5, count: 3 * CheckpointPart.largest)
    try RecordedRun.with { coordinator, link in
      for job in try LyingHostTests.sweep(3).jobs {
        try coordinator.store.keepCheckpoint(large, of: job.key)
      }
      coordinator.hear(RecordedRun.hello(cores: 3))
      try coordinator.takeTurn()
      var came: [AttemptID: Int] = [:]
      var started: [AttemptID] = []
      for _ in 0..<9 {
        var pieces: [(AttemptID, CheckpointPart)] = []
        for order in try link.orders() {
          switch order {
          case .checkpointPart(let attempt, let part): pieces.append((attempt, part))
          case .start(let assignment): started.append(assignment.attempt)
          default: break
          }
        }
        #expect(pieces.count <= 2)
        for (attempt, part) in pieces {
          #expect(part.offset == came[attempt] ?? 0)
          came[attempt] = part.end
          coordinator.hear(.checkpointTaken(attempt, bytes: part.end))
        }
      }
      #expect(started.count == 3 && Set(started) == Set(came.keys))
      #expect(came.values.allSatisfy { $0 == large.count })
    }
  }

  /// A person cancels the job while its checkpoint is on its way.
  @Test func attemptThatIsStopped_isNotStartedAfterwards() throws {
    let large = [UInt8](repeating: 5, count: 3 * CheckpointPart.largest)
    try RecordedRun.with { coordinator, link in
      let key = try #require(try LyingHostTests.sweep(3).jobs.first?.key)
      try coordinator.store.keepCheckpoint(large, of: key)
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      coordinator.handle(.cancel([key]))
      try coordinator.settle()
      let stopped = try link.orders().compactMap { order in
        if case .stop(let attempt) = order { attempt } else { nil }
      }
      let attempt = try #require(stopped.first)
      coordinator.hear(.checkpointTaken(attempt, bytes: 2 * CheckpointPart.largest))
      #expect(
        try link.orders().allSatisfy { order in
          if case .start(let assignment) = order { assignment.attempt != attempt } else { true }
        })
    }
  }
}
