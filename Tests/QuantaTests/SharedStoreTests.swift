import Foundation
import LabSupport
import Testing

/// Two sweeps in one store, and links that break: what one run leaves, the next must not lose.
@Suite(.timeLimit(.minutes(10))) struct SharedStoreTests {
  private func sweep(_ name: String, sizes: String, steps: Int, milliseconds: Int) -> String {
    """
    name: \(name)
    workload: self-test
    settings: {steps: \(steps), stepMilliseconds: \(milliseconds)}
    grid: {size: \(sizes)}
    """
  }

  private func states(_ sandbox: Sandbox, _ name: String) async -> [String] {
    let jobs = await sandbox.quanta("jobs", name, "--json")
    let rows = try? JSONSerialization.jsonObject(with: Data(jobs.output.utf8))
    return (rows as? [[String: Any]] ?? []).map { "\($0["state"] ?? "") \($0["attempts"] ?? "")" }
  }

  @Test func resultOfAKilledRun_isTakenOverByARunOfAnotherSweep() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10]", steps: 50, milliseconds: 200))
      try sandbox.write("b.yaml", sweep("b", sizes: "[20, 30]", steps: 20, milliseconds: 50))
      let run = try sandbox.start("run", "a.yaml")
      try await sandbox.waitUntil("a's job runs") {
        await states(sandbox, "a") == ["running 1"]
      }
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
      try await sandbox.waitUntil("the worker has spooled the result") {
        let found = await Command.run(["find", sandbox.folder + "/home", "-name", "*.outcome"])
        return !found.output.isEmpty
      }
      #expect(await sandbox.quanta("run", "b.yaml").status == 0)
      #expect(await states(sandbox, "a") == ["done 1"])
    }
  }

  @Test func requestsForAnotherSweep_actOnThatSweepOrSayThatTheyCannot() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("b.yaml", sweep("b", sizes: "[20, 30]", steps: 20, milliseconds: 1000))
      let early = try sandbox.start("run", "b.yaml")
      try await sandbox.waitUntil("b runs") {
        await states(sandbox, "b") == ["running 1", "running 1"]
      }
      kill(early.processIdentifier, SIGKILL)
      _ = await early.end()
      try sandbox.write("a.yaml", sweep("a", sizes: "[10]", steps: 60, milliseconds: 120))
      let run = try sandbox.start("run", "a.yaml")
      try await sandbox.waitUntil("a runs") {
        await sandbox.quanta("status").output.contains("a is running")
      }
      let cancelled = await sandbox.quanta("cancel", "all", "--sweep", "b")
      #expect(cancelled.output == "cancelled 2 jobs")
      #expect(await states(sandbox, "b").allSatisfy { $0.hasPrefix("cancelled") })
      let pause = await sandbox.quanta("pause", "b")
      #expect(pause.status == 2)
      #expect(pause.output.contains("runs a, not b"), "\(pause.output)")
      #expect(await sandbox.quanta("resume", "b", "--no-wait").status == 2)
      #expect(await run.end() == 0)
    }
  }

  @Test func onlyWorker_killedWhileNothingRuns_isStartedAgain() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "a.yaml", sweep("a", sizes: "{range: [10, 70]}", steps: 10, milliseconds: 30))
      let run = try sandbox.start("run", "a.yaml")
      try await sandbox.waitForDone(1)
      #expect(await sandbox.quanta("pause").status == 0)
      try await sandbox.waitUntil("nothing runs") {
        await states(sandbox, "a").allSatisfy { !$0.hasPrefix("running") }
      }
      _ = await Command.run(["pkill", "-9", "-f", "serve --folder \(sandbox.folder)/"])
      try await sandbox.waitUntil("the link breaks") {
        sandbox.text(of: "log").contains("the worker there has ended, or was killed")
      }
      _ = await sandbox.quanta("resume")
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
    }
  }

  @Test func explain_ofAJobInItsBackOff_saysWhenItIsTriedAgain() async throws {
    try await Sandbox.with { sandbox in
      let failing = selfTest(jobs: 1, ending: "failure", extra: "retries: {max: 1, backoff: 60s}")
      try sandbox.write("sweep.yaml", failing)
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("explain names the back-off") {
        let key = await sandbox.quanta("jobs").output.split(separator: "\n").last?.prefix(10) ?? ""
        let explained = await sandbox.quanta("explain", String(key)).output
        return explained.contains("is waiting: failed 1 time; tried again in ")
      }
      run.interrupt()
      #expect(await run.end() == 130)
    }
  }

  @Test func hostUnderAnotherName_handsOverWhatItHolds() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("cluster.yaml", "hosts:\n  - {name: here, local: true}\n")
      try sandbox.write("a.yaml", sweep("a", sizes: "[10]", steps: 50, milliseconds: 200))
      let run = try sandbox.start("run", "a.yaml", "--cluster", "cluster.yaml")
      try await sandbox.waitUntil("a's job runs") {
        await states(sandbox, "a") == ["running 1"]
      }
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
      let again = await sandbox.quanta("run", "a.yaml")
      #expect(again.status == 0, "\(again.output)")
      #expect(await states(sandbox, "a") == ["done 1"])
    }
  }
}
