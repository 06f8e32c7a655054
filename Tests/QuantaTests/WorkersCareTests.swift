import Foundation
import LabSupport
import Testing

/// `quanta workers list`, `stop` and `clean`, on this machine and on hosts: what is not provably
/// Quanta's stays, results that wait stay, and nobody's process but a worker is ended.
@Suite(.timeLimit(.minutes(10))) struct WorkersCareTests {
  private struct Place: Sendable {
    let run: @Sendable (String) async throws -> String
    let work: String
    let cluster: String
  }

  private func here(_ sandbox: Sandbox) -> Place {
    let work = sandbox.folder + "/there/q"
    return Place(
      run: { await Command.run(["bash", "-c", $0]).output }, work: work,
      cluster: "hosts:\n  - {name: a, local: true, cores: 1, folder: \(work)}\n")
  }

  private func there(_ lab: Lab) -> Place {
    Place(
      run: { try await lab("exec", "1", "bash", "-c", $0) }, work: "/root/q",
      cluster: "defaults: {config: \(lab.configFile)}\n"
        + "hosts:\n  - {name: a, host: h1, cores: 1, folder: /root/q}\n")
  }

  private func workers(_ sandbox: Sandbox, _ words: String...) async -> Command.Result {
    await sandbox.quanta(["workers"] + words + ["--cluster", "cluster.yaml"])
  }

  /// The sessions that `list` tells of.
  private func sessions(_ sandbox: Sandbox, _ store: String) async throws -> [[String: Any]] {
    let result = await workers(sandbox, "list", "--json", "--store", store)
    #expect(result.status == 0, "\(result.output)")
    let hosts = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let host = try #require((hosts as? [[String: Any]])?.first)
    return host["sessions"] as? [[String: Any]] ?? []
  }

  /// Runs a sweep until its worker has a job, and kills the coordinator.
  private func leaveWorker(
    _ sandbox: Sandbox, _ store: String, whileItRuns: () async throws -> Void = {}
  ) async throws {
    let run = try sandbox.start(
      "run", "\(store).yaml", "--cluster", "cluster.yaml", "--store", store,
      "--checkpoint-seconds", "0.05", log: "log-\(store)")
    try await sandbox.waitUntil("a job of \(store) runs") {
      let own = try? await sessions(sandbox, store).first { $0["isThisStore"] as? Bool == true }
      return own?["jobs"] as? Int == 1
    }
    try await whileItRuns()
    kill(run.processIdentifier, SIGKILL)
    _ = await run.end()
    try await sandbox.waitUntil("nobody is attached") {
      let own = try? await sessions(sandbox, store).first { $0["isThisStore"] as? Bool == true }
      return own != nil && own?["coordinator"] == nil
    }
  }

  private func expectResultsKept(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("cluster.yaml", place.cluster)
    // Each job goes on until the gate is open: the commands beside the run have all the time they need.
    let gate = "\(place.work)-gate"
    try sandbox.write(
      "one.yaml",
      """
      name: s
      workload: command
      grid: {n: [1, 2, 3]}
      run: [sh, -c, 'until [ -e \(gate) ]; do sleep 0.05; done; echo {\\"loss\\":1} >>$QUANTA_METRICS']
      """)
    try await leaveWorker(sandbox, "one") {
      let refused = await workers(sandbox, "stop", "--store", "one")
      #expect(refused.status == 2, "\(refused.output)")
      #expect(refused.output.contains("a run of one goes on"), "\(refused.output)")
      let list = await workers(sandbox, "list", "--store", "one")
      #expect(list.output.contains("this store"), "\(list.output)")
      #expect(list.output.contains("@"), "the coordinator is named: \(list.output)")
      let attached = await workers(sandbox, "stop", "--store", "one", "--all-stores")
      #expect(attached.status == 1, "\(attached.output)")
      #expect(attached.output.contains("is attached"), "\(attached.output)")
    }
    _ = try await place.run("touch \(gate)")
    try await sandbox.waitUntil("the result waits") {
      let own = try? await sessions(sandbox, "one").first
      return own?["resultsWaiting"] as? Int == 1 && own?["jobs"] as? Int == 0
    }
    let stop = await workers(sandbox, "stop", "--store", "one")
    #expect(stop.status == 0, "\(stop.output)")
    #expect(stop.output.contains("has ended; 1 result waits"), "\(stop.output)")
    let own = [
      "data/\(String(repeating: "1", count: 64))",
      "bin/quanta-worker-\(String(repeating: "2", count: 64))",
    ]
    _ = try await place.run(
      ForeignFilesTests.furnish
        + """

        for part in . data bin sessions sessions/abc; do lay \(place.work)/$part \(place.work); done
        chmod 700 \(place.work) \(place.work)/data \(place.work)/bin \(place.work)/sessions
        for file in \(own.joined(separator: " ")); do echo x >\(place.work)/$file; done
        """)
    let look = ForeignFilesTests.list + "\nlist \(place.work) /none"
    let before = try await place.run(look).split(separator: "\n")
    #expect(before.contains { $0.hasSuffix(".outcome") })
    let asks = await workers(sandbox, "clean", "--store", "one")
    #expect(asks.status == 2 && asks.output.contains("--yes"), "\(asks.output)")
    #expect(try await place.run(look).split(separator: "\n") == before)
    let clean = await workers(sandbox, "clean", "--store", "one", "--all", "--yes")
    #expect(clean.status == 0, "\(clean.output)")
    #expect(clean.output.contains("no run has fetched it yet"), "\(clean.output)")
    let after = Set(try await place.run(look).split(separator: "\n"))
    let gone = before.filter { !after.contains($0) }
    #expect(gone.count == 2, "\(gone)")
    #expect(gone.allSatisfy { line in own.contains { line.hasSuffix("/\($0)") } }, "\(gone)")
    // The result is fetched by the next run, and not computed again.
    let again = await sandbox.quanta(
      "run", "one.yaml", "--cluster", "cluster.yaml", "--store", "one")
    #expect(again.status == 0, "\(again.output)")
    let jobs = await sandbox.quanta("export", "--store", "one")
    #expect(jobs.output.split(separator: "\n").count == 4, "\(jobs.output)")
    let verdict = await workers(sandbox, "clean", "--store", "one", "--all", "--yes")
    #expect(verdict.output.contains("that Quanta did not make: "), "\(verdict.output)")
    #expect(verdict.output.contains(".hidden, "), "they are named: \(verdict.output)")
    #expect(!verdict.output.contains("the folder \(place.work) itself"), "\(verdict.output)")
    let foreign = try await place.run("cat \(place.work)/thesis.csv \(place.work)/data/thesis.csv")
    #expect(foreign == "mine\nmine")
  }

  private func expectUninstalled(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("cluster.yaml", place.cluster)
    let none = await workers(sandbox, "clean", "--all", "--yes")
    #expect(none.status == 0 && none.output.contains("nothing to remove"), "\(none.output)")
    #expect(try await place.run("ls -d \(place.work) 2>&1 || :").contains("No such file"))
    try sandbox.write("one.yaml", selfTest(jobs: 2))
    try sandbox.write("two.yaml", selfTest(jobs: 2, steps: 5000, milliseconds: 20))
    let run = await sandbox.quanta(
      "run", "one.yaml", "--cluster", "cluster.yaml", "--store", "one")
    #expect(run.status == 0, "\(run.output)")
    try await leaveWorker(sandbox, "two")
    // What only looks like a worker is none: it does not hold the session's lock.
    let two = try await sessions(sandbox, "two").first { $0["isThisStore"] as? Bool == true }
    let session = try #require(two?["store"] as? String)
    let fake = place.work + "-fake"
    _ = try await place.run(
      """
      mkdir -p \(fake) && cd \(fake) && cp /bin/bash quanta-worker && echo 'sleep 1000; :' >serve
      setsid ./quanta-worker serve --folder \(place.work) --session \(session) --hash x \
        >/dev/null 2>&1 </dev/null & echo $! >pid
      """)
    for words in [["stop"], ["clean", "--all", "--yes"]] {
      let other = await sandbox.quanta(
        ["workers"] + words + ["--store", "one", "--cluster", "cluster.yaml"])
      #expect(other.status == 0, "\(other.output)")
      #expect(
        other.output.contains("other stores of yours goes on") || other.output.contains("it runs"),
        "\(other.output)")
    }
    let running = try await sessions(sandbox, "two").first { $0["isThisStore"] as? Bool == true }
    #expect(running?["jobs"] as? Int == 1, "the other store's worker goes on")
    let stop = await workers(sandbox, "stop", "--store", "one", "--all-stores")
    #expect(stop.status == 0 && stop.output.contains("has ended"), "\(stop.output)")
    let left = try await place.run("find \(place.work)/sessions -name '*.checkpoint' | wc -l")
    #expect(left == "1", "its job goes on from there")
    #expect(try await place.run("kill -0 $(cat \(fake)/pid) && echo alive") == "alive")
    _ = try await place.run("kill -9 -$(cat \(fake)/pid); rm -r \(fake)")
    // What a check leaves that was killed: at its beginning, later, and just now.
    _ = try await place.run(
      """
      cd \(place.work) && mkdir -m 700 .quanta-probe-1 .quanta-probe-2 .quanta-probe-3
      echo 1 >.quanta-probe-2/note; touch -d '1 hour ago' .quanta-probe-1 .quanta-probe-2
      """)
    let early = await workers(sandbox, "clean", "--store", "two", "--yes")
    #expect(early.output.contains("2 left-overs of checks"), "\(early.output)")
    #expect(early.output.contains("younger than ten minutes"), "\(early.output)")
    let probes = try await place.run("cd \(place.work) && ls -d .quanta-probe-*")
    #expect(probes == ".quanta-probe-3")
    _ = try await place.run("rmdir \(place.work)/.quanta-probe-3")
    let kept = await workers(sandbox, "clean", "--store", "two", "--yes")
    #expect(kept.output.contains("the checkpoints of 1 job of this store"), "\(kept.output)")
    let clean = await workers(sandbox, "clean", "--store", "two", "--all", "--yes")
    #expect(clean.status == 0 && clean.output.contains("the folder itself"), "\(clean.output)")
    #expect(try await place.run("ls -d \(place.work) 2>&1 || :").contains("No such file"))
  }

  @Test func care_onThisMachine_removesOnlyWhatIsProvablyQuantas() async throws {
    try await Sandbox.with { try await expectResultsKept(here($0), $0) }
    try await Sandbox.with { try await expectUninstalled(here($0), $0) }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func care_onHosts_removesOnlyWhatIsProvablyQuantas() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { try await expectResultsKept(there(lab), $0) }
      _ = try await lab.run(["exec", "1", "rm", "-rf", "/root/q"])
      try await Sandbox.with { try await expectUninstalled(there(lab), $0) }
    }
  }

  /// Who wants to make room on a full disk can: the program is brought elsewhere.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func clean_onAFullDisk_makesRoom() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        let work = "/root/scratch/q"
        let old = "bin/quanta-worker-\(String(repeating: "2", count: 64))"
        _ = try await lab.run([
          "exec", "1", "bash", "-c",
          "umask 077; mkdir -p \(work)/bin && echo 1 >\(work)/.quanta-folder && sleep 0.1 && "
            + "{ head -c 100000000 /dev/zero >\(work)/\(old) || :; }",
        ])
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile)}\nhosts:\n  - {host: h1, folder: \(work)}\n")
        let clean = await workers(sandbox, "clean", "--all", "--yes")
        #expect(clean.status == 0, "\(clean.output)")
        #expect(clean.output.contains("the folder itself, 1 worker program"), "\(clean.output)")
        let left = try await lab(
          "exec", "1", "bash", "-c", "ls -A /root/scratch /tmp | grep q || :")
        #expect(left == "", "\(left)")
      }
    }
  }

  @Test func care_withoutStoreOrHost_saysWhatToDo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "cluster.yaml", "hosts:\n  - {name: a, host: 127.0.0.1, port: 1, folder: ~/q}\n")
      let stop = await workers(sandbox, "stop")
      #expect(stop.status == 2 && stop.output.contains("--all-stores"), "\(stop.output)")
      for words in [["list"], ["stop", "--all-stores"], ["clean", "--yes"]] {
        let result = await sandbox.quanta(["workers"] + words + ["--cluster", "cluster.yaml"])
        #expect(result.status == 1, "\(words): \(result.output)")
        #expect(result.output.contains("a: "), "\(words): \(result.output)")
      }
    }
  }

  /// A machine of two names has one folder: it is told of once, and cleaned once.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func care_ofOneMachineUnderTwoNames_isTakenOnce() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        let shipped = "quanta-worker-\(String(repeating: "2", count: 64)).abc.part"
        try sandbox.write("one.yaml", selfTest(jobs: 2))
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile), folder: /root/q}\n"
            + "hosts:\n  - {host: h1}\n  - {name: b, host: \(try lab.address(1))}\n")
        let run = await sandbox.quanta("run", "one.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
        let list = await workers(sandbox, "list")
        #expect(list.status == 0, "\(list.output)")
        #expect(list.output.components(separatedBy: "/root/q").count == 2, "\(list.output)")
        #expect(list.output.contains("b is h1 once more"), "\(list.output)")
        // The run may have ended while the worker was on its way to its other name: that stays, and is
        // told of, until the host's shell has seen the end.
        try await sandbox.waitUntil("nothing is on its way") {
          (try? await lab("exec", "1", "ls", "/root/q/bin"))?.contains(".part") == false
        }
        _ = try await lab.run(["exec", "1", "touch", "/root/q/bin/\(shipped)"])
        let early = await workers(sandbox, "clean", "--all", "--yes")
        #expect(early.output.contains("1 half shipped file younger than ten"), "\(early.output)")
        #expect(!early.output.contains("the folder itself"), "\(early.output)")
        _ = try await lab.run(["exec", "1", "touch", "-d", "2001-01-01", "/root/q/bin/\(shipped)"])
        let clean = await workers(sandbox, "clean", "--all", "--yes")
        #expect(clean.status == 0, "\(clean.output)")
        #expect(
          clean.output.components(separatedBy: "the folder itself").count == 2, "\(clean.output)")
        #expect(clean.output.contains("b is h1 once more"), "\(clean.output)")
      }
    }
  }

  /// What was stopped does not go on, and what is not there is not offered.
  @Test func status_afterStop_saysThatJobsWereStopped() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("cluster.yaml", here(sandbox).cluster)
      try sandbox.write("one.yaml", selfTest(jobs: 3, steps: 5000, milliseconds: 20))
      try await leaveWorker(sandbox, "one")
      let before = await sandbox.quanta("status", "--store", "one")
      #expect(before.output.contains("1 job goes on with the worker on a"), "\(before.output)")
      let stop = await workers(sandbox, "stop", "--store", "one")
      #expect(stop.status == 0, "\(stop.output)")
      let after = await sandbox.quanta("status", "--store", "one")
      #expect(!after.output.contains("goes on with the worker"), "\(after.output)")
      #expect(
        after.output.contains(
          "1 job was stopped with the worker: `quanta resume trial --cluster "
            + "\(sandbox.folder)/cluster.yaml --store one`"),
        "\(after.output)")
    }
  }

  /// Messages name whole commands, `--store` among their options: the check takes it, and does not
  /// call the store's own jobs another run's.
  /// On a host of its own: other tests' workers are other runs.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func check_withItsStore_doesNotTakeItsJobsForAnotherRuns() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", there(lab).cluster)
        try sandbox.write("one.yaml", selfTest(jobs: 1, steps: 5000, milliseconds: 20))
        try await leaveWorker(sandbox, "one")
        let other = await workers(sandbox, "check", "--store", "other")
        #expect(other.status == 0 && other.output.contains("other runs:"), "\(other.output)")
        let own = await workers(sandbox, "check", "--store", "one")
        #expect(
          own.status == 0 && !own.output.contains("another run of yours uses"), "\(own.output)")
      }
    }
  }
}
