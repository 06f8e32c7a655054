import Foundation
import LabSupport
import Testing

/// What is started is what was hashed, whatever takes its name in between.
@Suite(.timeLimit(.minutes(10))) struct SwappedProgramTests {
  /// On the host `sha256sum` itself puts another program, or a whole other `bin`, in the place of what
  /// it has just hashed: exactly between the check and the start.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason), arguments: ["program", "folder"])
  func worker_swappedAfterItsHash_isNotStarted(_ what: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        try sandbox.write(
          "cluster.yaml", "defaults: {config: \(lab.configFile)}\nhosts: [1/h1]\n")
        let swap =
          what == "program"
          ? "cp /root/evil $HOME/.quanta/bin/new; mv -f $HOME/.quanta/bin/new \"$f\""
          : "mv $HOME/.quanta/bin $HOME/.quanta/gone.$$; mkdir -m 700 $HOME/.quanta/bin; "
            + "cp /root/evil \"$f\""
        _ = try await lab.run([
          "exec", "1", "bash", "-c",
          """
          printf '#!/bin/sh\\ntouch /root/evil-ran\\nexit 1\\n' >/root/evil; chmod 700 /root/evil
          mkdir /root/tools
          cat >/root/tools/sha256sum <<'END'
          #!/bin/sh
          /usr/bin/sha256sum "$@"
          [ -e /root/armed ] || exit 0
          n=$(cat /root/armed); echo $((n - 1)) >/root/armed
          [ "$n" = 0 ] || exit 0
          rm /root/armed
          for f in $HOME/.quanta/bin/quanta-worker-*; do
            case $f in *.part|*\\*) continue;; esac
            \(swap); echo >>/root/swaps
          done
          END
          chmod 700 /root/tools/sha256sum; echo 'PATH=/root/tools:$PATH' >/root/.bashrc
          """,
        ])
        // The program is hashed by the check that a run begins with, and by the run itself.
        for (store, hashes) in [("one", "9"), ("two", "0"), ("three", "1")] {
          _ = try await lab.run(["exec", "1", "sh", "-c", "echo \(hashes) >/root/armed"])
          let run = await sandbox.quanta(
            "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", store)
          #expect(run.status == 0, "\(run.output)")
        }
        let look = "ls -d /root/evil-ran 2>/dev/null; wc -l </root/swaps"
        let result = try await lab("exec", "1", "bash", "-c", look)
        #expect(result == "2", "it was swapped, and did not run: \(result)")
      }
    }
  }

  /// On this machine it is started through the descriptor by which it was hashed.
  @Test func localWorker_swappedWhileTheRunGoesOn_isNotStarted() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 3, steps: 50, milliseconds: 20))
      let program = "\(sandbox.folder)/worker"
      _ = await Command.run(["cp", Sandbox.workerPath, program])
      let run = try sandbox.start(
        ["run", "sweep.yaml", "--cores", "1"], environment: ["QUANTA_WORKER=\(program)"])
      try await sandbox.waitForDone(1)
      let ran = "\(sandbox.folder)/evil-ran"
      try sandbox.write("evil", "#!/bin/sh\ntouch \(ran)\nexit 1\n")
      _ = await Command.run(["chmod", "700", "\(sandbox.folder)/evil"])
      _ = await Command.run(["mv", "-f", "\(sandbox.folder)/evil", program])
      let work = "\(sandbox.folder)/home/.quanta"
      _ = await Command.run(["pkill", "-9", "-f", "--", "serve --folder \(work) "])
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      #expect(!sandbox.exists("evil-ran"))
    }
  }
}
