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

  private static let parity = """
    name: trial
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 10, bits: 12, subset: 2, batch: 64, steps: 2000, logEvery: 500,
      regime: online}
    grid: {width: [9, 17, 25], seed: {range: [0, 4]}}

    """

  @Test(arguments: ["attach", "relay", "mail"])
  func sweep_throughPilots_isThatOfThisMachine_andLeavesNothing(_ link: String) async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", Self.cluster(sandbox) + "\n    link: \(link)")
        try sandbox.write("sweep.yaml", Self.parity)
        let here = await sandbox.quanta("run", "sweep.yaml", "--store", "here")
        #expect(here.status == 0, "\(here.output)")
        let run = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("calls of Slurm: 1 sbatch"), "\(run.output)")
        #expect(run.output.contains("srun") == (link == "attach"), "\(run.output)")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "here"))
        try await sandbox.waitUntil("no pilot is left") {
          await lab.slurm("squeue", "-h", "-t", "PENDING,RUNNING").isEmpty
        }
        #expect(!sandbox.files.contains { $0.hasPrefix("shared/sessions/") }, "\(sandbox.files)")
      }
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

  @Test func run_whileTheControllerIsAway_goesOnWhenItIsBack() async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("cluster.yaml", Self.cluster(sandbox))
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        try await lab("control", "down")
        let run = try sandbox.start(
          ["run", "sweep.yaml", "--cluster", "cluster.yaml"], environment: [lab.environment])
        try await sandbox.waitUntil("it has begun") {
          sandbox.exists("quanta-store") || !run.isRunning
        }
        try await lab("control", "up")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
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
        for text in [
          "ok    partition: main: 3 nodes of 4 cores, 3.9 GiB, at most 1 h; others: ",
          "ok    ways: the login host is this machine; it reaches the first 32 pilots by srun",
          "ok    calls: 5 calls of Slurm: 1 sacctmgr, 1 sbatch, 2 scontrol, 1 sinfo",
        ] {
          #expect(check.output.contains(text), "\(check.output)")
        }
        let script = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", "--script",
          environment: ["SLURM_CONF=/nonexistent"])
        #expect(script.status == 0)
        #expect(script.output.contains("'--comment=a b'"), "\(script.output)")
        #expect(script.output.contains("--time=0-00:05:00"))
        try sandbox.write(
          "cluster.yaml",
          Self.cluster(sandbox, ", memory: 9GiB").replacingOccurrences(of: "5 min", with: "5h"))
        let large = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", environment: [lab.environment])
        for text in [
          "`time` (5 h) is longer than 1 h",
          "`memory` (9 GiB) is more than the 3.9 GiB of its largest node",
        ] {
          #expect(large.output.contains(text), "\(large.output)")
        }
      }
    }
  }
}
