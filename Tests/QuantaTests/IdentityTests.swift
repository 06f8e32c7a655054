import Foundation
import LabSupport
import Testing

/// One worker that is reached in two ways: no link takes it away from another, no job is lost or
/// blamed by it, and a person is told.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct IdentityTests {
  private func writeCluster(_ sandbox: Sandbox, _ lab: Lab, _ hosts: [String]) throws {
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: \(lab.configFile)}\nhosts:\n" + hosts.map { "  - \($0)\n" }.joined())
  }

  /// How many attempts the jobs of a store took, and the states they are in.
  private func attempts(_ sandbox: Sandbox, store: String = "quanta-store") async -> [String] {
    let jobs = await sandbox.quanta("jobs", "--json", "--store", store)
    let rows = try? JSONSerialization.jsonObject(with: Data(jobs.output.utf8))
    return (rows as? [[String: Any]] ?? []).map { "\($0["state"] ?? "") \($0["attempts"] ?? "")" }
  }

  private func expectOneOfTwo(
    _ sandbox: Sandbox, _ lab: Lab, _ hosts: [String], names: (String, String),
    line: SourceLocation = #_sourceLocation
  ) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 12, steps: 20, milliseconds: 20))
    try writeCluster(sandbox, lab, hosts)
    let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
    #expect(run.status == 0, "\(run.output)", sourceLocation: line)
    let told = [(names.0, names.1), (names.1, names.0)].filter {
      run.output.contains("\($0.0) is \($0.1) once more: both reach one machine and work folder")
    }
    #expect(told.count == 1, "\(run.output)", sourceLocation: line)
    let first = told.first?.1 ?? ""
    #expect(run.output.contains("the run goes on with \(first)"), sourceLocation: line)
    // Nothing was lost on the way: every job is done at its first try.
    #expect(
      await attempts(sandbox) == Array(repeating: "done 1", count: 12), "\(run.output)",
      sourceLocation: line)
    let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
    #expect(check.status == 0, "\(check.output)", sourceLocation: line)
    #expect(
      check.output.contains("identity: \(names.1) is \(names.0) once more"), "\(check.output)",
      sourceLocation: line)
  }

  /// Gives both hosts one name and a folder that both see (their `/tmp` is their own).
  private func share(_ lab: Lab) async throws -> String {
    for host in ["1", "2"] { try await lab("exec", host, "hostname", "ubuntu") }
    return "/var/tmp/quanta-test-\(UUID().uuidString)"
  }

  @Test(arguments: ["libssh", "openssh"])
  func machineUnderTwoNames_isUsedOnceAndSaidToBeOne(_ engine: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        let address = try lab.address(1)
        try await expectOneOfTwo(
          sandbox, lab,
          ["{host: h1, engine: \(engine)}", "{name: by-address, host: \(address)}"],
          names: ("h1", "by-address"))
      }
    }
  }

  @Test func hostsOfOneNameOnASharedFolder_areUsedOnceAndSaidToBeOne() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        let folder = try await share(lab)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await expectOneOfTwo(
          sandbox, lab, ["{host: h1, folder: \(folder)}", "{host: h2, folder: \(folder)}"],
          names: ("h1", "h2"))
      }
    }
  }

  /// Cores of a machine that is reached with two work folders are given out twice, unless somebody has
  /// shared them out: check and run say so alike.
  @Test func machineWithTwoWorkFolders_isNamedByCheckAndRun() async throws {
    try await Lab.withHosts(2, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 8, steps: 20, milliseconds: 50))
        for (cores, isNamed) in [("", true), (", cores: 1", false)] {
          try writeCluster(
            sandbox, lab,
            [
              "{name: a, host: h1, folder: ~/q1\(cores)}", "{host: h2, cores: 1}",
              "{name: b, host: \(try lab.address(1)), folder: ~/q2\(cores)}",
            ])
          let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
          #expect(check.status == 0, "\(check.output)")
          let words = "b and a are one machine with two work folders"
          #expect(check.output.contains(words) == isNamed, "\(check.output)")
          let run = await sandbox.quanta(
            "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "s\(isNamed)")
          #expect(run.status == 0, "\(run.output)")
          #expect(run.output.contains("one machine with two work folders") == isNamed)
        }
      }
    }
  }

  /// The one that works is lost for good: the other takes over its worker's machine.
  @Test func nameThatIsLost_isReplacedByTheOther() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        let folder = try await share(lab)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try sandbox.write("sweep.yaml", selfTest(jobs: 30, steps: 20, milliseconds: 20))
        try writeCluster(
          sandbox, lab, ["{host: h1, folder: \(folder)}", "{host: h2, folder: \(folder)}"])
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(2)
        try await sandbox.waitUntil("the second is known") {
          sandbox.text(of: "log").contains(" once more: both reach")
        }
        let isSecond = sandbox.text(of: "log").contains("h1 is h2 once more")
        try await lab("crash", isSecond ? "2" : "1")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        #expect(await attempts(sandbox).allSatisfy { $0.hasPrefix("done ") })
      }
    }
  }

  @Test func copyOfAStore_waitsForTheRunOfTheOriginalAndLosesNothing() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 20, steps: 100, milliseconds: 20))
        try writeCluster(sandbox, lab, ["{host: h1, cores: 2}"])
        let first = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(2)
        let copying = await sandbox.shell("cp -a quanta-store copied")
        #expect(copying.status == 0)
        let second = try sandbox.start(
          ["run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "copied"], log: "second")
        #expect(await first.end() == 0, "\(sandbox.text(of: "log"))")
        #expect(await second.end() == 0, "\(sandbox.text(of: "second"))")
        #expect(
          sandbox.text(of: "second").contains(
            "h1: its worker serves another run, of process \(first.processIdentifier) on "),
          "\(sandbox.text(of: "second"))")
        #expect(!sandbox.text(of: "log").contains("h1: the pipe"), "\(sandbox.text(of: "log"))")
        #expect(await attempts(sandbox) == Array(repeating: "done 1", count: 20))
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "copied"))
      }
    }
  }
}

/// What lies in the folders of an earlier version of the worker.
@Suite(.timeLimit(.minutes(10))) struct OlderPartTests {
  /// A worker that finished a job and was killed before anybody heard of it; the version before
  /// this one named its part of the session by the host alone.
  @Test func outcomeInAPartOfAnOlderVersion_isHandedOver() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2, steps: 40, milliseconds: 50))
      let run = try sandbox.start("run", "sweep.yaml", "--cores", "2")
      try await sandbox.waitUntil("two jobs run") {
        await sandbox.quanta("jobs", "--state", "running").output.contains("running")
      }
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
      let part = try #require(sandbox.sessionFolder)
      try await sandbox.waitUntil("both outcomes are kept") {
        await sandbox.shell("ls \(part)/spool/*.outcome").output.split(separator: "\n").count == 2
      }
      _ = await Command.run(["pkill", "-9", "-f", "--", "serve --folder \(sandbox.folder)/"])
      let older = (part as NSString).deletingLastPathComponent + "/$(uname -n)"
      let moving = await sandbox.shell("mv \(part) \(older)")
      #expect(moving.status == 0, "\(moving.output)")
      let again = await sandbox.quanta("run", "sweep.yaml", "--cores", "2")
      #expect(again.status == 0, "\(again.output)")
      let jobs = await sandbox.quanta("jobs", "--json")
      #expect(jobs.output.components(separatedBy: "\"attempts\" : 1").count == 3, "\(jobs.output)")
    }
  }
}
