import Foundation
import LabSupport
import Testing

/// Sweeps through a real Slurm: pilots that come, end, are called off and taken away.
@Suite(
  .timeLimit(.minutes(10)), .enabled(if: SlurmLab.isAvailable, SlurmLab.reason))
struct SlurmTests {
  private static func cluster(_ sandbox: Sandbox, _ more: String = "", count: Int = 2) -> String {
    """
    pools:
      - slurm: {partition: main, time: 5 min, cores: 2, count: \(count)\(more)}
        name: lent
        folder: \(sandbox.folder)/shared
    """
  }

  /// Runs `body` with a Slurm, a sandbox with a cluster file and a sweep, and the table of results that
  /// this machine's cores make of that.
  private static func run(
    _ sweep: String, count: Int = 2,
    _ body: (SlurmLab, Sandbox, String) async throws -> Void
  ) async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", cluster(sandbox, count: count))
        try sandbox.write("sweep.yaml", sweep)
        let here = await sandbox.quanta("run", "sweep.yaml", "--store", "here")
        #expect(here.status == 0, "\(here.output)")
        try await body(lab, sandbox, await sandbox.resultTable(store: "here"))
      }
    }
  }

  @Test(arguments: ["attach", "mail"])
  func sweep_throughPilots_isThatOfThisMachine_andLeavesNothing(_ link: String) async throws {
    try await Self.run(selfTest(jobs: 12, steps: 5, milliseconds: 20)) { lab, sandbox, table in
      try sandbox.write("cluster.yaml", Self.cluster(sandbox) + "\n    link: \(link)")
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("calls of Slurm: 1 sbatch"), "\(run.output)")
      #expect(run.output.contains("srun") == (link == "attach"), "\(run.output)")
      #expect(await sandbox.resultTable() == table)
      try await sandbox.waitUntil("no pilot is left") {
        await lab.slurm("squeue", "-h", "-t", "PENDING,RUNNING").isEmpty
      }
      #expect(!sandbox.files.contains { $0.hasPrefix("shared/sessions/") }, "\(sandbox.files)")
    }
  }

  /// What others' jobs need more urgently they get: the pilot's jobs go on from where they were.
  @Test func pilots_thatGiveWay_costNoJob() async throws {
    let sweep = selfTest(jobs: 12, steps: 30, milliseconds: 100)
    try await Self.run(sweep) { lab, sandbox, table in
      let run = try sandbox.start(
        ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
      try await sandbox.waitForDone(1)
      _ = await lab.slurm(
        "sbatch", "--partition=urgent", "--nodes=3", "--exclusive", "--time=1",
        "--output=/dev/null",
        "--wrap=sleep 3")
      #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      #expect(await sandbox.resultTable() == table)
    }
  }

  @Test func partitionThatIsNone_isSaidBeforeAnythingIsStored() async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write(
          "cluster.yaml",
          Self.cluster(sandbox).replacingOccurrences(of: "partition: main", with: "partition: mian")
        )
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(run.status == 2)
        #expect(run.output.contains("invalid partition specified: mian"), "\(run.output)")
        #expect(run.output.contains("`sinfo` lists the partitions"))
        #expect(!sandbox.exists("quanta-store"))
      }
    }
  }

  @Test func check_asksSlurm_andScriptAsksNobody() async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", Self.cluster(sandbox, ", extra: [\"--comment=a b\"]"))
        let check = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(check.status == 0, "\(check.output)")
        #expect(check.output.contains("slurm: sbatch: Job"), "\(check.output)")
        #expect(await lab.slurm("squeue", "-h").isEmpty)
        let script = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", "--script",
          environment: ["SLURM_CONF=/nonexistent"])
        #expect(script.status == 0)
        #expect(script.output.contains("'--comment=a b'"), "\(script.output)")
        #expect(script.output.contains("--time=0-00:05:00"))
      }
    }
  }
}
