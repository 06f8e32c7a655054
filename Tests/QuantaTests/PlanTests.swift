import Foundation
import LabSupport
import Testing

/// What `quanta plan` says of large sweeps, and of jobs that no host can take.
struct PlanTests {
  private static let seeds = """
    name: seeds
    workload: self-test
    grid:
      seed: {range: [0, 60000]}
      size: [5, 6]
    """

  private static func with(
    _ files: [String: String], _ body: (Sandbox) async throws -> Void
  ) async throws {
    try await Sandbox.with { sandbox in
      for (name, text) in files { try sandbox.write(name, text) }
      try await body(sandbox)
    }
  }

  @Test func plan_ofSeedsThatVarySlowest_countsThemByPoint() async throws {
    try await Self.with(["seeds.yaml": Self.seeds]) { sandbox in
      let plan = await sandbox.quanta("plan", "seeds.yaml")
      #expect(plan.status == 0, "\(plan)")
      #expect(plan.output.contains("seeds: 120000 jobs of self-test, 0 done"), "\(plan.output)")
      #expect(plan.output.contains("seed: 0, 1, 2 … 59999  (60 000)"))
      for size in ["5", "6"] {
        #expect(plan.output.contains("   \(size)  60000     0 "), "\(plan.output)")
      }
    }
  }

  @Test func plan_largeAsJSON_listsAnEvenSampleUnlessAllIsAskedFor() async throws {
    struct Plan: Decodable {
      struct Row: Decodable {
        let key: String
      }
      let jobs: Int
      let isSample: Bool
      let rows: [Row]
    }
    try await Self.with(["seeds.yaml": Self.seeds]) { sandbox in
      func plan(_ more: String...) async throws -> Plan {
        let result = await sandbox.quanta(["plan", "seeds.yaml", "--json"] + more)
        return try JSONDecoder().decode(Plan.self, from: Data(result.output.utf8))
      }
      let sample = try await plan()
      #expect(sample.jobs == 120_000 && sample.isSample && sample.rows.count == 2000)
      let all = try await plan("--all")
      #expect(all.rows.count == 120_000 && !all.isSample)
      #expect(Set(all.rows.map(\.key)).count == 120_000)
      #expect(all.rows[60].key == sample.rows[1].key)
    }
  }

  @Test func plan_afterARun_countsWhatIsDone() async throws {
    let text = """
      name: trial
      workload: self-test
      grid: {size: [1, 2], seed: [0, 1, 2]}
      """
    try await Self.with(["trial.yaml": text]) { sandbox in
      let run = await sandbox.quanta("run", "trial.yaml", "--set", "seed=0,1", "--quiet")
      #expect(run.status == 0, "\(run)")
      let plan = await sandbox.quanta("plan", "trial.yaml", "--uncalibrated")
      #expect(plan.output.contains("trial: 6 jobs of self-test, 4 done"), "\(plan.output)")
      #expect(plan.output.contains("   1     3     2 "), "\(plan.output)")
    }
  }

  @Test func plan_jobsLargerThanHosts_saysWhatHappensToThem() async throws {
    func sweep(_ resources: String) -> String {
      "name: large\nworkload: self-test\nsettings: {size: 1}\nresources: {\(resources)}\n"
    }
    let files = [
      "threads.yaml": sweep("threads: 64"), "memory.yaml": sweep("memory: 900TB"),
      "fits.yaml": sweep("threads: 1, memory: 1MiB"),
      "small.yaml": "hosts: [{local: true, cores: 3, memory: 1GiB, name: desk}]",
      "mixed.yaml": "hosts: [{host: a, cores: 3, memory: 1GiB}, {host: b, cores: 96, memory: 1PB}]",
      "unknown.yaml": "hosts: [{host: a, cores: 3, memory: 1GiB}, b]",
    ]
    try await Self.with(files) { sandbox in
      func notes(_ arguments: String...) async -> String {
        await sandbox.quanta(["plan", "--uncalibrated"] + arguments).output
      }
      #expect(
        await notes("threads.yaml", "--cluster", "small.yaml").contains(
          "note          64 threads a job are more than desk's 3 cores: a job gets all cores"))
      #expect(
        await notes("memory.yaml", "--cluster", "small.yaml").contains(
          "no job can run: 838190.3 GiB of memory a job are more than desk's 1.0 GiB for jobs"))
      #expect(await notes("memory.yaml").contains("note          no job can run"))
      #expect(
        await notes("memory.yaml", "--cluster", "mixed.yaml").contains("do not fit on a (at most"))
      for (sweep, cluster) in [
        ("threads", "mixed"), ("threads", "unknown"), ("fits", "small"), ("fits", "unknown"),
      ] {
        let plan = await notes("\(sweep).yaml", "--cluster", "\(cluster).yaml")
        #expect(!plan.contains("note ") && plan.contains("memory "), "\(sweep) \(cluster) \(plan)")
      }
    }
  }
}
