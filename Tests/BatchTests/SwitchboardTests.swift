import SweepModel
import Testing

@testable import Batch

/// Which pilots are reached by a command and which through the relay.
@Suite struct SwitchboardTests {
  private static func pilot(_ index: Int) -> PilotName { PilotName(job: 1, index: index) }

  @Test func pilotsBeyondTheFirst_goThroughTheRelay_untilOthersAreGone() {
    var board = Switchboard(.auto)
    let attached = (0..<40).map { board.attaches(Self.pilot($0)) }
    #expect(attached == (0..<40).map { $0 < 32 })
    board.forget(Self.pilot(3))
    #expect(board.attaches(Self.pilot(50)) == true)
    #expect(board.attaches(Self.pilot(51)) == false)
  }

  @Test func pilotThatTheCommandDoesNotReachTwice_goesThroughTheRelay() {
    var board = Switchboard(.auto)
    _ = board.attaches(Self.pilot(0))
    #expect(board.lost(Self.pilot(0), hasOpened: false) == false)
    #expect(board.lost(Self.pilot(0), hasOpened: true) == false, "it stood")
    #expect(board.lost(Self.pilot(0), hasOpened: false) == true)
    #expect(board.lost(Self.pilot(0), hasOpened: false) == false, "it does already")
  }

  @Test func commandThatReachesNobody_isNotTriedForOthers_untilItReachesOne() {
    var board = Switchboard(.auto)
    for index in 0..<4 {
      _ = board.attaches(Self.pilot(index))
      _ = board.lost(Self.pilot(index), hasOpened: false)
    }
    #expect(board.attaches(Self.pilot(4)) == false)
    board.opened(Self.pilot(3))
    #expect(board.attaches(Self.pilot(5)) == true)
  }

  /// Calls are kept for what only they can do.
  @Test func pilotThatComesWhenFewCallsAreLeft_goesThroughTheRelay() {
    var (board, attach) = (Switchboard(.auto), Switchboard(.attach))
    let (few, enough) = (
      board.attaches(Self.pilot(0), mayCall: false), board.attaches(Self.pilot(1), mayCall: true)
    )
    #expect(!few && enough)
    #expect(board.untried == [Self.pilot(1)])
    board.opened(Self.pilot(1))
    #expect(board.untried.isEmpty)
    let only = attach.attaches(Self.pilot(0), mayCall: false)
    #expect(only, "there is no other way to it")
  }

  @Test func lastCalls_waitForNothing_andAreCounted() {
    let budget = CallBudget(of: "Slurm", perMinute: 3)
    #expect(budget.isAmple(at: 100))
    let taken = (0..<4).map { _ in budget.take("srun", at: 100) }
    #expect(taken == [true, true, true, false])
    #expect(!budget.isAmple(at: 159) && budget.isAmple(at: 160))
    #expect(!budget.isAmple(beside: 2, at: 160), "two more are about to be made")
    #expect(budget.take("scancel", isLast: true, at: 101))
    #expect(budget.words == "4 calls of Slurm: 1 scancel, 3 srun")
  }

  @Test(arguments: [PilotLink.mail, .relay])
  func whoAsksForTheRelay_getsThatAlone(link: PilotLink) {
    var board = Switchboard(link)
    #expect(board.attaches(Self.pilot(0)) == false)
  }

  @Test func whoAsksForTheCommand_getsThatAlone() {
    var attach = Switchboard(.attach)
    let attached = (0..<100).allSatisfy { attach.attaches(Self.pilot($0)) }
    let switches = (0..<9).contains { _ in attach.lost(Self.pilot(0), hasOpened: false) }
    #expect(attached && !switches)
  }
}
