import Foundation
import LabSupport
import Testing

/// A run whose first jobs all fail alike ends where nobody sits who could decide.
@Suite(.timeLimit(.minutes(10))) struct PausedRunTests {
  private func write(_ sandbox: Sandbox) throws {
    try sandbox.write(
      "sweep.yaml", selfTest(jobs: 40, ending: "failure", extra: "retries: 0"))
  }

  @Test func run_withoutATerminal_endsWithTheReasonAndTheCommandToGoOn() async throws {
    try await Sandbox.with { sandbox in
      try write(sandbox)
      for options in [[], ["--quiet"]] {
        let run = await sandbox.quanta(["run", "sweep.yaml"] + options)
        #expect(run.status == 1, "\(run.output)")
        #expect(run.output.contains("have all failed in the same way"), "\(run.output)")
        #expect(run.output.contains("quanta resume trial"), "\(run.output)")
        #expect(run.output.contains("--keep-going"), "\(run.output)")
        if options.isEmpty { _ = await sandbox.quanta("retry", "--failed") }
      }
      let status = await sandbox.quanta("status", "--json")
      #expect(status.output.contains("\"waiting\""), "\(status.output)")
      let rest = await sandbox.quanta("resume", "trial", "--keep-going")
      #expect(rest.status == 1, "\(rest.output)")
      #expect(!rest.output.contains("in the same way"), "\(rest.output)")
      let jobs = await sandbox.quanta("jobs", "--state", "waiting")
      #expect(!jobs.output.contains("waiting"), "\(jobs.output)")
    }
  }
}
