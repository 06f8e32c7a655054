import Foundation
import LabSupport
import Testing

/// A person at a terminal: a shell with job control, in which `quanta run` is stopped, sent to the
/// background, drained and ended.
@Suite(.timeLimit(.minutes(10))) struct TerminalRunTests {
  private static let drawn = "█"

  /// A shell at a terminal with `quanta` on its path, and its prompt.
  private func shell(_ sandbox: Sandbox) async throws -> Pseudoterminal {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let terminal = try Pseudoterminal(
      sandbox,
      environment: [
        "PATH": "\(sandbox.programs):\(path)", "PS1": "ready> ", "TERM": "xterm",
        "HISTFILE": "/dev/null",
      ], showsOutput: true, ["bash", "--norc", "--noprofile", "-i"])
    try await expect(terminal, "ready> ")
    return terminal
  }

  /// Waits for a text at the terminal.
  @discardableResult private func expect(
    _ terminal: Pseudoterminal, _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let shown = await terminal.waitFor(text)
    return try #require(shown, "\(text)", sourceLocation: sourceLocation)
  }

  @Test func ctrlZ_suspendsAndFgGoesOn() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4, steps: 100, milliseconds: 20))
      let terminal = try await shell(sandbox)
      terminal.type("quanta run sweep.yaml -j 1\n")
      try await expect(terminal, Self.drawn)
      terminal.type("\u{1A}")
      try await expect(terminal, "Stopped")
      try await expect(terminal, "ready> ")
      let status = await sandbox.quanta("status")
      #expect(status.output.contains("is suspended (process "), "\(status.output)")
      #expect(status.output.contains("`fg` in its terminal"), "\(status.output)")
      let cancel = await sandbox.quanta("cancel", "all")
      #expect(cancel.status == 2 && cancel.output.contains("kill -CONT"), "\(cancel.output)")
      terminal.type("fg\n")
      try await expect(terminal, Self.drawn)
      try await expect(terminal, "4 done of 4 jobs")
      terminal.type("echo \"status=$?\"\n")
      try await expect(terminal, "status=0")
    }
  }

  @Test func ctrlC_onceAndTwiceAtATerminal_drainsAndStops() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 40, steps: 10, milliseconds: 40))
      let terminal = try await shell(sandbox)
      terminal.type("quanta run sweep.yaml -j 1\n")
      try await expect(terminal, Self.drawn)
      terminal.type("\u{03}")
      try await expect(terminal, "draining: running jobs finish")
      try await expect(terminal, "`quanta resume trial --cores 1` goes on where this ended")
      terminal.type("echo \"status=$?\"\n")
      try await expect(terminal, "status=130")
      try sandbox.write(
        "slow.yaml",
        selfTest(jobs: 40, steps: 100_000, milliseconds: 10).replacing("trial", with: "slow"))
      terminal.type("quanta run slow.yaml -j 1\n")
      try await expect(terminal, "step ")
      terminal.type("\u{03}")
      try await expect(terminal, "Ctrl-C again stops them")
      terminal.type("\u{03}")
      try await expect(terminal, "stopping: jobs keep their checkpoints")
      try await expect(terminal, "interrupted; `quanta resume slow --cores 1` goes on")
      terminal.type("echo \"status=$?\"\n")
      try await expect(terminal, "status=130")
    }
  }

  @Test func equalFailures_atATerminal_waitForAPerson() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml", selfTest(jobs: 40, ending: "failure", extra: "retries: 0"))
      let terminal = try await shell(sandbox)
      terminal.type("quanta run sweep.yaml\n")
      try await expect(terminal, "have all failed in the same way")
      try await expect(terminal, "paused")
      let status = await sandbox.quanta("status")
      #expect(status.output.contains("trial is paused"), "\(status.output)")
      #expect(await sandbox.quanta("resume", "trial").status == 0)
      try await expect(terminal, "40 jobs failed")
      terminal.type("echo \"status=$?\"\n")
      try await expect(terminal, "status=1")
    }
  }

  @Test func background_drawsNothingOverThePrompt() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 3, steps: 10, milliseconds: 20))
      let terminal = try await shell(sandbox)
      terminal.type("quanta run sweep.yaml & wait; echo \"status=$?\"\n")
      let shown = try await expect(terminal, "status=0")
      #expect(!shown.contains(Self.drawn) && !shown.contains("\u{1B}[J"), "\(shown)")
    }
  }
}
