import Foundation
import LabSupport
import Testing

/// A run that ends leaves no worker behind that has nothing to do and nobody to wait for.
@Suite(.timeLimit(.minutes(10))) struct IdleWorkerTests {
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

  private func writeCluster(_ sandbox: Sandbox, _ lab: Lab) throws {
    try sandbox.write(
      "cluster.yaml", "hosts: [{host: h1, cores: 2, config: \(lab.configFile), folder: ~/q}]\n")
  }

  private func expectNoWorker(_ sandbox: Sandbox, _ lab: Lab) async throws {
    try await sandbox.waitUntil("no worker is left") {
      let find = "ps ax -o args | grep '[q]uanta-worker' || :"
      return (try? await lab("exec", "1", "sh", "-c", find))?.isEmpty == true
    }
  }

  /// Every job of a store is done, at its first try: what waited on the host was fetched.
  private func expectAllAtFirstTry(_ sandbox: Sandbox, _ count: Int) async throws {
    let jobs = await sandbox.quanta("jobs", "--json")
    let rows = try JSONSerialization.jsonObject(with: Data(jobs.output.utf8)) as? [[String: Any]]
    let tries = (rows ?? []).map { "\($0["state"] ?? "") \($0["attempts"] ?? "")" }
    #expect(tries == Array(repeating: "done 1", count: count))
  }

  /// The file that cannot grow is told as what it is, and what waits on the host is fetched later.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func run_whoseStoreHitsTheFileSizeLimit_saysSoAndLeavesNoWorker() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 60, steps: 3, milliseconds: 10))
        try writeCluster(sandbox, lab)
        let run = await sandbox.shell(
          "ulimit -f 400; quanta run sweep.yaml --cluster cluster.yaml || echo status $?")
        #expect(run.output.contains("status 2"), "\(run.output)")
        #expect(run.output.contains("(ulimit -f)"), "\(run.output)")
        #expect(!run.output.contains("disk"), "\(run.output)")
        #expect(
          run.output.contains("with the worker on h1; nothing is lost: `quanta resume trial"),
          "\(run.output)")
        try await expectNoWorker(sandbox, lab)
        let list = await sandbox.quanta("workers", "list", "--cluster", "cluster.yaml", "--json")
        #expect(!list.output.contains("\"resultsWaiting\" : 0"), "\(list.output)")
        let rest = await sandbox.quanta("resume", "trial", "--cluster", "cluster.yaml")
        #expect(rest.status == 0, "\(rest.output)")
        try await expectAllAtFirstTry(sandbox, 60)
        try await expectNoWorker(sandbox, lab)
      }
    }
  }

  /// By a hang-up, and by a third Ctrl-C while a host is frozen and cannot stop its jobs.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason), arguments: [SIGHUP, SIGINT])
  func run_thatASignalEnds_leavesNoWorkerOnceItsJobsAreDone(_ number: Int32) async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write(
          "sweep.yaml", selfTest(jobs: 2, steps: number == SIGHUP ? 60 : 1200, milliseconds: 50))
        try writeCluster(sandbox, lab)
        // A frozen host may lose what it was told last: then its worker ends by itself.
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--grace-seconds",
          number == SIGINT ? "20" : "600")
        try await sandbox.waitUntil("both jobs run") {
          await sandbox.quanta("status", "--json").output.contains("\"running\" : 2")
        }
        if number == SIGINT { try await lab("pause", "1") }
        for count in 1...(number == SIGHUP ? 1 : 3) {
          kill(run.processIdentifier, number)
          guard number == SIGINT else { continue }
          let word = ["draining", "stopping", "go on with the worker on h1"][count - 1]
          try await sandbox.waitUntil("it is \(word)") { sandbox.text(of: "log").contains(word) }
        }
        let log = sandbox.text(of: "log")
        #expect(await run.end() == (number == SIGHUP ? 129 : 130), "\(log)")
        if number == SIGINT { try await lab("resume", "1") }
        try await expectNoWorker(sandbox, lab)
        guard number == SIGHUP else { return }
        let rest = await sandbox.quanta("resume", "trial", "--cluster", "cluster.yaml")
        #expect(rest.status == 0, "\(rest.output)")
        try await expectAllAtFirstTry(sandbox, 2)
        try await expectNoWorker(sandbox, lab)
      }
    }
  }

  /// Nobody but a person settles a changed key: what goes on there meanwhile is said, and how to
  /// fetch it.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func run_thatAChangedHostKeyEnds_saysWhatGoesOnThere() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2, steps: 100, milliseconds: 50))
        try writeCluster(sandbox, lab)
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--grace-seconds", "3600")
        try await sandbox.waitUntil("both jobs run") {
          await sandbox.quanta("status", "--json").output.contains("\"running\" : 2")
        }
        try await lab("swap-key", "1")
        #expect(await run.end() == 1)
        let log = sandbox.text(of: "log")
        for words in [
          "its worker goes on with 2 jobs, and what they compute waits there",
          "h1 could not be told that the run is over: its worker ends after 60 min without work",
          "once its host key is settled, `quanta resume trial --cluster cluster.yaml` fetches that",
        ] { #expect(log.contains(words), "\(log)") }
        try await lab("swap-key", "1")
        let rest = await sandbox.quanta("resume", "trial", "--cluster", "cluster.yaml")
        #expect(rest.status == 0, "\(rest.output)")
        try await expectNoWorker(sandbox, lab)
      }
    }
  }
}
