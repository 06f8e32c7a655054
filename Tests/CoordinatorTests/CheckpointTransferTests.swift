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
  private let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }

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
      let reports = Array(Report.reports(of: bytes, attempt, partSize: 1000))
      for report in reports.dropLast() { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      try coordinator.takeTurn()
      coordinator.hear(reports[49])
      #expect(stored(coordinator, attempt) == bytes)
      let drafts = try drafts(coordinator)
      #expect(drafts == [])
    }
  }

  @Test func checkpointThatBreaksOffOrIsDamaged_leavesTheLastOne() throws {
    try withJob { coordinator, attempt in
      coordinator.hear(.checkpoint(attempt, [1, 2, 3]))
      let reports = Array(Report.reports(of: bytes, attempt, partSize: 1000))
      // The job has a newer one before the last was told.
      for report in reports[..<7] { coordinator.hear(report) }
      let newer = Array(Report.reports(of: bytes.reversed(), attempt, partSize: 1000))
      for report in newer[..<5] + reports[7...] { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      // A byte changes on the way.
      for report in reports {
        guard case .checkpointPart(_, let part) = report, part.offset == 9000 else {
          coordinator.hear(report)
          continue
        }
        let bad = CheckpointPart(
          offset: 9000, total: part.total, checksum: part.checksum,
          bytes: part.bytes.map { $0 ^ 1 })
        coordinator.hear(.checkpointPart(attempt, bad))
      }
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      // The link breaks.
      for report in reports[..<20] { coordinator.hear(report) }
      coordinator.serve(
        0, .closed(LinkFailure(.lost, "the link broke", remedy: "none")))
      #expect(stored(coordinator, attempt) == [1, 2, 3])
      let drafts = try drafts(coordinator)
      #expect(drafts == [])
    }
  }

  @Test func checkpointOfImpossibleSizeOrOfNobodysAttempt_isNotTaken() throws {
    try withJob { coordinator, attempt in
      let huge = CheckpointPart(offset: 0, total: 1 << 45, checksum: 0, bytes: [1])
      coordinator.hear(.checkpointPart(attempt, huge))
      #expect(coordinator.hosts[0].arriving == nil)
      let stranger = AttemptID(job: attempt.job, number: 9, token: 99)
      coordinator.hosts[0].given.insert(stranger)
      for report in Report.reports(of: bytes, stranger, partSize: 1000) { coordinator.hear(report) }
      #expect(stored(coordinator, attempt) == nil)
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
