import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

/// What one engine can do and the other cannot, and addresses of every form, on a real sshd.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.hasLoopback, "needs /usr/sbin/sshd"))
struct EngineTests {
  @Test(arguments: SSHEngine.allCases)
  func open_addressOfSixteenBytesAndItsPort_connects(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      try await Sshd.with(lab, address: "::1") { sshd in
        let known = try knownHosts(lab, "[::1]:\(sshd.port)")
        try await expectEcho(
          try lab.ssh(
            engine, host: "::1", port: sshd.port, knownHostsFile: known,
            workFolder: lab.folder + "/work"))
      }
    }
  }

  /// What ssh reads and libssh's own reader does not: both engines reach the host.
  @Test(arguments: SSHEngine.allCases)
  func open_layoutOfTheManual_isReadAsSSHReadsIt(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let named = try lab.write(
        "named",
        config.replacingOccurrences(of: "Host h1", with: "Host h_1")
          .replacingOccurrences(of: "Host *", with: "Host h_*"))
      try await expectEcho(
        try lab.ssh(engine, host: "h_1", configFile: named, workFolder: lab.folder + "/work"))
    }
  }

  @Test func open_hostKnownByItsAuthority_needsTheSystemsSSH() async throws {
    try await Lab.withLoopback { lab in
      let authority = lab.folder + "/authority"
      for command in [
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority],
        [
          "ssh-keygen", "-q", "-s", authority, "-I", "h1", "-h", "-n", "127.0.0.1",
          lab.folder + "/h1/hostkey.pub",
        ],
      ] {
        let made = await Command.run(command)
        #expect(made.status == 0, "\(made.output)")
      }
      let settings = ["HostCertificate \(lab.folder)/h1/hostkey-cert.pub"]
      try await Sshd.with(lab, settings: settings) { sshd in
        let key = try String(contentsOfFile: authority + ".pub", encoding: .utf8)
        let known = try lab.write("authorities", "@cert-authority * \(key)")
        let failure = try await failureOfOpening(lab.ssh(port: sshd.port, knownHostsFile: known))
        #expect(failure.code == .hostKeyUnknown)
        #expect(failure.message.contains("certificate authority"))
        #expect(failure.remedy.contains("`engine: openssh`"))
        try await expectEcho(
          try lab.ssh(
            .openssh, port: sshd.port, knownHostsFile: known, workFolder: lab.folder + "/work"))
      }
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_keyThatIsRevoked_isRefused(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      let known = try String(contentsOfFile: lab.knownHostsFile, encoding: .utf8)
      let line = "@revoked *" + known.drop { $0 != " " }
      let revoked = try lab.write("revoked", known + line)
      let second = try lab.write("second", line)
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let both = try lab.write(
        "both", "UserKnownHostsFile \(lab.knownHostsFile) \(second)\n" + config)
      for transport in [
        try lab.ssh(engine, knownHostsFile: revoked), try lab.ssh(engine, configFile: both),
      ] {
        let failure = try await failureOfOpening(transport)
        #expect(failure.code == .hostKeyChanged)
        #expect(failure.message.contains("REVOKED"))
      }
    }
  }

  @Test(arguments: [
    "KnownHostsCommand /bin/cat /nonexistent", "RevokedHostKeys /dev/null",
  ])
  func open_optionThatLibsshReadsOver_needsTheSystemsSSH(_ option: String) async throws {
    try await Lab.withLoopback { lab in
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let name = option.prefix { $0 != " " }.lowercased()
      let set = try lab.write("set", "Host h1\n  \(option)\n" + config)
      let failure = try await failureOfOpening(lab.ssh(configFile: set))
      #expect(failure.code == .configuration)
      #expect(failure.message.contains(name))
      #expect(failure.remedy.contains("`engine: openssh`"))
      let elsewhere = try lab.write("elsewhere", "Host other\n  \(option)\n" + config)
      try await expectEcho(
        try lab.ssh(configFile: elsewhere, workFolder: lab.folder + "/work"), "of another host")
    }
  }

  @Test func open_algorithmsThatLibsshLacks_needTheSystemsSSH() async throws {
    try await Lab.withLoopback { lab in
      let settings = ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]
      try await Sshd.with(lab, settings: settings) { sshd in
        let known = try knownHosts(lab, "[127.0.0.1]:\(sshd.port)")
        let failure = try await failureOfOpening(lab.ssh(port: sshd.port, knownHostsFile: known))
        #expect(failure.code == .configuration)
        #expect(failure.message.contains("no algorithm in common"))
        #expect(failure.remedy.contains("`engine: openssh`"))
        try await expectEcho(
          try lab.ssh(
            .openssh, port: sshd.port, knownHostsFile: known, workFolder: lab.folder + "/work"))
      }
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_hostKeyAlias_isUsed(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      let known = try knownHosts(lab, "the-cluster")
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let alias = try lab.write("alias", "HostKeyAlias the-cluster\n" + config)
      try await expectEcho(
        try lab.ssh(
          engine, configFile: alias, knownHostsFile: known, workFolder: lab.folder + "/work"))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_hostThatWantsASecondFactor_saysWhatHelps(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      let settings = ["PasswordAuthentication yes", "AuthenticationMethods publickey,password"]
      try await Sshd.with(lab, settings: settings) { sshd in
        let known = try knownHosts(lab, "[127.0.0.1]:\(sshd.port)")
        let failure = try await failureOfOpening(
          lab.ssh(engine, port: sshd.port, knownHostsFile: known))
        #expect(failure.code == .authenticationRejected)
        let help = engine == .libssh ? "`engine: openssh`" : "at a terminal"
        #expect(failure.remedy.contains(help))
      }
    }
  }

  /// The user's own master connection carries ours: the key that the host accepts is not needed.
  @Test func open_masterOfTheUser_isShared() async throws {
    try await Lab.withLoopback { lab in
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let socket = lab.folder + "/master"
      let sharing = try lab.write("sharing", "ControlPath \(socket)\n" + config)
      let master = await Command.run(["ssh", "-F", sharing, "-M", "-N", "-f", "h1"])
      #expect(master.status == 0, "\(master.output)")
      try await lab("reject-key", "1")
      let transport = try lab.ssh(
        .openssh, configFile: sharing, workFolder: lab.folder + "/work")
      try await expectEcho(transport)
      let ended = await Command.run(["ssh", "-F", sharing, "-O", "exit", "h1"])
      #expect(ended.status == 0, "a link's end leaves the user's master alone: \(ended.output)")
      #expect(try await failureOfOpening(transport).code == .authenticationRejected)
    }
  }

  /// A known_hosts file that knows the lab's host by another name.
  private func knownHosts(_ lab: Lab, _ name: String) throws -> String {
    let known = try String(contentsOfFile: lab.knownHostsFile, encoding: .utf8)
    return try lab.write("known-as", name + known.drop { $0 != " " })
  }
}
