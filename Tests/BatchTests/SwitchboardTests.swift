import SweepModel
import Testing

@testable import Batch

/// Which pilots are reached by a command and which by mail.
@Suite struct SwitchboardTests {
  private static func pilot(_ index: Int) -> PilotName { PilotName(job: 1, index: index) }

  @Test func pilotsBeyondTheFirst_goByMail_untilOthersAreGone() {
    var board = Switchboard(.auto)
    let byMail = (0..<40).map { board.takesMail(Self.pilot($0)) }
    #expect(byMail == (0..<40).map { $0 >= 32 })
    board.forget(Self.pilot(3))
    #expect(board.takesMail(Self.pilot(50)) == false)
    #expect(board.takesMail(Self.pilot(51)) == true)
  }

  @Test func pilotThatTheCommandDoesNotReachTwice_goesByMail() {
    var board = Switchboard(.auto)
    _ = board.takesMail(Self.pilot(0))
    #expect(board.lost(Self.pilot(0), hasOpened: false) == false)
    #expect(board.lost(Self.pilot(0), hasOpened: true) == false, "it stood")
    #expect(board.lost(Self.pilot(0), hasOpened: false) == true)
    #expect(board.lost(Self.pilot(0), hasOpened: false) == false, "it does already")
  }

  @Test func commandThatReachesNobody_isNotTriedForOthers_untilItReachesOne() {
    var board = Switchboard(.auto)
    for index in 0..<4 {
      _ = board.takesMail(Self.pilot(index))
      _ = board.lost(Self.pilot(index), hasOpened: false)
    }
    #expect(board.takesMail(Self.pilot(4)) == true)
    board.opened(Self.pilot(3))
    #expect(board.takesMail(Self.pilot(5)) == false)
  }

  @Test func whoAsksForOneWay_getsThatAlone() {
    var mail = Switchboard(.mail)
    #expect(mail.takesMail(Self.pilot(0)) == true)
    var attach = Switchboard(.attach)
    let byMail = (0..<100).contains { attach.takesMail(Self.pilot($0)) }
    let switches = (0..<9).contains { _ in attach.lost(Self.pilot(0), hasOpened: false) }
    #expect(!byMail && !switches)
  }
}
