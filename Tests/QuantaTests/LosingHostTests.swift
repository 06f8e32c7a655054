import Foundation
import LabSupport
import Testing

/// Hosts that lose what they get, for real: no good job is blamed.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct LosingHostTests {
  /// Kills the worker of a host; true when there was one.
  private func reap(_ lab: Lab, _ host: String) async throws -> Bool {
    let killed = try await lab(
      "exec", host, "sh", "-c",
      "ps -eo pid=,args= | grep 'quanta-worker.* serve ' | grep -v grep | "
        + "while read -r pid args; do kill -9 \"$pid\" 2>/dev/null && echo killed; true; done")
    return killed.contains("killed")
  }

  private func live(_ sandbox: Sandbox) -> [String: Any] {
    let data = Data(sandbox.text(of: "quanta-store/live.json").utf8)
    return (try? JSONSerialization.jsonObject(with: data) as? [String: Any]) ?? [:]
  }

  private func step(_ sandbox: Sandbox) -> Int {
    let attempts = live(sandbox)["attempts"] as? [[String: Any]]
    return attempts?.first?["step"] as? Int ?? 0
  }

  @Test func hostWhoseWorkerIsKilledAgainAndAgain_setsNoJobAside() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        // Longer than a worker of h1 ever lives.
        try sandbox.write("sweep.yaml", selfTest(jobs: 24, steps: 20, milliseconds: 100))
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile)}\n"
            + "hosts: [{host: h1, cores: 2}, {host: h2, cores: 6}]\n")
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        var kills = 0
        while run.isRunning {
          if try await reap(lab, "1") { kills += 1 }
          try await Task.sleep(for: .milliseconds(300))
        }
        let log = sandbox.text(of: "log")
        #expect(await run.end() == 0, "\(log)")
        #expect(kills > 2 && log.contains("worker h1 came back without the attempt"), "\(log)")
        #expect(!log.contains("set aside"), "\(log)")
        let status = await sandbox.quanta("status", "--json")
        #expect(status.output.contains("\"done\" : 24"), "\(status.output)")
      }
    }
  }

  @Test func jobLongerThanItsHostEverLives_goesOnFromItsCheckpointsAndIsDone() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 1, steps: 110, milliseconds: 100))
        try sandbox.write(
          "cluster.yaml", "hosts: [{host: h1, cores: 1, config: \(lab.configFile)}]\n")
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--checkpoint-seconds", "0.5")
        // It lives for about ten steps at a time: without checkpoints it would never get to its end.
        var losses = 0
        for life in 1...9 {
          try await sandbox.waitUntil("life \(life) has got 10 steps further") {
            step(sandbox) >= min(90, 10 * life) || !run.isRunning
          }
          // On a slow machine a look at it may take as long as the rest of the job.
          guard run.isRunning, try await reap(lab, "1") else { break }
          losses += 1
          try await sandbox.waitUntil("the attempt is lost") {
            let told = sandbox.text(of: "log").split(separator: "\n")
              .count { $0.contains("came back without the attempt") }
            return told >= losses || !run.isRunning
          }
        }
        #expect(losses > 0)
        let log = sandbox.text(of: "log")
        #expect(await run.end() == 0, "\(log)")
        #expect(log.contains("it had got further meanwhile"), "\(log)")
        #expect(!sandbox.text(of: "log").contains("set aside"), "\(sandbox.text(of: "log"))")
      }
    }
  }
}
