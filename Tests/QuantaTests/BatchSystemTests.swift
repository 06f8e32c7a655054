import Foundation
import LabSupport
import SweepFiles
import SweepModel
import Testing

/// Sweeps through the commands of batch systems that are not here: stand-ins that answer as their manuals
/// say, refuse what these refuse, and run what they are given.
@Suite(.timeLimit(.minutes(10)))
struct BatchSystemTests {
  private static let systems = ["pbs", "lsf", "sge", "oar", "flux", "htcondor", "kubernetes"]

  private static func cluster(
    _ sandbox: Sandbox, _ system: String, _ more: String = "", cores: Int = 2
  ) -> String {
    let own = system == "kubernetes" ? ", image: \"debian:stable-slim\", claim: shared" : ""
    return """
      pools:
        - \(system): {time: 5 min, cores: \(cores), count: 2\(own)\(more)}
          name: lent
          setup: export QUANTA_SAID=there
          folder: \(sandbox.folder)/shared
      """
  }

  private static func with(
    _ system: String, _ sweep: String, _ more: String = "",
    _ body: (BatchLab, Sandbox) async throws -> Void
  ) async throws {
    try await BatchLab.with(system) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", cluster(sandbox, system, more))
        try sandbox.write("sweep.yaml", sweep)
        try await body(lab, sandbox)
      }
    }
  }

  @Test(arguments: systems)
  func sweep_throughPilots_isThatOfThisMachine_andLeavesNothing(system: String) async throws {
    let sweep = selfTest(jobs: 12, steps: 5, milliseconds: 20)
    try await Self.with(system, sweep, ", memory: 1GiB") { lab, sandbox in
      let here = await sandbox.quanta("run", "sweep.yaml", "--store", "here")
      #expect(here.status == 0, "\(here.output)")
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(run.status == 0, "\(run.output) \(lab.calls)")
      #expect(await sandbox.resultTable() == sandbox.resultTable(store: "here"))
      try await sandbox.waitUntil("no pilot is left") { lab.left == 0 }
      let files = sandbox.files.filter { $0.hasPrefix("shared/sessions") }
      #expect(!files.contains { $0.contains("/pilot-") || $0.hasSuffix(".sh") }, "\(files)")
    }
  }

  /// A run with nothing to do asks for nothing, and leaves no folder.
  @Test func run_thatIsComplete_leavesNoFolder() async throws {
    try await Self.with("pbs", selfTest(jobs: 2)) { lab, sandbox in
      let here = await sandbox.quanta("run", "sweep.yaml")
      #expect(here.status == 0, "\(here.output)")
      let again = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(again.status == 0, "\(again.output)")
      let sessions = try? FileManager.default.contentsOfDirectory(
        atPath: sandbox.folder + "/shared/sessions")
      #expect(sessions ?? [] == [])
    }
  }

  /// Who has killed the run ends what it asked for.
  @Test(arguments: ["pbs", "lsf"])
  func allocationsOfAKilledRun_areCalledOffByStop(system: String) async throws {
    let sweep = selfTest(jobs: 8, steps: 1000, milliseconds: 100)
    try await Self.with(system, sweep) { lab, sandbox in
      let run = try sandbox.start(
        ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
      try await sandbox.waitUntil("allocations are there") { lab.left == 2 || !run.isRunning }
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
      let stop = await sandbox.quanta(
        "workers", "stop", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(stop.output.contains("lent: 2 allocations were called off"), "\(stop.output)")
      try await sandbox.waitUntil("none is left") { lab.left == 0 }
      let again = await sandbox.quanta(
        "workers", "stop", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(again.output.contains("lent: no allocation of this store"), "\(again.output)")
      #expect(again.status == 0)
    }
  }

  @Test(arguments: ["lsf", "oar"])
  func pilot_thatIsCalledOff_costsNoJob(system: String) async throws {
    let sweep = selfTest(jobs: 12, steps: 30, milliseconds: 60)
    try await Self.with(system, sweep) { lab, sandbox in
      let run = try sandbox.start(
        ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
      try await sandbox.waitForDone(1)
      try lab.callOffOne()
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      let jobs = await sandbox.quanta("jobs", "--state", "done")
      #expect(jobs.output.split(separator: "\n").count == 13, "\(jobs.output)")
    }
  }

  /// Which life of it is meant, PBS does not tell: the pilots count.
  @Test func pilot_thatIsRunAgain_comesBack() async throws {
    let sweep = selfTest(jobs: 16, steps: 40, milliseconds: 100)
    try await Self.with("pbs", sweep) { lab, sandbox in
      let run = try sandbox.start(
        ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
      try await sandbox.waitForDone(1)
      _ = await lab("qrerun", "17[1]")
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      let jobs = await sandbox.quanta("jobs", "--state", "done")
      #expect(jobs.output.split(separator: "\n").count == 17, "\(jobs.output)")
      #expect(lab.calls.count { $0.hasPrefix("qsub") } == 1, "\(lab.calls)")
    }
  }

  @Test(arguments: [
    ("pbs", "Unknown queue", "`qstat -Q`"), ("lsf", "No such queue", "`bqueues`"),
    ("sge", "unknown queue \"nowhere\"", "`qconf -sql`"),
    ("oar", "queue 'nowhere' does not exist", "write a `queue`"),
    ("flux", "Invalid queue", "`flux queue list`"),
  ])
  func queue_thatIsNone_isSaid_withWhatToDo(
    system: String, says: String, remedy: String
  ) async throws {
    try await Self.with(system, selfTest(jobs: 2), ", queue: nowhere") { lab, sandbox in
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(run.status != 0)
      #expect(run.output.contains(says), "\(run.output)")
      #expect(run.output.contains(remedy), "\(run.output)")
    }
  }

  @Test(arguments: systems)
  func check_asksTheSystem_andSaysWhatWasNeverTried(system: String) async throws {
    try await Self.with(system, selfTest(jobs: 2)) { lab, sandbox in
      let check = await sandbox.quanta(
        "workers", "check", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(check.status == 0, "\(check.output)")
      #expect(check.output.contains("ok    \(system): "), "\(check.output)")
      #expect(check.output.contains("WARN  \(system) support: "), "\(check.output)")
      #expect(check.output.contains("never with a real"), "\(check.output)")
      #expect(lab.left == 0)
      let script = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml", "--script")
      #expect(script.status == 0)
      #expect(script.output.contains("quanta-worker-"), "\(script.output)")
    }
  }

  @Test func systemOfAPersonsOwn_runsSweeps_andIsSaidToBeTheirs() async throws {
    try await BatchLab.with("pbs") { lab in
      try await Sandbox.with { sandbox in
        let own = await sandbox.quanta("workers", "system", "pbs")
        try sandbox.write("ours.yaml", own.output.replacing("title: PBS", with: "title: Ours"))
        let cluster = Self.cluster(sandbox, "pbs")
          .replacing("- pbs:", with: "- system: ./ours.yaml\n    ask:")
        try sandbox.write("cluster.yaml", cluster)
        try sandbox.write("sweep.yaml", selfTest(jobs: 4))
        let check = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(check.output.contains("ours.yaml, which is yours"), "\(check.output)")
        #expect(check.output.contains("queue: batch (the usual one)"), "\(check.output)")
        #expect(check.output.contains("calls of Ours: 1 qselect, 2 qstat"), "\(check.output)")
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("calls of Ours: 1 qdel") || run.output.contains("1 qsub"))
      }
    }
  }

  /// What is submitted lies in a namespace that is not the usual one.
  @Test func namespace_isThatOfEveryCall() async throws {
    try await Self.with("kubernetes", selfTest(jobs: 4), ", namespace: lab") { lab, sandbox in
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(run.status == 0, "\(run.output)")
      try await sandbox.waitUntil("no pilot is left") { lab.left == 0 }
      #expect(
        lab.calls.allSatisfy { $0.contains("--namespace=lab") || $0.contains(" create ") },
        "\(lab.calls)")
    }
  }

  /// Of four pilots three have a node; the last one waits to the end.
  @Test func pilotsThatCannotBeCalledOff_areSaid() async throws {
    try await Self.with("pbs", selfTest(jobs: 40)) { lab, sandbox in
      let pool = Self.cluster(sandbox, "pbs", cores: 4).replacing("count: 2", with: "count: 4")
      try sandbox.write("cluster.yaml", pool)
      try FileManager.default.removeItem(atPath: lab.folder + "/qdel")
      try "#!/bin/sh\necho 'qdel: Unauthorized Request' >&2; exit 1\n".write(
        toFile: lab.folder + "/qdel", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: lab.folder + "/qdel")
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(run.status == 0, "\(run.output)")
      #expect(
        run.output.contains("lent: PBS says: qdel: Unauthorized Request; allocations may be left"),
        "\(run.output)")
    }
  }

  /// Of four pilots three have a node, and all calls of the minute are made: what waits is called off.
  @Test func allocationsThatWait_areCalledOff_howeverManyCallsThereWere() async throws {
    try await BatchLab.with("pbs") { lab in
      try await Sandbox.with { sandbox in
        let pool = Self.cluster(sandbox, "pbs", ", calls: 2", cores: 4)
        try sandbox.write("cluster.yaml", pool.replacing("count: 2", with: "count: 4"))
        try sandbox.write("sweep.yaml", selfTest(jobs: 40, steps: 5, milliseconds: 20))
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(run.status == 0, "\(run.output)")
        #expect(lab.calls.contains { $0.hasPrefix("qdel") }, "\(lab.calls)")
        #expect(!run.output.contains("may be left"), "\(run.output)")
      }
    }
  }

  /// Of four pilots three have a node.
  @Test func jobThatWaitsForAnAllocation_isExplained_andThePoolIsShown() async throws {
    try await BatchLab.with("pbs") { lab in
      try await Sandbox.with { sandbox in
        let pool = Self.cluster(sandbox, "pbs", cores: 4).replacing("count: 2", with: "count: 4")
        try sandbox.write("cluster.yaml", pool)
        try sandbox.write(
          "sweep.yaml",
          """
          name: gated
          workload: command
          resources: {threads: 4}
          grid: {n: [1, 2, 3, 4]}
          run: [sh, -c, 'until [ -e \(sandbox.folder)/gate ]; do sleep 0.05; done; echo {\\"loss\\":1} >>$QUANTA_METRICS']
          """)
        let run = try sandbox.start(
          ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
        try await sandbox.waitUntil("three have come") {
          await sandbox.quanta("status").output.contains("lent: 3 running, 1 waiting")
        }
        // Pilots come before their jobs do: the fourth job is the only one that goes on waiting.
        try await sandbox.waitUntil("three jobs run") {
          await sandbox.quanta("jobs", "--state", "running").output.split(separator: "\n").count
            == 4
        }
        let status = await sandbox.quanta("status")
        #expect(status.output.contains("calls of PBS"), "\(status.output)")
        let document = await sandbox.quanta("status", "--json")
        #expect(document.output.contains("\"system\" : \"PBS\""), "\(document.output)")
        let why = await sandbox.quanta("explain", try await sandbox.firstJob("waiting"))
        #expect(why.output.contains("lent: 1 allocation waits"), "\(why.output)")
        try sandbox.write("gate", "")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      }
    }
  }

  /// Those whose commands this machine does not have.
  private static let absent = systems.filter { name in
    let command = BatchSystems.named(name)?.submit.first ?? ""
    return !["/usr/local/bin", "/usr/bin", "/bin"].contains {
      FileManager.default.fileExists(atPath: "\($0)/\(command)")
    }
  }

  @Test(arguments: absent)
  func commands_thatAreNotThere_areSaid(system: String) async throws {
    try await Self.with(system, selfTest(jobs: 2)) { _, sandbox in
      let check = await sandbox.quanta(
        "workers", "check", "--cluster", "cluster.yaml", environment: ["PATH=/usr/bin:/bin"])
      #expect(check.status == 2, "\(check.output)")
      #expect(check.output.contains("on the PATH of a plain shell"), "\(check.output)")
    }
  }
}
