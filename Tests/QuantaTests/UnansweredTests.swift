import LabSupport
import Testing

/// Submissions of which it is not known whether they have come.
@Suite(.timeLimit(.minutes(5)))
struct UnansweredTests {
  private static func system(_ submit: String) -> String {
    """
    name: own
    title: Own
    submit: \(submit)
    answer: '^(?<job>\\d+)$'
    status: ["true"]
    entry: '^(?<job>\\d+) (?<state>\\w+)$'
    states: {pending: Q, running: R}
    pilot: "{job}"
    cancel: [echo, "{pilots}"]
    script: {job: $JOB}
    """
  }

  @Test(arguments: [
    ("[sleep, \"90\"]", "sleep has not answered within 20 s; run it there by hand"),
    (
      "[echo, \"taken:\", yes]",
      "its answer names no job: it says taken: yes; write `answer` in own.yaml"
    ),
    ("[\"true\"]", "its answer names no job: it printed nothing; write `answer`"),
  ])
  func submission_withoutAJob_isSaid(submit: String, words: String) async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("own.yaml", Self.system(submit))
      try sandbox.write(
        "cluster.yaml",
        "pools: [{system: ./own.yaml, ask: {time: 5 min, cores: 1}, folder: \(sandbox.folder)/shared}]"
      )
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      let run = try sandbox.start(["run", "sweep.yaml", "--cluster", "cluster.yaml"])
      try await sandbox.waitUntil("it is said") {
        sandbox.text(of: "log").contains(words) || !run.isRunning
      }
      #expect(run.isRunning, "\(sandbox.text(of: "log"))")
      run.interrupt()
      _ = await run.end()
    }
  }
}
