import Foundation
import LabSupport
import Testing

/// Sweeps whose pilots are reached through a relay, which is killed meanwhile.
@Suite(.timeLimit(.minutes(10))) struct RelayRunTests {
  /// The relays of a sandbox that run: one for a pool, and no process for a pilot.
  private static func relays(_ sandbox: Sandbox) -> [pid_t] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.compactMap { pid_t($0) }.filter { process in
      let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
      return words.dropFirst().first.map { ["relay", "mail"].contains($0) } == true
        && words.contains { $0.hasPrefix(sandbox.folder) }
    }
  }

  @Test(arguments: ["relay", "mail"])
  func sweep_isThatOfThisMachine_thoughItsRelayIsKilled(link: String) async throws {
    try await BatchLab.with("pbs") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write(
          "cluster.yaml",
          """
          pools:
            - pbs: {time: 5 min, cores: 2, count: 3}
              name: lent
              link: \(link)
              folder: \(sandbox.folder)/shared
          """)
        try sandbox.write("sweep.yaml", selfTest(jobs: 24, steps: 40, milliseconds: 50))
        let here = await sandbox.quanta("run", "sweep.yaml", "--store", "here")
        #expect(here.status == 0, "\(here.output)")
        let run = try sandbox.start(
          ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
        try await sandbox.waitForDone(1)
        let way = link == "mail" ? "by mail through the work folder" : "through the relay"
        let status = await sandbox.quanta("status")
        #expect(status.output.contains(way) || !run.isRunning, "\(status.output)")
        let relays = Self.relays(sandbox)
        #expect(relays.count == 1 || !run.isRunning, "\(relays)")
        for relay in relays { kill(relay, SIGKILL) }
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "here"))
        let jobs = await sandbox.quanta("jobs", "--state", "done")
        #expect(jobs.output.split(separator: "\n").count == 25, "\(jobs.output)")
        #expect(Self.relays(sandbox) == [])
        let cards = sandbox.files.filter { $0.hasPrefix("shared/") && $0.hasSuffix("/relay") }
        #expect(cards == [])
      }
    }
  }
}
