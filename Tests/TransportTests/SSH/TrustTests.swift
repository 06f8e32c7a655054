import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct TrustTests {
  @Test(arguments: SSHEngine.allCases)
  func open_hostMissingInKnownHosts_namesKeyFingerprintAndRemedy(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let empty = try lab.write("no_hosts", "")
      let failure = try await failureOfOpening(try lab.ssh(engine, knownHostsFile: empty))
      #expect(failure.code == .hostKeyUnknown)
      let key = await Command.run(["ssh-keygen", "-lf", lab.folder + "/h1/hostkey.pub"]).output
      let fingerprint = key.split(separator: " ")[1]
      if engine == .libssh { #expect(failure.message.contains("ssh-ed25519 \(fingerprint)")) }
      #expect(
        failure.remedy.contains(
          "ssh -o StrictHostKeyChecking=ask -F \(lab.configFile) -o UserKnownHostsFile=\(empty) root@h1"
        ))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_knownHostsFileMissing_isHostKeyUnknown(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let failure = try await failureOfOpening(
        try lab.ssh(engine, knownHostsFile: lab.folder + "/nothing-here"))
      #expect(failure.code == .hostKeyUnknown)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_hostShowsAnotherKey_isHostKeyChangedAndLoud(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("swap-key", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine))
      #expect(failure.code == .hostKeyChanged)
      #expect(failure.message.contains("THE HOST KEY HAS CHANGED"))
      #expect(failure.remedy.contains("ssh-keygen -R"))
      try await lab("swap-key", "1")
      try await expectEcho(try lab.ssh(engine))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_checkingSwitchedOffInTheConfiguration_isStillStrict(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("swap-key", "1")
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let lax = try lab.write("lax_config", "StrictHostKeyChecking no\n" + config)
      #expect(try await failureOfOpening(lab.ssh(engine, configFile: lax)).code == .hostKeyChanged)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_keyNotAuthorized_namesWhatWasTried(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("reject-key", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine))
      #expect(failure.code == .authenticationRejected)
      switch engine {
      case .libssh:
        #expect(failure.message.contains(lab.identityFile))
        #expect(failure.message.contains("it takes public keys"))
        #expect(failure.remedy.contains("`engine: openssh`"))
      case .openssh: #expect(failure.message.contains("Permission denied (publickey)"))
      }
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_keyOnlyInTheAgent_isAccepted(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let socket = lab.folder + "/agent"
      let agent = await Command.run(["ssh-agent", "-a", socket])
      #expect(agent.status == 0)
      defer { _ = Command.runBlocking(["sh", "-c", agent.output + "\nkill $SSH_AGENT_PID"]) }
      let add = await Command.run(
        ["ssh-add", lab.identityFile], environment: ["SSH_AUTH_SOCK": socket])
      #expect(add.status == 0, "\(add.output)")
      let config = try lab.write(
        "agent_config",
        "Host h1\n  HostName \(try lab.address(1))\n  User root\n  IdentityAgent \(socket)\n"
          + "  IdentityFile /nonexistent/key\n  UserKnownHostsFile \(lab.knownHostsFile)\n")
      try await expectEcho(try lab.ssh(engine, configFile: config))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_encryptedKeyWithoutAgent_saysSo(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let key = lab.folder + "/locked"
      await makeKey(key, passphrase: "sesame")
      let failure = try await failureOfOpening(
        try lab.ssh(engine, identityFile: key, configFile: try keylessConfig(lab)))
      switch engine {
      case .libssh:
        #expect(failure.code == .configuration)
        #expect(failure.message.contains("the key \(key) is encrypted and no agent holds it"))
        #expect(failure.remedy.contains("ssh-add \(key)"))
      case .openssh: #expect(failure.code == .authenticationRejected)
      }
      #expect(!"\(failure)".contains("sesame"))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_keyFileMissing_isAConfigurationFailure(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let failure = try await failureOfOpening(try lab.ssh(engine, identityFile: "/nonexistent/id"))
      #expect(failure.code == .configuration)
      #expect(failure.message.contains("/nonexistent/id"))
    }
  }

  @Test(
    arguments: SSHEngine.allCases,
    [["-t", "rsa", "-b", "3072"], ["-t", "ecdsa"], ["-t", "ed25519"]])
  func open_keyOfEachKind_isAccepted(_ engine: SSHEngine, _ kind: [String]) async throws {
    try await Lab.withHosts(1) { lab in
      let key = lab.folder + "/own key%h"  // a space and a token of ssh_config
      await makeKey(key, kind: kind)
      try FileManager.default.removeItem(atPath: lab.folder + "/h1/authorized_keys")
      try FileManager.default.copyItem(
        atPath: key + ".pub", toPath: lab.folder + "/h1/authorized_keys")
      try await expectEcho(
        try lab.ssh(engine, identityFile: key, configFile: try keylessConfig(lab)), "\(kind)")
    }
  }

  private func keylessConfig(_ lab: Lab) throws -> String {
    let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
    let lines = config.split(separator: "\n").filter { !$0.contains("IdentityFile") }
    return try lab.write("keyless_config", lines.joined(separator: "\n") + "\n")
  }

  private func makeKey(
    _ path: String, kind: [String] = ["-t", "ed25519"], passphrase: String = ""
  ) async {
    let made = await Command.run(["ssh-keygen", "-q", "-N", passphrase, "-f", path] + kind)
    #expect(made.status == 0, "\(made.output)")
  }
}
