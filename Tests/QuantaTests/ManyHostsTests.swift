import Foundation
import LabSupport
import Testing

/// Many hosts need many open files: there are enough, or that is said before anything is tried.
@Suite(.timeLimit(.minutes(10)))
struct ManyHostsTests {
  /// Runs `quanta workers check` under limits of open files.
  private func check(_ sandbox: Sandbox, _ limits: String) async -> Command.Result {
    await sandbox.shell(
      "\(limits); quanta workers check --cluster cluster.yaml --json --timeout 120")
  }

  @Test func openFiles_thatCannotSuffice_areSaidBeforeAnyConnection() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 1))
      // Names that nobody would resolve within the time limit of this test, and an ssh that tells.
      try sandbox.write("cluster.yaml", "hosts: [\"n[1-400].invalid\"]\n")
      try sandbox.write("ssh", "#!/bin/sh\n: >'\(sandbox.folder)/asked'; exit 255\n")
      for command in ["workers check", "run sweep.yaml"] {
        let result = await sandbox.shell(
          "chmod +x ssh; PATH=$PWD:$PATH; ulimit -Sn 256; ulimit -Hn 256; "
            + "quanta \(command) --cluster cluster.yaml")
        #expect(result.status == 2, "\(result.output)")
        #expect(
          result.output.contains("400 hosts need up to ")
            && result.output.contains("this process may have 256 (ulimit -Hn)"), "\(result.output)")
        #expect(!sandbox.exists("asked"))
      }
    }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason), arguments: ["libssh", "openssh"])
  func manyHosts_beyondTheSoftLimit_areAllReached(_ engine: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        // One host under 50 names; its program is there, so that none of them ships it.
        let address = try lab.address(1)
        let ssh = try String(contentsOfFile: lab.configFile, encoding: .utf8)
        try sandbox.write("ssh_config", "Host n*\n  HostName \(address)\n" + ssh)
        try sandbox.write(
          "one.yaml", "hosts: [{name: a, host: h1, config: \(lab.configFile), folder: ~/q}]\n")
        try sandbox.write("sweep.yaml", selfTest(jobs: 1))
        let first = await sandbox.quanta("run", "sweep.yaml", "--cluster", "one.yaml")
        #expect(first.status == 0, "\(first.output)")
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(sandbox.folder)/ssh_config, folder: ~/q, engine: \(engine)}\n"
            + "hosts: [\"n[1-50]\"]\n")
        let result = await check(sandbox, "ulimit -Sn 128; ulimit -Hn 512")
        let rows = try #require(
          try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]],
          "\(result.output.prefix(2000))")
        #expect(rows.count == 50)
        let failed = rows.filter { row in
          let checks = row["checks"] as? [[String: Any]] ?? []
          return !checks.contains { $0["name"] as? String == "disk" }
        }
        #expect(failed.isEmpty, "\(failed.prefix(2))")
      }
    }
  }
}
