import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// What a person is told of a pool's allocations.
@Suite struct PilotStandingTests {
  private static let slurm = BatchSystems.named("slurm") ?? BatchSystem()
  private var book = PilotBook(
    PilotBook.Settings(count: 4, threads: 2, seconds: 3600), of: slurm)

  private static func entries(_ lines: String...) -> [QueueEntry] {
    AnswerReader(slurm).entries(lines.joined(separator: "\n"))
  }

  private func standing(at now: Double) -> RunStatus.Pool {
    book.standing(of: "gpu", calls: 7, at: now, wallClock: 1000 + now)
  }

  private mutating func submit() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    _ = book.turn(at: 0)
    book.submitted(job: 17, count: 4, at: 0)
  }

  @Test mutating func allocationsThatWait_areToldWithTheirReasons() {
    submit()
    #expect(standing(at: 1).waiting == 4 && standing(at: 1).reasons == [])
    _ = book.heard(
      Self.entries(
        "17|0|RUNNING|n1|None", "17|1|PENDING||QOSMaxJobsPerUserLimit", "17|2|PENDING||Priority",
        "17|3|PENDING||Priority"), asked: 2, at: 2)
    var pool = standing(at: 2)
    #expect((pool.running, pool.beginning, pool.waiting, pool.useful) == (0, 1, 3, 4))
    #expect(
      pool.reasons == [
        .init("Priority", means: nil, count: 2),
        .init(
          "QOSMaxJobsPerUserLimit",
          means: "a limit of the quality of service is reached: they come as others end", count: 1),
      ])
    #expect((pool.name, pool.system, pool.calls, pool.settled) == ("gpu", "Slurm", 7, nil))
    _ = book.saw([PilotName(job: 17, index: 0)], at: 3)
    pool = standing(at: 3)
    #expect((pool.running, pool.beginning) == (1, 0))
  }

  @Test mutating func refusal_isToldUntilASubmissionIsTaken_withTheTimeOfTheNextOne() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    _ = book.turn(at: 0)
    _ = book.refused("sbatch: error: Resource temporarily unavailable", at: 5)
    #expect(standing(at: 5).refusal?.contains("temporarily unavailable; Slurm is busy now") == true)
    #expect(standing(at: 6).asksAt == 1065)
    book.submitted(job: 17, count: 4, at: 70)
    #expect(standing(at: 71).refusal == nil && standing(at: 71).asksAt == nil)
  }

  @Test mutating func poolThatHasGivenUp_saysWhy_andItsWordsAreBounded() {
    submit()
    let long = String(repeating: "x", count: 1000)
    _ = book.heard(
      Self.entries(
        "17|0|PENDING||PartitionTimeLimit", "17|1|PENDING||\(long)", "17|2|PENDING||a",
        "17|3|PENDING||b"), asked: 2, at: 2)
    let pool = standing(at: 2)
    #expect(pool.settled?.contains("write a shorter one") == true)
    #expect(pool.reasons.map(\.words.count).max() == 201 && pool.reasons.count == 3)
  }
}
