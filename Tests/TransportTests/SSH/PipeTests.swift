import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct PipeTests {
  @Test(arguments: SSHEngine.allCases)
  func send_tenMegabytes_returnBitExact(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let recorder = LinkRecorder()
      let link = try lab.ssh(engine).open(worker.binary, onEvent: recorder.onEvent)
      let sent = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      for start in stride(from: 0, to: sent.count, by: 123_457) {
        link.send(Array(sent[start..<min(start + 123_457, sent.count)]))
      }
      #expect(await recorder.waitForBytes(sent.count) == sent)
      link.close()
      #expect(await recorder.waitUntilClosed() == nil)
      #expect(await recorder.openings == 1)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func close_afterSending_deliversWhatWasQueued(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker("cat > /root/scratch/got; sync")
      defer { worker.remove() }
      let recorder = LinkRecorder()
      let link = try lab.ssh(engine).open(worker.binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilOpened())
      link.send([UInt8](repeating: 0x61, count: 500_000))
      link.close()
      link.send([0x62])
      #expect(await recorder.waitUntilClosed() == nil)
      #expect(try await lab("exec", "1", "wc", "-c", "/root/scratch/got").hasPrefix("500000 "))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_linkThatNobodyKeeps_closes(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let recorder = LinkRecorder()
      _ = try lab.ssh(engine).open(worker.binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilClosed() == nil)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_endedInEveryWay_leavesNoConnection(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await expectEcho(try lab.ssh(engine, 1))
      try await expectEcho(try lab.ssh(engine, 2))
      let empty = try lab.write("no_hosts", "")
      _ = try await failureOfOpening(try lab.ssh(engine, 1, knownHostsFile: empty))
      _ = try await failureOfOpening(try lab.ssh(engine, 1), architecture: "riscv64")
      let open = await Command.run([
        "ss", "-Htn", "state", "established", "state", "close-wait", "dst", try lab.address(1),
      ])
      #expect(open.status == 0)
      #expect(open.output.isEmpty, "libssh does not close a socket that it was given")
    }
  }

  @Test(arguments: SSHEngine.allCases, ["crash", "stop-sshd"])
  func link_hostShutInTheMiddle_isLost(_ engine: SSHEngine, _ fault: String) async throws {
    let failure = try await failureInTheMiddle(engine) { lab in try await lab(fault, "1") }
    #expect(failure?.code == .lost, "\(String(describing: failure))")
  }

  @Test(arguments: SSHEngine.allCases)
  func link_cableOutWhileSending_isLostAfterTheSilence(_ engine: SSHEngine) async throws {
    let failure = try await failureInTheMiddle(engine) { lab in try await lab("cut", "1") }
    #expect(failure?.code == .lost)
  }

  /// Which of the end and its signal is heard first is sshd's to decide; lost it is in any case.
  @Test(arguments: SSHEngine.allCases)
  func link_attachKilled_isLost(_ engine: SSHEngine) async throws {
    let failure = try await failureInTheMiddle(engine) { lab in
      try await lab("exec", "1", "pkill", "-x", "cat")
    }
    #expect(failure?.code == .lost, "\(String(describing: failure))")
  }

  @Test(arguments: SSHEngine.allCases)
  func link_hostBackAfterACrash_opensAgain(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await expectEcho(try lab.ssh(engine))
      try await lab("crash", "1")
      #expect(try await failureOfOpening(lab.ssh(engine)).code == .refused)
      try await lab("boot", "1")
      try await expectEcho(try lab.ssh(engine))
    }
  }

  /// Brings a link to stand, does something to its host, and returns why the link ended.
  private func failureInTheMiddle(
    _ engine: SSHEngine, _ fault: (Lab) async throws -> Void
  ) async throws -> LinkFailure? {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let recorder = LinkRecorder()
      let transport = try lab.ssh(engine, timeouts: SSHTimeouts(silenceSeconds: 2))
      let link = transport.open(worker.binary, onEvent: recorder.onEvent)
      link.send(Array("hello".utf8))
      #expect(await recorder.waitForText("hello") == "hello")
      try await fault(lab)
      link.send([UInt8](repeating: 7, count: 100_000))
      let failure = await recorder.waitUntilClosed()
      withExtendedLifetime(link) {}
      return failure
    }
  }
}

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.hasLoopback, "needs /usr/sbin/sshd"))
struct LoopbackTests {
  @Test(arguments: SSHEngine.allCases)
  func open_plainSshdOnLoopback_connects(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      try await expectEcho(try lab.ssh(engine, workFolder: lab.folder + "/work"))
      try await lab("stop-sshd", "1")
      let failure = try await failureOfOpening(
        try lab.ssh(engine, workFolder: lab.folder + "/work"))
      #expect(failure.code == .refused)
    }
  }
}
