import SweepModel
import Testing
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

  @Test func peerThatSendsTinyPieces_isNoWorker() throws {
    let key = try #require(JobKey(hex: String(repeating: "0a", count: 32)))
    let attempt = AttemptID(job: key, number: 1, token: 1)
    let bytes = [UInt8](repeating: 1, count: CheckpointPart.largest + 1)
    var conduct = Conduct()
    _ = conduct.complaint(about: hello, at: 0)
    for report in Report.reports(of: bytes, attempt) {
      #expect(conduct.complaint(about: report, at: 0) == nil)
    }
    let tiny = CheckpointPart(offset: 0, total: 9, checksum: 0, bytes: [1])
    let complaint = conduct.complaint(about: .checkpointPart(attempt, tiny), at: 0)
    #expect(complaint?.contains("pieces of 1 bytes") == true)
  }

  @Test func logOfALoudHost_endsAtItsAllowance() {
    var logs = LogAllowance()
    let text = String(repeating: "x", count: 1 << 20)
    let kept = (0..<1000).count { _ in logs.admits(text) }
    #expect(kept == LogAllowance.mostBytes >> 20 && logs.isExhausted)
  }

  @Test func peerThatTellsOfAttemptsWithoutEnd_isNoWorker() {
    var conduct = Conduct()
    let complaints = (0..<101).compactMap { _ in conduct.complaintAboutStranger() }
    #expect(complaints.count == 1)
  }
}
