import Foundation
import LabSupport
import Testing

/// A work folder of a version that marked none, with other things in it: Quanta now works in
/// `quanta` inside, and takes along what waits in the old one.
@Suite(.timeLimit(.minutes(10))) struct OlderFolderTests {
  private func expectFetched(
    _ sandbox: Sandbox, host: String, config: String, work: String,
    run: (String) async throws -> String
  ) async throws {
    try sandbox.write("one.yaml", selfTest(jobs: 1, steps: 400, milliseconds: 20))
    try sandbox.write(
      "cluster.yaml", config + "hosts:\n  - {name: a, \(host), cores: 1, folder: \(work)}\n")
    let first = try sandbox.start("run", "one.yaml", "--cluster", "cluster.yaml")
    try await sandbox.waitUntil("the job runs") {
      await sandbox.quanta("workers", "list", "--cluster", "cluster.yaml", "--json").output
        .contains("\"jobs\" : 1")
    }
    kill(first.processIdentifier, SIGKILL)
    _ = await first.end()
    try await sandbox.waitUntil("the result waits") {
      await sandbox.quanta("workers", "list", "--cluster", "cluster.yaml", "--json").output
        .contains("\"resultsWaiting\" : 1")
    }
    let stop = await sandbox.quanta("workers", "stop", "--cluster", "cluster.yaml")
    #expect(stop.status == 0, "\(stop.output)")
    // As an older version would have left it: no mark, parts named by the host alone.
    _ = try await run(
      """
      cd \(work) && rm .quanta-folder && echo mine >thesis.csv && rm -r bin && mkdir -m 700 bin
      cd sessions/* && mv * "$(hostname)"
      """)
    let again = await sandbox.quanta("run", "one.yaml", "--cluster", "cluster.yaml")
    #expect(again.status == 0, "\(again.output)")
    let jobs = await sandbox.quanta("jobs", "--json")
    #expect(jobs.output.contains("\"attempts\" : 1"), "it did not run again: \(jobs.output)")
    #expect(try await run("find \(work)/sessions -name '*.outcome'").isEmpty)
    #expect(try await run("cat \(work)/thesis.csv; ls -d \(work)/quanta") == "mine\n\(work)/quanta")
  }

  @Test func resultsThatWait_onThisMachine_areFetched() async throws {
    try await Sandbox.with { sandbox in
      try await expectFetched(
        sandbox, host: "local: true", config: "", work: sandbox.folder + "/old",
        run: { await Command.run(["bash", "-c", $0]).output })
    }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func resultsThatWait_onHosts_areFetched() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await expectFetched(
          sandbox, host: "host: h1", config: "defaults: {config: \(lab.configFile)}\n",
          work: "/root/old", run: { try await lab("exec", "1", "bash", "-c", $0) })
      }
    }
  }
}
