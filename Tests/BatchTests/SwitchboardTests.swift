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
