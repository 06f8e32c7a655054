import SweepModel
import Testing
import Transport

@testable import Coordinator

@Suite struct HostLinkTests {
  private func pauses(after code: LinkFailure.Code) -> [Double] {
    var host = HostLink(transport: LocalTransport(HostSpec(name: "h", access: .local)))
    host.failure = LinkFailure(code, "", remedy: "")
    return (0..<8).map { tries in
      host.tries = tries
      return host.backoff(heartbeat: 2)
    }
  }

  @Test func hostThatDoesNotAnswer_isTriedEveryHeartbeatHoweverLongItIsAway() {
    #expect(pauses(after: .unreachable) == [1, 2, 2, 2, 2, 2, 2, 2])
    #expect(pauses(after: .refused) == [1, 2, 2, 2, 2, 2, 2, 2])
  }

  @Test func hostOnWhichTheWorkerFails_isLeftInPeaceLongerAndLonger() {
    #expect(pauses(after: .worker) == [1, 2, 4, 8, 16, 30, 30, 30])
  }
}
