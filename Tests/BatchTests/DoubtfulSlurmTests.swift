import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// What is believed of Slurm's answers, and what is done where it does not give any.
@Suite struct DoubtfulSlurmTests {
  private static let slurm = BatchSystems.named("slurm") ?? BatchSystem()
  private var book = PilotBook(
    PilotBook.Settings(count: 4, threads: 2, seconds: 3600), of: slurm)

  private static func entry(_ index: Int, _ state: String, job: Int = 17) -> QueueEntry {
    let entries = AnswerReader(slurm).entries("\(job)|\(index)|\(state)|n1|None")
    guard let entry = entries.first else { preconditionFailure("no line of squeue") }
    return entry
  }

  private static func submissions(_ effects: [PilotBook.Effect]) -> [Int] {
    effects.compactMap { if case .submit(let count, _) = $0 { count } else { nil } }
  }

  /// A book whose four allocations are asked for.
  private mutating func submit() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    #expect(Self.submissions(book.turn(at: 0)) == [4])
    book.submitted(job: 17, count: 4, at: 0)
  }

  @Test mutating func answer_thatTellsOfNothing_isBelievedTheSecondTime() {
    submit()
    #expect(book.turn(at: 60).contains(.query))
    #expect(book.heard([], asked: 60, at: 61) == [])
    #expect(book.callable.count == 4)
    #expect(!book.turn(at: 74).contains(.query))
    #expect(book.turn(at: 75).contains(.query))
    _ = book.heard([], asked: 75, at: 76)
    #expect(book.callable.isEmpty)
  }

  @Test mutating func answer_thatTellsOfSomethingAgain_endsTheDoubt() {
    submit()
    _ = book.turn(at: 60)
    _ = book.heard([], asked: 60, at: 61)
    _ = book.turn(at: 75)
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING") }, asked: 75, at: 76)
    #expect(book.callable.count == 4)
    #expect(!book.turn(at: 120).contains(.query))
  }

  @Test mutating func pilot_whoseLinkStands_lives_whateverSlurmSays() {
    submit()
    let name = PilotName(job: 17, index: 2)
    _ = book.saw([name], at: 1)
    let others = [0, 1, 3].map { Self.entry($0, "PENDING") }
    #expect(book.heard(others, asked: 60, at: 61) == [])
    #expect(book.lost(name, at: 62) == [])
    #expect(book.heard(others, asked: 63, at: 64) == [.remove(name, as: .ended)])
  }

  /// It may have been taken: the next one would be twice as many as a person allows.
  @Test mutating func submission_thatNobodyAnswered_isLookedForBeforeAnother() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    _ = book.turn(at: 0)
    _ = book.refused("sbatch: error: Socket timed out on send/recv operation", at: 20)
    #expect(book.nextTurn == 30)
    #expect(book.turn(at: 600) == [.query])
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING", job: 18) }, asked: 600, at: 601)
    #expect(Self.submissions(book.turn(at: 7000)) == [])
    #expect(book.callable.first == PilotName(job: 18, index: 0))
  }

  @Test mutating func allocation_thatWasNotCalledOff_isCountedAgain() {
    submit()
    book.need(threads: 2)
    let called = (1..<4).map { PilotName(job: 17, index: $0) }
    #expect(book.turn(at: 100).contains(.cancel(called)))
    // Of a question asked before.
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING") }, asked: 99, at: 101)
    #expect(book.standing(of: "a", calls: 1, at: 101, wallClock: 0).waiting == 1)
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING") }, asked: 160, at: 161)
    #expect(book.callable.count == 4)
    #expect(book.turn(at: 200).contains(.cancel(called)))
    book.need(threads: 100)
    #expect(Self.submissions(book.turn(at: 300)) == [], "they may be there still")
  }

  private static let limit = "sbatch: error: QOSMaxSubmitJobPerUserLimit"

  @Test mutating func limit_thatForbidsSoMany_isTriedInHalves() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    #expect(Self.submissions(book.turn(at: 0)) == [4])
    #expect(book.refused(Self.limit, at: 0) == [])
    #expect(Self.submissions(book.turn(at: 0)) == [2])
    #expect(book.refused(Self.limit, at: 0) == [])
    #expect(Self.submissions(book.turn(at: 0)) == [1])
    book.submitted(job: 17, count: 1, at: 0)
    #expect(Self.submissions(book.turn(at: 10)) == [2])
  }

  @Test mutating func limit_thatIsReached_doesNotEndTheAsking_andOneThatEndsMakesRoom() {
    limit_thatForbidsSoMany_isTriedInHalves()
    let name = PilotName(job: 17, index: 0)
    _ = book.saw([name], at: 11)
    var now = 10.0
    for _ in 0..<40 {
      #expect(book.refused(Self.limit, at: now).allSatisfy { $0 != .settle })
      now += 900
      _ = book.turn(at: now)
      _ = book.heard([Self.entry(0, "RUNNING")], asked: now, at: now)
      if Self.submissions(book.turn(at: now)).isEmpty { break }
    }
    #expect(now > 30_000)
    #expect(book.refused(Self.limit, at: now) == [])
    _ = book.heard([Self.entry(0, "COMPLETED")], asked: now, at: now)
    #expect(book.nextTurn <= now + 10)
  }

  @Test mutating func exclusions_thatLeaveNoNode_areForgotten() {
    submit()
    for index in 0..<2 { _ = book.saw([PilotName(job: 17, index: index)], at: 1) }
    _ = book.heard((0..<4).map { Self.entry($0, "RUNNING") }, asked: 2, at: 2)
    _ = book.heard((0..<4).map { Self.entry($0, "NODE_FAIL") }, asked: 3, at: 3)
    #expect(book.turn(at: 4000) == [.query])
    _ = book.heard([], asked: 4000, at: 4000)
    #expect(book.turn(at: 4000).contains(.submit(4, excluding: ["n1"])))
    let words =
      "sbatch: error: Batch job submission failed: Requested node configuration is not available"
    #expect(book.refused(words, at: 4000) == [])
    #expect(book.turn(at: 4010).contains(.submit(4, excluding: [])))
  }

  /// More machines than could be kept busy, all of them at work: nothing is due before the next look.
  @Test mutating func poolWithNothingToDo_sleeps() {
    submit()
    for index in 0..<4 { _ = book.saw([PilotName(job: 17, index: index)], at: 1) }
    book.need(threads: 1)
    _ = book.turn(at: 100)
    #expect(book.nextTurn > 100)
  }
}
