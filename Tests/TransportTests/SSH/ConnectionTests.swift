import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ConnectionTests {
  @Test(arguments: SSHEngine.allCases)
  func open_aliasOfTheConfiguration_connects(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await expectEcho(try lab.ssh(engine))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_addressKeyAndKnownHostsGiven_needsNoConfiguration(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let empty = try lab.write("empty_config", "")
      try await expectEcho(
        try lab.ssh(
          engine,
          host: lab.address(1), user: "root", port: 22, identityFile: lab.identityFile,
          configFile: empty, knownHostsFile: lab.knownHostsFile))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_linkLocalAddressWithItsDevice_connects(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let device = try lab.device
      for words in [
        ["ip", "netns", "exec", device.dropLast(2) + "-1", "ip", "addr", "add", "fe80::7/64"]
          + ["dev", "eth0", "nodad"],
        ["ip", "addr", "add", "fe80::8/64", "dev", device, "nodad"],
      ] {
        let added = await Command.run(words)
        #expect(added.status == 0, "\(added.output)")
      }
      try await lab(
        "exec", "1", "/usr/sbin/sshd", "-f", "/mnt/sshd_config", "-o", "PidFile=/run/second.pid",
        "-o", "ListenAddress=[fe80::7%eth0]:2222")
      let key = try String(contentsOfFile: lab.knownHostsFile, encoding: .utf8).drop { $0 != " " }
      let known = try lab.write("by_address", "[fe80::7%\(device)]:2222" + key)
      try await expectEcho(
        try lab.ssh(engine, host: "fe80::7%\(device)", port: 2222, knownHostsFile: known))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_nameThatDoesNotResolve_isHostUnknown(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      // A label beyond 63 letters: refused by libssh itself, no name server is asked.
      let name = String(repeating: "x", count: 70)
      let failure = try await failureOfOpening(try lab.ssh(engine, host: name))
      #expect(failure.code == .hostUnknown)
      #expect(failure.message.hasPrefix("node1: the name \(name) does not resolve"))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_sshdStopped_isRefused(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("stop-sshd", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine))
      #expect(failure.code == .refused)
      let address = try lab.address(1)
      #expect(failure.message.hasPrefix("node1: \(address) refuses the connection"))
      try await lab("start-sshd", "1")
      try await expectEcho(try lab.ssh(engine))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_cableOut_isUnreachableInTime(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("cut", "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let failure = try await failureOfOpening(try lab.ssh(engine, timeouts: timeouts))
      #expect(failure.code == .unreachable)
      try await lab("uncut", "1")
      try await expectEcho(try lab.ssh(engine))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_frozenHost_isUnreachableInTime(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("pause", "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let failure = try await failureOfOpening(try lab.ssh(engine, timeouts: timeouts))
      #expect(failure.code == .unreachable)
      let words = ["went silent while exchanging keys", "timed out during banner exchange"]
      #expect(words.contains { failure.message.contains($0) }, "\(failure.message)")
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func close_whileConnecting_endsWithoutFailure(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("cut", "1")
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let recorder = LinkRecorder()
      let link = try lab.ssh(engine, timeouts: SSHTimeouts(connectSeconds: 600))
        .open(worker.binary, onEvent: recorder.onEvent)
      link.close()
      #expect(await recorder.waitUntilClosed() == nil)
      #expect(await recorder.openings == 0)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_manyLinksToOneHost_allStand(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      // Twice sshd's MaxStartups: without the start gate sshd would drop some, again and again.
      try await withThrowingTaskGroup(of: Void.self) { group in
        let worker = try StandInWorker(StandInWorker.echo)
        defer { worker.remove() }
        let transport = try lab.ssh(engine)
        for number in 0..<20 {
          group.addTask { try await expectEcho(transport, worker.binary, "link \(number)") }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_hostBehindAJump_connectsByProxyJump(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await expectEcho(try lab.ssh(engine, 2))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_proxyCommandOfTheConfiguration_isUsed(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      let inner = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let command = "ProxyCommand ssh -F \(lab.configFile) -W %h:%p h1"
      let config = try lab.write(
        "proxy_config", inner.replacingOccurrences(of: "ProxyJump h1", with: command))
      try await expectEcho(try lab.ssh(engine, 2, configFile: config))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_jumpThatRefuses_tellsWhatTheJumpSaid(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await lab("stop-sshd", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine, 2))
      #expect(failure.code == .refused)
      #expect(failure.message.contains("Connection refused"))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_jumpThatRejectsTheKey_isAuthenticationRejected(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await lab("reject-key", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine, 2))
      #expect(failure.code == .authenticationRejected)
    }
  }

  @Test(
    arguments: SSHEngine.allCases,
    ["root; touch /tmp/hacked", "$(id)", "-oProxyCommand=x", "a b", ""])
  func open_userNameThatIsNoName_isAConfigurationFailure(
    _ engine: SSHEngine, _ user: String
  ) async throws {
    let address = SSHAddress(host: "127.0.0.1", user: user, port: 1, engine: engine)
    let host = HostSpec(name: "node", access: .ssh(address))
    let failure = try await failureOfOpening(HostTransport(host))
    #expect(failure.code == .configuration)
    #expect(failure.message.contains("user name"))
  }

  @Test(arguments: SSHEngine.allCases, ["a;b", "`id`", "-x", "a b", "", "root@h1", "a\nb"])
  func open_hostThatIsNoName_isAConfigurationFailure(
    _ engine: SSHEngine, _ name: String
  ) async throws {
    let host = HostSpec(name: "node", access: .ssh(SSHAddress(host: name, engine: engine)))
    let failure = try await failureOfOpening(HostTransport(host))
    #expect(failure.code == .configuration)
  }

  @Test(arguments: SSHEngine.allCases)
  func open_configurationFileMissing_isAConfigurationFailure(_ engine: SSHEngine) async throws {
    let address = SSHAddress(
      host: "127.0.0.1", port: 1, configFile: "/nonexistent/config", engine: engine)
    let host = HostSpec(name: "node", access: .ssh(address))
    let failure = try await failureOfOpening(HostTransport(host))
    #expect(failure.code == .configuration)
    #expect(failure.message.contains("/nonexistent/config"))
  }
}
