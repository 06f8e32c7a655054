import Foundation
import LabSupport
import Testing

/// Trouble of a host that has let the run in passes; at the start the same trouble ends it.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct PassingTroubleTests {
  private func writeFiles(_ sandbox: Sandbox, _ lab: Lab, _ engine: String) throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 40, steps: 20, milliseconds: 20))
    let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
    try sandbox.write("ssh_config", config)
    let key = "\(sandbox.folder)/key"
    try FileManager.default.copyItem(atPath: lab.identityFile, toPath: key)
    try sandbox.write(
      "cluster.yaml",
      "hosts:\n  - {host: h1, config: \(sandbox.folder)/ssh_config, cores: 2, identity: \(key), "
        + "engine: \(engine)}\n")
  }

  /// Runs on the only host, brings trouble over it, waits until the run has said so, mends it.
  private func pass(
    _ engine: String, saying words: [String],
    trouble: @Sendable (Lab, Sandbox) async throws -> Void,
    mend: @Sendable (Lab, Sandbox) async throws -> Void
  ) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try writeFiles(sandbox, lab, engine)
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(1)
        try await trouble(lab, sandbox)
        try await lab("stop-sshd", "1")
        try await lab("start-sshd", "1")
        try await sandbox.waitUntil("the trouble is told") {
          words.contains { sandbox.text(of: "log").contains($0) }
        }
        try await mend(lab, sandbox)
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        let status = await sandbox.quanta("status", "--json")
        #expect(status.output.contains("\"done\" : 40"), "\(status.output)")
      }
    }
  }

  @Test(arguments: ["libssh", "openssh"])
  func loginRefusedForAWhile_goesOnWhenItIsLetInAgain(_ engine: String) async throws {
    try await pass(engine, saying: ["accepts none of", "does not let ssh in"]) { lab, _ in
      try await lab("reject-key", "1")
    } mend: { lab, _ in
      try await lab("accept-key", "1")
    }
  }

  @Test(arguments: ["libssh", "openssh"])
  func nameUnknownForAWhile_goesOnWhenItResolvesAgain(_ engine: String) async throws {
    try await pass(engine, saying: ["does not resolve", "resol"]) { _, sandbox in
      let config = sandbox.text(of: "ssh_config")
      try sandbox.write("ssh_config.whole", config)
      let lines = config.split(separator: "\n").map { line in
        line.contains("HostName") ? "  HostName no-such-host.invalid" : String(line)
      }
      try sandbox.write("ssh_config", lines.joined(separator: "\n") + "\n")
    } mend: { _, sandbox in
      try sandbox.write("ssh_config", sandbox.text(of: "ssh_config.whole"))
    }
  }

  @Test(arguments: ["libssh", "openssh"])
  func keyFileAwayForAWhile_goesOnWhenItIsBack(_ engine: String) async throws {
    let files = FileManager.default
    try await pass(engine, saying: ["key"]) { _, sandbox in
      try files.moveItem(atPath: "\(sandbox.folder)/key", toPath: "\(sandbox.folder)/key.away")
      let config = sandbox.text(of: "ssh_config")
      try sandbox.write("ssh_config.whole", config)
      try sandbox.write(
        "ssh_config",
        config.split(separator: "\n").filter { !$0.contains("IdentityFile") }
          .joined(separator: "\n") + "\n")
    } mend: { _, sandbox in
      try files.moveItem(atPath: "\(sandbox.folder)/key.away", toPath: "\(sandbox.folder)/key")
      try sandbox.write("ssh_config", sandbox.text(of: "ssh_config.whole"))
    }
  }

  @Test func loginRefusedFromTheStart_endsTheRunWithItsRemedy() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try writeFiles(sandbox, lab, "libssh")
        try await lab("reject-key", "1")
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 2)
        #expect(run.output.contains("accepts none of"), "\(run.output)")
      }
    }
  }

  @Test func hostLeftOutAtTheStart_joinsOnceItLetsTheRunIn() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 60, steps: 20, milliseconds: 20))
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile), cores: 1}\nhosts: [{host: h1}, {host: h2}]\n")
        try await lab("reject-key", "2")
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--skip-unusable")
        try await sandbox.waitUntil("h2 is left out") {
          sandbox.text(of: "log").contains("left out: ")
        }
        try await lab("accept-key", "2")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        let runs = await sandbox.quanta("export")
        #expect(runs.output.contains(",h2,h2,"), "\(sandbox.text(of: "log"))\n\(runs.output)")
      }
    }
  }
}
