import Foundation
import LabSupport
import Testing

/// What limits a host sets to processes: they are told, and no job is blamed for them.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct HostLimitsTests {
  private func prepare(
    _ sandbox: Sandbox, _ lab: Lab, sweep: String, host: String = "", folder: String = "~/q"
  ) throws {
    try sandbox.write("sweep.yaml", sweep)
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: \(lab.configFile), folder: \(folder)}\nhosts:\n"
        + "  - {name: a, host: h1\(host)}\n")
  }

  /// The niceness of every process of the worker on a host, by its verb.
  private func niceness(_ lab: Lab, _ verb: String) async throws -> Set<String> {
    let text = try await lab("exec", "1", "ps", "-eo", "nice=,args=")
    let lines = text.split(separator: "\n").filter { $0.contains("quanta-worker \(verb) ") }
    return Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) })
  }

  @Test func nice_ofTheClusterFile_isThatOfWorkerAndSlots() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        let sweep = selfTest(jobs: 4, steps: 4000, milliseconds: 20)
        try prepare(sandbox, lab, sweep: sweep, host: ", nice: 10, cores: 2")
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.status == 0 && check.output.contains("nice: 10"), "\(check.output)")
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitUntil("slots run") {
          (try? await niceness(lab, "slot"))?.isEmpty == false
        }
        #expect(try await niceness(lab, "slot") == ["10"])
        #expect(try await niceness(lab, "serve") == ["10"])
        kill(run.processIdentifier, SIGKILL)
        _ = await run.end()
        // The next coordinator's cluster file counts for the worker that goes on.
        try prepare(sandbox, lab, sweep: sweep, host: ", nice: 15, cores: 2")
        let next = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitUntil("the slots give way more") {
          (try? await niceness(lab, "slot")) == ["15"]
        }
        kill(next.processIdentifier, SIGKILL)
        _ = await next.end()
      }
    }
  }

  @Test func nice_onThisMachine_isThatOfSlots() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2, steps: 4000, milliseconds: 20))
      try sandbox.write("cluster.yaml", "hosts: [{name: here, local: true, cores: 1, nice: 7}]\n")
      let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
      try await sandbox.waitUntil("a slot runs at nice 7") {
        let text = await Command.run(["ps", "-eo", "nice=,args="]).output
        return text.split(separator: "\n").contains {
          $0.contains("quanta-worker slot --folder \(sandbox.folder)/")
            && $0.split(separator: " ").first == "7"
        }
      }
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
    }
  }

  /// logind of the lab's hosts is a file: what it says is read, nothing is killed.
  @Test func logout_thatEndsProcesses_isNamedWithItsRemedy() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try prepare(sandbox, lab, sweep: selfTest(jobs: 2))
        try await lab(
          "exec", "1", "sh", "-ec",
          "mkdir -p /run/systemd/logind.conf.d /mnt/etc; mount --bind /mnt/etc /etc/systemd; "
            + "printf '[Login]\\nKillUserProcesses=yes\\n' >/etc/systemd/logind.conf")
        let check = ["workers", "check", "--cluster", "cluster.yaml"]
        let spared = await sandbox.quanta(check)
        #expect(
          spared.status == 0 && !spared.output.contains("logout"),
          "root is excluded unless somebody else is: \(spared.output)")
        try await lab(
          "exec", "1", "sh", "-ec",
          "printf '[Login]\\nKillExcludeUsers = kim\\n' >/run/systemd/logind.conf.d/50-us.conf")
        let named = await sandbox.quanta(check)
        #expect(named.status == 0, "\(named.output)")
        for words in [
          "KillUserProcesses", "`loginctl enable-linger root`", "KillExcludeUsers=root",
        ] {
          #expect(named.output.contains(words), "\(named.output)")
        }
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
      }
    }
  }

  @Test func runOfAnotherStore_isSeenByCheckAndRun() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 1, steps: 12_000, milliseconds: 20))
      try sandbox.write("short.yaml", selfTest(jobs: 1))
      let first = try sandbox.start("run", "sweep.yaml", "--cores", "1")
      // Or "2 other runs of yours use", where somebody else's is going on beside this test.
      let words = " of yours use"
      try await sandbox.waitUntil("the check sees the first run") {
        let check = await sandbox.quanta("workers", "check", "--store", "other").output
        return check.contains("other runs: ") && check.contains(words)
      }
      let second = await sandbox.quanta("run", "short.yaml", "--store", "other")
      #expect(second.status == 0 && second.output.contains(words), "\(second.output)")
      kill(first.processIdentifier, SIGKILL)
      _ = await first.end()
    }
  }

  /// A job of real work; 10 000 steps of width 32 take about three seconds of CPU time.
  private static let work = """
    name: work
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 500, bits: 32, subset: 3, regime: online, batch: 2000, steps: STEPS,
      learningRate: 0.003, logEvery: 5000, evaluationSamples: 8192, evaluationBase: 32}
    grid: {width: WIDTH, seed: SEEDS}
    """

  private static func work(steps: Int, width: Int, seeds: String, extra: String = "") -> String {
    work.replacing("STEPS", with: "\(steps)").replacing("WIDTH", with: "\(width)")
      .replacing("SEEDS", with: seeds) + "\n" + extra
  }

  @Test func cpuTime_limitedByUlimit_isToldAndCostsNoJob() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        let sweep = Self.work(steps: 10_000, width: 32, seeds: "[0]", extra: "retries: {max: 0}")
        try prepare(sandbox, lab, sweep: sweep)
        try "ulimit -t 1\n".write(
          toFile: lab.home(1, ".bashrc"), atomically: false, encoding: .utf8)
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.status == 0, "\(check.output)")
        #expect(
          check.output.contains("CPU time limited to 1 s per process by ulimit -t"),
          "\(check.output)")
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
        #expect(
          run.output.contains(
            "it had used the 1 s of CPU time that ulimit -t lets a process have"),
          "\(run.output)")
        let local = await sandbox.quanta("run", "sweep.yaml", "--store", "other", "--quiet")
        #expect(local.status == 0, "\(local.output)")
        #expect(await sandbox.resultTable() == (await sandbox.resultTable(store: "other")))
      }
    }
  }

  @Test func files_limitedByUlimit_areToldAndCostNoJob() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try prepare(sandbox, lab, sweep: selfTest(jobs: 2))
        let limit: (String) throws -> Void = {
          try $0.write(toFile: lab.home(1, ".bashrc"), atomically: false, encoding: .utf8)
        }
        try limit("ulimit -f 16\n")
        for command in [["workers", "check"], ["run", "sweep.yaml"]] {
          let result = await sandbox.quanta(command + ["--cluster", "cluster.yaml"])
          #expect(result.status == 2, "\(result.output)")
          #expect(
            result.output.contains("ulimit -f limits files to 16 KiB there"), "\(result.output)")
          #expect(result.output.contains("have the limit raised"), "\(result.output)")
        }
        try limit("")
        #expect(await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml").status == 0)
        // The program is there: now nothing that the jobs write fits.
        try limit("ulimit -f 0\n")
        let sweep = Self.work(steps: 4000, width: 32, seeds: "[0]", extra: "retries: {max: 0}")
        try sandbox.write("sweep.yaml", sweep)
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--checkpoint-seconds", "0.05")
        #expect(run.status == 2, "a worker needs a few files: \(run.output)")
        #expect(run.output.contains("File size limit exceeded"), "\(run.output)")
        try limit("ulimit -f 1\n")
        let next = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--checkpoint-seconds", "0.05")
        #expect(next.status == 0, "\(next.output)")
        let logs = await sandbox.quanta("logs", try await sandbox.firstJob("done"))
        #expect(
          logs.output.contains("ulimit -f of this host limits files to 1 KiB"), "\(logs.output)")
      }
    }
  }

  @Test func inodes_thatAreFew_areToldAsASpaceThatIsUsedUp() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await lab(
          "exec", "1", "sh", "-c",
          "mkdir /root/few && mount -t tmpfs -o nr_inodes=10,size=40m,mode=755 few /root/few")
        try prepare(sandbox, lab, sweep: selfTest(jobs: 2), folder: "~/few/q")
        for command in [["workers", "check"], ["run", "sweep.yaml"]] {
          let result = await sandbox.quanta(command + ["--cluster", "cluster.yaml"])
          #expect(result.status == 2, "\(result.output)")
          #expect(result.output.contains("9 inodes free in ~/few/q"), "\(result.output)")
        }
        try await lab(
          "exec", "1", "bash", "-c", "cd /root/few; for i in {1..9}; do : >f$i; done; true")
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.status == 2 && check.output.contains("no inodes are left"), "\(check.output)")
      }
    }
  }
}

