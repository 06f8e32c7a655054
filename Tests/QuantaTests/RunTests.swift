import Foundation
import LabSupport
import Testing

/// The whole of `quanta` on this machine's cores, with a real worker and a real store.
@Suite(.timeLimit(.minutes(10))) struct RunTests {
  @Test func sweep_runTwice_isRecordedOnceAndFitted() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 6))
      let first = await sandbox.quanta("run", "sweep.yaml")
      #expect(first.status == 0, "\(first.output)")
      #expect(first.output.contains("trial: 6 done of 6 jobs"))
      #expect(first.output.contains("complete: 6 points"))
      let table = await sandbox.resultTable()
      let again = await sandbox.quanta("run", "sweep.yaml")
      #expect(again.status == 0)
      #expect(again.output.contains("trial: 6 jobs, 6 already done"))
      #expect(await sandbox.resultTable() == table)
      let attempts = await sandbox.quanta("jobs", "--json")
      #expect(attempts.output.components(separatedBy: "\"attempts\" : 1").count == 7)
    }
  }

  @Test func renamedReorderedSweep_reusesEveryResult() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      try sandbox.write(
        "other.yaml",
        """
        # the same points, written by somebody else
        name: other
        grid: {size: [13, 10, 12, 11]}
        settings: {stepMilliseconds: 0, steps: 3}
        workload: self-test
        """)
      let other = await sandbox.quanta("run", "other.yaml")
      #expect(other.output.contains("other: 4 jobs, 4 already done"), "\(other.output)")
    }
  }

  @Test func ctrlC_drainsThenTheSameCommandFinishes() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 200, steps: 10, milliseconds: 20))
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitForDone(1)
      run.interrupt()
      #expect(await run.end() == 130)
      let log = sandbox.text(of: "log")
      #expect(log.contains("draining: running jobs finish"))
      #expect(log.contains("`quanta resume trial` goes on where this ended"), "\(log)")
      let running = await sandbox.quanta("jobs", "--state", "running")
      #expect(running.output.split(separator: "\n").count == 1, "drained: nothing is left running")
      try await finishAndCompare(sandbox)
      let resumed = await sandbox.quanta("resume")
      #expect(resumed.output.contains("trial: 200 jobs, 200 already done"), "\(resumed.output)")
    }
  }

  @Test func secondCtrlC_stopsAndKeepsCheckpoints() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4, steps: 1000, milliseconds: 100))
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("a job runs") {
        await sandbox.quanta("jobs", "--state", "running").output.contains("running")
      }
      run.interrupt()
      try await sandbox.waitUntil("it drains") { sandbox.text(of: "log").contains("draining") }
      run.interrupt()
      #expect(await run.end() == 130)
      let explained = await sandbox.quanta("jobs", "--json")
      #expect(explained.output.contains("waiting"))
      try await finishAndCompare(sandbox)
    }
  }

  @Test func killedCoordinator_atThreeMoments_losesAndRepeatsNothing() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 200, steps: 10, milliseconds: 20))
      for done in [1, 6, 12] {
        let run = try sandbox.start("run", "sweep.yaml")
        try await sandbox.waitForDone(done)
        kill(run.processIdentifier, SIGKILL)
        #expect(await run.end() == 128 + SIGKILL)
      }
      try await finishAndCompare(sandbox)
      let jobs = await sandbox.quanta("jobs", "--json")
      // What was recorded as ordered in the instant of a kill may not have been sent; every kill
      // would cost the jobs of all cores if the worker did not go on.
      let once = jobs.output.components(separatedBy: "\"attempts\" : 1").count - 1
      #expect(
        once >= 198, "the worker went on alone: no job was tried twice\n\(jobs.output)")
    }
  }

  @Test func endedWorker_leavesNothingBehind() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 8, steps: 20, milliseconds: 20))
      let run = try sandbox.start("run", "sweep.yaml", "--checkpoint-seconds", "0.01")
      try await sandbox.waitForDone(1)
      // As a worker leaves them that was killed, when its job went to another host.
      let session = try #require(sandbox.sessionFolder)
      let job = String(repeating: "ab", count: 32)
      let left = ["checkpoints/\(job).checkpoint", "checkpoints/\(job).checkpoint.part"]
      for name in left { try sandbox.write("\(session)/\(name)", "left") }
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      try await sandbox.waitUntil("the worker ends and takes its folder with it") {
        !sandbox.exists(session)
      }
      let sessions = "\(sandbox.folder)/home/.quanta/sessions"
      #expect(try FileManager.default.contentsOfDirectory(atPath: sessions) == [])
    }
  }

  @Test func workerThatNobodyAttachesTo_endsAndKeepsOnlyOutcomes() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 20, steps: 20, milliseconds: 20))
      let options = ["--checkpoint-seconds", "0.01", "--grace-seconds", "0.5"]
      let run = try sandbox.start(
        "run", "sweep.yaml", options[0], options[1], options[2], options[3])
      try await sandbox.waitForDone(1)
      kill(run.processIdentifier, SIGKILL)
      #expect(await run.end() == 128 + SIGKILL)
      let session = "\(sandbox.folder)/\(try #require(sandbox.sessionFolder))"
      try await sandbox.waitUntil("no process of it is left") {
        await Command.run(["pgrep", "-f", "--", "--folder \(sandbox.folder)/"]).status == 1
      }
      // Without an outcome to keep, the folder is gone as well.
      let left = FileManager.default.enumerator(atPath: session)?.compactMap { $0 as? String } ?? []
      let known = ["spool", "checkpoints", "worker.log", "lock"]
      #expect(
        left.allSatisfy { known.contains($0) || $0.hasSuffix(".outcome") }, "\(left)")
      // The kill may have come between a lease and its order: such a job is tried again.
      let leased =
        await sandbox.quanta("jobs", "--json", "--state", "running").output
        .components(separatedBy: "\"attempts\" : ").count - 1
      let kept = left.count { $0.hasSuffix(".outcome") }
      try await finishAndCompare(sandbox)
      let jobs = await sandbox.quanta("jobs", "--json")
      let triedOnce = jobs.output.components(separatedBy: "\"attempts\" : 1").count - 1
      #expect(triedOnce >= 20 - (leased - kept), "what it kept was found\n\(jobs.output)")
    }
  }

  @Test func killedWorker_takesEvenAStoppedSlotAlong() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4, steps: 400, milliseconds: 20))
      let run = try sandbox.start("run", "sweep.yaml")
      func processes(_ verb: String) async -> [pid_t] {
        let found = await Command.run(["pgrep", "-f", "--", "\(verb) --folder \(sandbox.folder)/"])
        return found.output.split(separator: "\n").compactMap { pid_t($0) }
      }
      try await sandbox.waitUntil("a job runs") { await !processes("slot").isEmpty }
      let slots = await processes("slot")
      for slot in slots { kill(slot, SIGSTOP) }
      for worker in await processes("serve") { kill(worker, SIGKILL) }
      try await sandbox.waitUntil("the stopped slots are gone") {
        await Set(processes("slot")).isDisjoint(with: slots)
      }
      kill(run.processIdentifier, SIGKILL)
      #expect(await run.end() == 128 + SIGKILL)
    }
  }

  @Test func sessionsUnusedForLong_areRemovedUnlessTheyHoldOutcomes() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 1))
      let host = ProcessInfo.processInfo.hostName
      let work = "home/.quanta"
      let key = String(repeating: "a", count: 64)
      let (old, young) = (key, String(repeating: "b", count: 64))
      let make = #"""
        cd "$0" && echo 1 >.quanta-folder && mkdir -p bin && for s in old young full; do
          mkdir -p sessions/$s/$1/spool sessions/$s/$1/checkpoints
          cd sessions/$s/$1 && touch lock worker.log checkpoints/$2.checkpoint && cd - >&2
        done
        touch sessions/full/$1/spool/7.outcome bin/quanta-worker-$2 bin/quanta-worker-$3
        touch -d "100 days ago" sessions/{old,full}/$1/worker.log bin/quanta-worker-$2
        """#
      try FileManager.default.createDirectory(
        atPath: "\(sandbox.folder)/\(work)", withIntermediateDirectories: true)
      let made = await Command.run(
        ["bash", "-c", make, "\(sandbox.folder)/\(work)", host, old, young])
      #expect(made.status == 0, "\(made.output)")
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      for (name, isKept) in [
        ("sessions/old", false), ("sessions/young/\(host)/checkpoints/\(key).checkpoint", true),
        ("sessions/full/\(host)/spool/7.outcome", true), ("bin/quanta-worker-\(old)", false),
        ("bin/quanta-worker-\(young)", true),
      ] {
        #expect(sandbox.exists("\(work)/\(name)") == isKept, "\(name)")
      }
    }
  }

  @Test func timesThatAreNone_areRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 1))
      for option in ["--checkpoint-seconds", "--grace-seconds"] {
        let run = await sandbox.quanta("run", "sweep.yaml", option, "0")
        #expect(run.status == 2, "\(run.output)")
        #expect(run.output.contains("greater than 0"), "\(run.output)")
      }
    }
  }

  /// Runs the sweep to its end, now at full speed (which is no part of a job's identity), and
  /// compares its table with a calm run in another store.
  private func finishAndCompare(_ sandbox: Sandbox) async throws {
    let last = await sandbox.quanta("run", "sweep.yaml", "--set", "stepMilliseconds=0")
    #expect(last.status == 0, "\(last.output)")
    let calm = await sandbox.quanta(
      "run", "sweep.yaml", "--store", "calm", "--set", "stepMilliseconds=0")
    #expect(calm.status == 0, "\(calm.output)")
    #expect(await sandbox.resultTable() == sandbox.resultTable(store: "calm"))
  }

  @Test func failingJobs_haveFailedWithTheirLogAndStatusOne() async throws {
    try await Sandbox.with { sandbox in
      let retries = "retries: {max: 1, backoff: 0.1s}"
      try sandbox.write(
        "sweep.yaml",
        """
        name: trial
        workload: self-test
        grid: {size: [10, 20, 30], ending: [result, crash]}
        \(retries)
        """)
      let run = await sandbox.quanta("run", "sweep.yaml")
      #expect(run.status == 1)
      #expect(run.output.contains("3 done, 3 failed of 6 jobs"), "\(run.output)")
      let key = try await sandbox.firstJob("failed")
      let logs = await sandbox.quanta("logs", key)
      #expect(logs.output.contains("crashed as `ending: crash` asks"), "\(logs.output)")
      let explained = await sandbox.quanta("explain", key)
      #expect(explained.output.contains("failed 2 times"), "\(explained.output)")
      #expect(
        await sandbox.quanta("retry", "--failed").output
          == "freed 3 jobs; `quanta resume trial` runs them")
      #expect(await sandbox.quanta("resume").status == 1)
    }
  }

  @Test func runningCoordinator_obeysPauseCancelAndResume() async throws {
    try await Sandbox.with { sandbox in
      // Four jobs of ten minutes, which go first, and two of an instant, which wait.
      try sandbox.write(
        "sweep.yaml",
        """
        name: trial
        workload: self-test
        settings: {size: 10, stepMilliseconds: 10}
        grid: {steps: [60000, 60001, 60002, 60003, 1, 2]}
        """)
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("jobs run") {
        await sandbox.quanta("jobs", "--state", "running").output.contains("running")
      }
      #expect(await sandbox.quanta("pause").status == 0)
      #expect(await sandbox.quanta("cancel", "0-3").output == "cancelled 4 jobs")
      let jobs = await sandbox.quanta("jobs", "--state", "waiting")
      #expect(jobs.output.split(separator: "\n").count == 3, "paused: nothing new starts")
      let explained = await sandbox.quanta("explain", try await sandbox.firstJob("cancelled"))
      #expect(explained.output.contains("a person cancelled it"), "\(explained.output)")
      let waiting = await sandbox.quanta("explain", try await sandbox.firstJob("waiting"))
      #expect(waiting.output.contains("the run is paused"), "\(waiting.output)")
      #expect(await sandbox.quanta("resume").output.contains("was asked to go on"))
      #expect(await run.end() == 1, "a cancelled job is not a done one")
      #expect(await sandbox.quanta("wait").status == 1)
      #expect(await sandbox.quanta("status").output.contains("no coordinator is running"))
    }
  }

  @Test func secondCoordinator_onOneStoreWithoutWaiting_isRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 3, steps: 1000, milliseconds: 50))
      let run = try sandbox.start("run", "sweep.yaml")
      try await sandbox.waitUntil("it runs") {
        await sandbox.quanta("status").output.contains("trial is running")
      }
      let second = await sandbox.quanta("run", "sweep.yaml", "--no-wait")
      #expect(second.status == 2)
      #expect(second.output.contains("\(run.processIdentifier)"), "\(second.output)")
      kill(run.processIdentifier, SIGKILL)
      #expect(await run.end() == 128 + SIGKILL)
    }
  }
}
