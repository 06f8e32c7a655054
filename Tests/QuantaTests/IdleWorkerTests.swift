import Foundation
import LabSupport
import Testing

/// A run that ends leaves no worker behind that has nothing to do and nobody to wait for.
@Suite(.serialized, .timeLimit(.minutes(5))) struct IdleWorkerTests {
  /// The link is gone before the worker listens, as when a run ends while a host still connects.
  @Test func worker_thatNobodyGreets_endsByItself() async throws {
    try await Sandbox.with { sandbox in
      let work = "\(sandbox.folder)/work"
      let attach = await sandbox.shell(
        "'\(Sandbox.workerPath)' attach --folder '\(work)' --session abc --hash x </dev/null")
      #expect(attach.status == 0, "\(attach.output)")
      try await sandbox.waitUntil("the worker has ended and left nothing") {
        await Command.run(["pgrep", "-f", "--", "--folder \(work) "]).status != 0
      }
      let left = await sandbox.shell("ls -A '\(work)/sessions'")
      #expect((left.status, left.output) == (0, ""))
    }
  }

  /// h2's worker starts so late that h1 has done the only job when it listens.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func run_thatEndsBeforeAHostGreets_leavesNoWorkerThere() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 1))
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile), cores: 1}\nhosts: [h1, h2]\n")
        let late = "\(sandbox.folder)/late"
        try sandbox.write(
          "late",
          """
          #!/bin/sh
          if [ "$1 $(hostname)" = "attach h2" ]; then sleep 2; fi
          exec \(Sandbox.workerPath) "$@"

          """)
        _ = await Command.run(["chmod", "700", late])
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml",
          environment: ["QUANTA_WORKER=\(late)"])
        #expect(run.status == 0, "\(run.output)")
        for host in ["1", "2"] {
          try await sandbox.waitUntil("no worker is left on h\(host)") {
            let find = "ps ax -o args | grep '[q]uanta-worker serve' || :"
            return (try? await lab("exec", host, "sh", "-c", find))?.isEmpty == true
          }
        }
      }
    }
  }
}