/// Control groups of the real kernel around a host's processes.
@Suite(
  .timeLimit(.minutes(10)),
  .enabled(if: ControlGroups.isAvailable, ControlGroups.reason))
struct ControlGroupTests {
  private func prepare(_ sandbox: Sandbox, _ lab: Lab, cores: Int) throws {
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: \(lab.configFile), folder: ~/q}\nhosts:\n"
        + "  - {name: a, host: h1, cores: \(cores)}\n")
  }

  /// Jobs that need 170 MiB each, and say that they need nothing.
  private static func large(seeds: [Int]) -> String {
    """
    name: large
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 500, bits: 32, subset: 3, regime: online, batch: 100, steps: 20,
      learningRate: 0.003, logEvery: 10, evaluationSamples: 1024, evaluationBase: 32}
    grid: {width: [20000], seed: \(seeds)}
    resources: {memory: 1MiB}
    retries: {max: 0, backoff: 1s}
    """
  }

  @Test func memoryLimit_thatSufficesForOneJob_isToldAndCostsNone() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await lab("memory", "1", "300")
        try prepare(sandbox, lab, cores: 2)
        try sandbox.write("sweep.yaml", Self.large(seeds: [0, 1, 2]))
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.output.contains("memory: 300.0 MiB: the cgroup's limit"), "\(check.output)")
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
        #expect(
          run.output.contains("it reached the cgroup's memory limit of 300.0 MiB"), "\(run.output)")
      }
    }
  }

  @Test func memoryLimit_thatSufficesForNoJob_endsTheRunWithTheReason() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await lab("memory", "1", "120")
        try prepare(sandbox, lab, cores: 1)
        try sandbox.write("sweep.yaml", Self.large(seeds: [0]))
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 1, "\(run.output)")
        #expect(
          run.output.contains("it ran alone and was ended 4 times; last: the host ended"),
          "\(run.output)")
      }
    }
  }

  /// Room for the worker and about one slot.
  @Test func processes_thatAreFew_areToldAndCostNoJob() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await lab("tasks", "1", "13")
        try prepare(sandbox, lab, cores: 4)
        try sandbox.write("sweep.yaml", selfTest(jobs: 6, steps: 20, milliseconds: 20))
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.output.contains("the cgroup's pids.max of 13"), "\(check.output)")
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
      }
    }
  }
}

/// Whether a lab's hosts can be put into control groups here.
private enum ControlGroups {
  static var isAvailable: Bool { Lab.isAvailable && unavailability.isEmpty }
  static let reason = Comment(
    rawValue: "needs writable control groups of version 1: \(unavailability)")

  private static let unavailability: String = {
    for controller in ["cpu", "memory", "pids"] {
      let file = "/sys/fs/cgroup/\(controller)/cgroup.procs"
      if access(file, W_OK) != 0 { return "\(file) cannot be written" }
    }
    return ""
  }()
}
