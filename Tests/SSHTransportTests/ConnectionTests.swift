import Foundation
import LabSupport
import SSHTransport
import SweepModel
import Testing
import Transport

@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ConnectionTests {
  @Test func open_aliasOfTheConfiguration_connects() async throws {
    try await Lab.withHosts(1) { lab in
      try await expectEcho(try lab.ssh())
    }
  }

  @Test func open_addressKeyAndKnownHostsGiven_needsNoConfiguration() async throws {
    try await Lab.withHosts(1) { lab in
      let empty = try lab.write("empty_config", "")
      try await expectEcho(
        try lab.ssh(
          host: lab.address(1), user: "root", port: 22, identityFile: lab.identityFile,
          configFile: empty, knownHostsFile: lab.knownHostsFile))
    }
  }

  @Test func open_nameThatDoesNotResolve_isHostUnknown() async throws {
    try await Lab.withHosts(1) { lab in
      // A label beyond 63 letters: refused by libssh itself, no name server is asked.
      let name = String(repeating: "x", count: 70)
      let failure = try await failureOfOpening(try lab.ssh(host: name))
      #expect(failure.code == .hostUnknown)
      #expect(failure.message.hasPrefix("node1: the name \(name) does not resolve"))
    }
  }

  @Test func open_sshdStopped_isRefused() async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("stop-sshd", "1")
      let failure = try await failureOfOpening(try lab.ssh())
      #expect(failure.code == .refused)
      let address = try lab.address(1)
      #expect(failure.message == "node1: \(address) refuses the connection")
      try await lab("start-sshd", "1")
      try await expectEcho(try lab.ssh())
    }
  }

  @Test func open_cableOut_isUnreachableInTime() async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("cut", "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let failure = try await failureOfOpening(try lab.ssh(timeouts: timeouts))
      #expect(failure.code == .unreachable)
      try await lab("uncut", "1")
      try await expectEcho(try lab.ssh())
    }
  }

  @Test func open_frozenHost_isUnreachableInTime() async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("pause", "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let failure = try await failureOfOpening(try lab.ssh(timeouts: timeouts))
      #expect(failure.code == .unreachable)
      #expect(failure.message.contains("went silent while exchanging keys"))
    }
  }

  @Test func close_whileConnecting_endsWithoutFailure() async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("cut", "1")
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let recorder = LinkRecorder()
      let link = try lab.ssh(timeouts: SSHTimeouts(connectSeconds: 600))
        .open(worker.binary, onEvent: recorder.onEvent)
      link.close()
      #expect(await recorder.waitUntilClosed() == nil)
      #expect(await recorder.openings == 0)
    }
  }

  @Test func open_manyLinksToOneHost_allStand() async throws {
    try await Lab.withHosts(1) { lab in
      // Twice sshd's MaxStartups: without the start gate sshd would drop some, again and again.
      try await withThrowingTaskGroup(of: Void.self) { group in
        let worker = try StandInWorker(StandInWorker.echo)
        defer { worker.remove() }
        let transport = try lab.ssh()
        for number in 0..<20 {
          group.addTask { try await expectEcho(transport, worker.binary, "link \(number)") }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func open_hostBehindAJump_connectsByProxyJump() async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await expectEcho(try lab.ssh(2))
    }
  }

  @Test func open_proxyCommandOfTheConfiguration_isUsed() async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      let inner = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let command = "ProxyCommand ssh -F \(lab.configFile) -W %h:%p h1"
      let config = try lab.write(
        "proxy_config", inner.replacingOccurrences(of: "ProxyJump h1", with: command))
      try await expectEcho(try lab.ssh(2, configFile: config))
    }
  }

  @Test func open_jumpThatRefuses_tellsWhatTheJumpSaid() async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await lab("stop-sshd", "1")
      let failure = try await failureOfOpening(try lab.ssh(2))
      #expect(failure.code == .refused)
      #expect(failure.message.contains("Connection refused"))
    }
  }

  @Test func open_jumpThatRejectsTheKey_isAuthenticationRejected() async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await lab("reject-key", "1")
      let failure = try await failureOfOpening(try lab.ssh(2))
      #expect(failure.code == .authenticationRejected)
    }
  }

  @Test(arguments: ["root; touch /tmp/hacked", "$(id)", "-oProxyCommand=x", "a b", ""])
  func open_userNameThatIsNoName_isAConfigurationFailure(_ user: String) async throws {
    let address = SSHAddress(host: "127.0.0.1", user: user, port: 1)
    let host = HostSpec(name: "node", access: .ssh(address))
    let failure = try await failureOfOpening(try #require(SSHTransport(host)))
    #expect(failure.code == .configuration)
    #expect(failure.message.contains("user name"))
  }

  @Test(arguments: ["a;b", "`id`", "-x", "a b", "", "root@h1", "a\nb"])
  func open_hostThatIsNoName_isAConfigurationFailure(_ name: String) async throws {
    let host = HostSpec(name: "node", access: .ssh(SSHAddress(host: name)))
    let failure = try await failureOfOpening(try #require(SSHTransport(host)))
    #expect(failure.code == .configuration)
  }

  @Test func open_configurationFileMissing_isAConfigurationFailure() async throws {
    let address = SSHAddress(host: "127.0.0.1", port: 1, configFile: "/nonexistent/config")
    let host = HostSpec(name: "node", access: .ssh(address))
    let failure = try await failureOfOpening(try #require(SSHTransport(host)))
    #expect(failure.code == .configuration)
    #expect(failure.message.contains("/nonexistent/config"))
  }
}
