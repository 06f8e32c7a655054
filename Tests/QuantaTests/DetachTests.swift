import Foundation
import LabSupport
import Testing

/// Runs that go on without the terminal that they were started from.
@Suite(.timeLimit(.minutes(10))) struct DetachTests {
  /// Jobs that end once a file `go` is there.
  private static func writeGated(_ sandbox: Sandbox) throws {
    try sandbox.write(
      "gated.yaml",
      """
      name: gated
      run: [sh, -c, "until [ -e '\(sandbox.folder)/go' ]; do sleep 0.05; done; exit 0", "{i}"]
      grid: {i: [1, 2, 3]}
      """)
  }

  @Test func detachedRun_goesOn_andIsShownToItsEnd() async throws {
    try await Sandbox.with { sandbox in
      try Self.writeGated(sandbox)
      let start = await sandbox.quanta("run", "gated.yaml", "--cores", "1", "--detach")
      #expect(start.status == 0, "\(start.output)")
      #expect(start.output.contains("`quanta attach`"), "\(start.output)")
      let first = try sandbox.start("attach", log: "first")
      try await sandbox.waitUntil("the run is shown") {
        sandbox.text(of: "first").contains("gated: 0/3 done")
      }
      kill(first.processIdentifier, SIGINT)
      #expect(await first.end() == 130)
      #expect(sandbox.text(of: "first").contains("gated goes on"))
      let second = try sandbox.start("attach", log: "second")
      try await sandbox.waitUntil("the run is shown again") {
        sandbox.text(of: "second").contains("gated: 0/3 done")
      }
      try sandbox.write("go", "")
      #expect(await second.end() == 0, "\(sandbox.text(of: "second"))")
      #expect(sandbox.text(of: "second").contains("gated: 3 done"))
      #expect(start.output.contains("gated: 3 jobs"), "\(start.output)")
      #expect(sandbox.text(of: "quanta-store/run.log").contains("gated: 3 done of 3 jobs"))
      let after = await sandbox.quanta("attach")
      #expect(after.status == 2)
      #expect(after.output.contains("no coordinator is running on this store"))
    }
  }

  @Test func detachedRun_thatCannotBegin_saysSoAtOnce_andLeavesNothing() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("bad.yaml", "name: bad\nworkload: sparse-party\n")
      let plain = await sandbox.quanta("run", "bad.yaml")
      let start = await sandbox.quanta("run", "bad.yaml", "--detach")
      #expect(start.status == plain.status && plain.status == 2)
      #expect(start.output == plain.output)
      #expect(!sandbox.exists("quanta-store"))
    }
  }

  /// Where a user's systemd would end what a login leaves, the run gets a scope of its own.
  @Test func detachedRun_asksSystemd_whereItAnswers() async throws {
    try await Sandbox.with { sandbox in
      try Self.writeGated(sandbox)
      try sandbox.write("go", "")
      try FileManager.default.createDirectory(
        atPath: "\(sandbox.folder)/bin", withIntermediateDirectories: true)
      try sandbox.write(
        "bin/systemd-run",
        """
        #!/bin/sh
        echo "$@" >> '\(sandbox.folder)/asked'
        while [ "$1" != -- ]; do shift; done
        shift
        exec "$@"
        """)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(sandbox.folder)/bin/systemd-run")
      let path = "PATH=\(sandbox.folder)/bin:/usr/bin:/bin"
      let start = await sandbox.quanta("run", "gated.yaml", "--detach", environment: [path])
      #expect(start.status == 0, "\(start.output)")
      try await sandbox.waitForDone(3)
      let asked = sandbox.text(of: "asked").split(separator: "\n")
      #expect(asked.count == 2 && asked.last?.contains("run gated.yaml --detached") == true)
      try await sandbox.waitUntil("the run has ended") {
        await sandbox.quanta("status").output.contains("no coordinator is running")
      }
    }
  }
}
