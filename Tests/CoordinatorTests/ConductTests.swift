import SweepModel
import Testing
import Transport
import Wire

@testable import Coordinator

@Suite struct ConductTests {
  private let hello = Report.hello(
    Report.WorkerDescription(
      hostname: "h", processor: "p", cores: 1, memoryBytes: 1, instructionSet: "portable",
      binaryHash: "0", version: "0", held: []))

  @Test func peerThatGreetsTwice_isNoWorker() {
    var conduct = Conduct()
    #expect(conduct.complaint(about: hello, at: 0) == nil)
    #expect(conduct.complaint(about: .heartbeat, at: 0.1) == nil)
    #expect(conduct.complaint(about: hello, at: 9)?.contains("greets again") == true)
  }

  @Test func peerThatFloods_isNoWorkerAndOneThatIsBusyIs() {
    var conduct = Conduct()
    _ = conduct.complaint(about: hello, at: 0)
    for second in 0..<5 {
      for _ in 0..<200 {
        #expect(conduct.complaint(about: .heartbeat, at: Double(second)) == nil)
      }
    }
    #expect(conduct.complaint(about: .heartbeat, at: 4.5)?.contains("floods") == true)
  }

  @Test func logOfALoudHost_endsAtItsAllowance() {
    var logs = LogAllowance()
    let text = String(repeating: "x", count: 1 << 20)
    let kept = (0..<1000).count { _ in logs.admits(text) }
    #expect(kept == LogAllowance.mostBytes >> 20 && logs.isExhausted)
  }

  @Test(arguments: LinkFailure.Code.allCases)
  func hostThatHasLetUsIn_waitsForAPersonOnlyWhenItsKeyHasChanged(_ code: LinkFailure.Code) {
    var host = HostLink(transport: LocalTransport(HostSpec(name: "h", access: .local)))
    let failure = LinkFailure(code, "", remedy: "")
    #expect(host.needsPerson(after: failure, isPatient: false) == code.isPermanent)
    #expect(host.needsPerson(after: failure, isPatient: true) == (code == .hostKeyChanged))
    host.hasGreeted = true
    #expect(host.needsPerson(after: failure, isPatient: false) == (code == .hostKeyChanged))
    #expect(!host.needsPerson(after: nil, isPatient: false))
  }

  @Test func hostThatRefusesUs_isTriedMoreAndMoreRarely() {
    var host = HostLink(transport: LocalTransport(HostSpec(name: "h", access: .local)))
    host.failure = LinkFailure(.authenticationRejected, "", remedy: "")
    let pauses = (0..<12).map { tries in
      host.tries = tries
      return host.backoff(heartbeat: 2)
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  }
}
