import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

/// Names that a shell or an option parser would take for more than names, with either engine. Each
/// would make the file `canary` somewhere; none may.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.hasLoopback, "needs /usr/sbin/sshd"))
struct HostileNameTests {
  private static let names = [
    "-oProxyCommand=touch canary", "$(touch canary)", "`touch canary`", "a;touch canary;b",
    "a & touch canary", "it's", "\"quoted\"", "%h %u %%", "ünïcödé ☃", "back\\slash", " a b ",
    "x\" -oProxyCommand=\"touch canary", "a\\\"b",
  ]

  @Test(arguments: SSHEngine.allCases)
  func open_filesWithHostileNames_areOnlyFiles(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
      let rest = config.split(separator: "\n").filter {
        !$0.contains("IdentityFile") && !$0.contains("KnownHosts")
      }.joined(separator: "\n")
      for name in Self.names {
        let folder = lab.folder + "/" + name
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        for (from, to) in [(lab.identityFile, "id"), (lab.knownHostsFile, "known")] {
          try FileManager.default.copyItem(atPath: from, toPath: folder + "/" + to + name)
        }
        let own = try lab.write("\(name)/config\(name)", rest + "\n")
        try await expectEcho(
          try lab.ssh(
            engine, identityFile: folder + "/id" + name, configFile: own,
            knownHostsFile: folder + "/known" + name, workFolder: folder + "/work" + name),
          "\(name)")
      }
      try expectNoCanary(lab)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_hostsAndUsersWithHostileNames_areRefusedOrUnknown(_ engine: SSHEngine) async throws {
    try await Lab.withLoopback { lab in
      for name in Self.names + ["h1 -oProxyCommand=x", "h1\n", "%h"] {
        let host = try await failureOfOpening(lab.ssh(engine, host: name))
        #expect([.configuration, .hostUnknown].contains(host.code), "\(name): \(host)")
        let user = try await failureOfOpening(lab.ssh(engine, user: name))
        #expect([.configuration, .authenticationRejected].contains(user.code), "\(name): \(user)")
      }
      try expectNoCanary(lab)
    }
  }

  /// The user's own ProxyCommand is shell code; what is put into it must not be.
  @Test(arguments: SSHEngine.allCases)
  func open_hostileNameInTheConfiguration_reachesNoProxyCommand(
    _ engine: SSHEngine
  ) async throws {
    try await Lab.withLoopback { lab in
      for name in ["a;touch${IFS}canary", "$(touch${IFS}canary)", "`touch${IFS}canary`"] {
        for option in ["HostName", "User"] {
          let config = try lab.write(
            "proxied", "Host h1\n  \(option) \(name)\n  ProxyCommand cd \(lab.folder); nc %h %r\n")
          let failure = try await failureOfOpening(lab.ssh(engine, configFile: config))
          #expect(failure.code == .configuration, "\(option) \(name): \(failure)")
        }
      }
      try expectNoCanary(lab)
    }
  }

  @Test(arguments: SSHEngine.allCases, ["a\nb", "a\u{1B}[2J"])
  func open_filesWithControlCharacters_areRefused(
    _ engine: SSHEngine, _ name: String
  ) async throws {
    try await Lab.withLoopback { lab in
      let failure = try await failureOfOpening(
        lab.ssh(engine, identityFile: lab.folder + "/" + name))
      #expect(failure.code == .configuration)
      #expect(!failure.message.contains(name), "a terminal would obey it")
    }
  }

  private func expectNoCanary(_ lab: Lab) throws {
    let places = [lab.folder, lab.folder + "/h1/home", FileManager.default.currentDirectoryPath]
    for place in places {
      let files = try FileManager.default.contentsOfDirectory(atPath: place)
      #expect(!files.contains { $0.hasPrefix("canary") }, "\(place)")
    }
  }
}
