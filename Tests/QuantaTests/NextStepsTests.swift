import Foundation
import LabSupport
import Testing

/// No command is a dead end: what a run names as the next step works as it stands.
@Suite(.timeLimit(.minutes(10))) struct NextStepsTests {
  private static func commands(in output: String) -> [String] {
    let lines = output.components(separatedBy: "\n")
    guard let start = lines.firstIndex(of: "next:") else { return [] }
    return lines[(start + 1)...].prefix { $0.hasPrefix("  quanta ") }.map {
      ($0.components(separatedBy: "  ").first { !$0.isEmpty }) ?? ""
    }
  }

  @Test(arguments: [
    (selfTest(jobs: 6), ["quanta next trial", "quanta report trial"]),
    (
      selfTest(jobs: 6).replacing(#/fits:\n.*\n/#, with: ""),
      ["quanta fit trial --x parameters --y loss.final", "quanta report trial"]
    ),
    (
      "name: trial\nworkload: self-test\nsettings: {size: 5}\n"
        + "grid: {ending: [result, crash]}\nretries: {max: 0}\n",
      [
        "quanta explain", "quanta retry --failed --sweep trial", "quanta resume trial",
        "quanta jobs trial", "quanta report trial",
      ]
    ),
  ])
  func run_names_commandsThatWork(sweep: String, starts: [String]) async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", sweep)
      let run = await sandbox.quanta("run", "sweep.yaml", "--store", "my results")
      let commands = Self.commands(in: run.output)
      #expect(commands.count == starts.count, "\(run.output)")
      for (command, start) in zip(commands, starts) {
        #expect(command.hasPrefix(start), "\(run.output)")
        #expect(command.hasSuffix(" --store 'my results'"), "\(command)")
        let result = await sandbox.shell(command + " || [ $? = 1 ]")
        #expect(result.status == 0, "\(command): \(result.output)")
      }
      for option in ["--json", "--quiet"] {
        let silent = await sandbox.quanta("run", "sweep.yaml", "--store", "my results", option)
        #expect(!silent.output.contains("next:"), "\(option): \(silent.output)")
      }
    }
  }

  @Test func runInAFolderOfItsOwn_isGoneOnWithThere() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        "name: trial\nworkload: self-test\nsettings: {size: 5}\n"
          + "grid: {ending: [result, crash]}\nretries: {max: 0}\n")
      #expect(await sandbox.quanta("run", "sweep.yaml", "--folder", "work").status == 1)
      let command = "`quanta resume trial --folder \(sandbox.folder)/work`"
      let retry = await sandbox.quanta("retry", "--failed")
      #expect(retry.output.contains("\(command) runs it"), "\(retry.output)")
      #expect(await sandbox.quanta("store", "rename", "trial", "other").status == 0)
      let status = await sandbox.quanta("status")
      let renamed = command.replacing("trial", with: "other")
      #expect(status.output.contains("1 job left; \(renamed) runs it"), "\(status.output)")
    }
  }

  @Test func usage_inAnError_isThatOfTheCommandWhateverItWasCalledWith() async throws {
    try await Sandbox.with { sandbox in
      let run = await sandbox.quanta(
        "run", "s.yaml", "--store", "my", "--until", "ci95(c) > 1", "--folder", "w")
      #expect(run.status == 2)
      let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("`quanta next` explains the choice"), "\(run.output)")
    }
  }

  @Test func suspendedRun_isShownAsSuchAndGoesOn() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2, steps: 60_000, milliseconds: 10))
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("jobs run") {
        await sandbox.quanta("jobs", "--state", "running").output.contains("running")
      }
      kill(run.processIdentifier, SIGSTOP)
      try await sandbox.waitUntil("the kernel has stopped it") {
        await sandbox.quanta("status").output.contains("trial is suspended (process ")
      }
      let status = await sandbox.quanta("status", "--json")
      #expect(status.output.contains("\"mode\" : \"suspended\""), "\(status.output)")
      let pause = await sandbox.quanta("pause")
      #expect(pause.status == 2 && pause.output.contains("the run is suspended"), "\(pause.output)")
      kill(run.processIdentifier, SIGCONT)
      #expect(await sandbox.quanta("pause").status == 0)
      #expect(await sandbox.quanta("cancel", "all").status == 0)
      _ = await run.end()
    }
  }

  @Test func hungUpRun_saysWhatGoesOnAndWhoCollectsIt() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 1, steps: 60_000, milliseconds: 10))
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("the job runs") {
        await sandbox.quanta("status", "--json").output.contains("\"attempts\" : [\n      {")
      }
      kill(run.processIdentifier, SIGHUP)
      #expect(await run.end() == 129)
      let words = "1 job goes on with the worker on local: `quanta resume trial` collects"
      #expect(sandbox.text(of: "log").contains("hung up: this run ends here. " + words))
      let status = await sandbox.quanta("status")
      #expect(status.output.contains("trial: " + words), "\(status.output)")
    }
  }
}
