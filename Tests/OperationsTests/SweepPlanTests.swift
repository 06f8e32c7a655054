import Findings
import Foundation
import SweepFiles
import SweepModel
import Testing

@testable import Operations

/// What a plan says of large sweeps, and of jobs that no host can take.
struct SweepPlanTests {
  private static let seeds = """
    name: seeds
    workload: self-test
    grid:
      seed: {range: [0, 60000]}
      size: [5, 6]
    """

  private func plan(
    _ text: String, on hosts: [HostSpec] = [HostSpec(name: "local", access: .local)],
    done: (SweepOutline) throws -> Set<JobKey> = { _ in [] }, hasRows: Bool = false,
    isWhole: Bool = false
  ) throws -> SweepPlan {
    let outline = try SweepDataSets.outline(SweepSource(origin: "sweep.yaml", text: text))
    return try SweepPlan(
      outline, hosts: hosts, done: done(outline), calibrates: false, hasRows: hasRows,
      isWhole: isWhole)
  }

  @Test func text_ofSeedsThatVarySlowest_countsThemByPoint() throws {
    let text = try plan(Self.seeds).text
    #expect(text.contains("seeds: 120000 jobs of self-test, 0 done"), "\(text)")
    #expect(text.contains("seed: 0, 1, 2 … 59999  (60 000)"))
    for size in ["5", "6"] { #expect(text.contains("   \(size)  60000     0 "), "\(text)") }
  }

  @Test func document_ofALargeSweep_listsAnEvenSampleUnlessAllIsAskedFor() throws {
    let sample = try plan(Self.seeds, hasRows: true).document
    #expect(sample.jobs == 120_000 && sample.isSample && sample.rows.count == 2000)
    let all = try plan(Self.seeds, hasRows: true, isWhole: true).document
    #expect(all.rows.count == 120_000 && !all.isSample)
    #expect(Set(all.rows.map(\.key)).count == 120_000)
    #expect(all.rows[60].key == sample.rows[1].key)
  }

  @Test func text_withResults_countsWhatIsDone() throws {
    let text = "name: trial\nworkload: self-test\ngrid: {size: [1, 2], seed: [0, 1, 2]}\n"
    let plan = try plan(
      text,
      done: { outline in
        var done: Set<JobKey> = []
        try outline.forEachJob { parameters, key in
          if parameters["seed"] != .integer(2) { done.insert(key()) }
        }
        return done
      })
    #expect(plan.text.contains("trial: 6 jobs of self-test, 4 done"), "\(plan.text)")
    #expect(plan.text.contains("   1     3     2 "), "\(plan.text)")
  }

  @Test func text_ofJobsLargerThanHosts_saysWhatHappensToThem() throws {
    let clusters = [
      "small": "hosts: [{local: true, cores: 3, memory: 1GiB, name: desk}]",
      "mixed": "hosts: [{host: a, cores: 3, memory: 1GiB}, {host: b, cores: 96, memory: 1PB}]",
      "unknown": "hosts: [{host: a, cores: 3, memory: 1GiB}, b]",
      "gpus": "hosts: [{host: a, cores: 8, gpu: 4}, {host: b, cores: 8, gpu: 1, licence: 1}]",
    ]
    func text(_ resources: String, _ cluster: String) throws -> String {
      let file = try ClusterFile.parse(
        text: #require(clusters[cluster]), origin: "\(cluster).yaml")
      let plan = try plan(
        "name: large\nworkload: self-test\nsettings: {size: 1}\nresources: {\(resources)}\n",
        on: file.hosts)
      let notes = plan.text.contains("note ") ? 1 : 0
      #expect(plan.document.notes.count == notes + plan.obstacles.count)
      return ([plan.text] + plan.obstacles).joined(separator: "\n")
    }
    let (threads, memory, fits) = ("threads: 64", "memory: 900TB", "threads: 1, memory: 1MiB")
    #expect(
      try text(threads, "small").contains(
        "note          64 threads a job are more than desk's 3 cores: a job gets all cores"))
    #expect(
      try text(memory, "small").contains(
        "no job can run: 838190.3 GiB of memory a job are more than desk's 1.0 GiB for jobs"))
    #expect(try text(memory, "mixed").contains("do not fit on a (at most"))
    #expect(
      try text("gpu: 1", "gpus").contains(
        "note          a job needs 1 gpu of 5 gpu: at most 5 jobs at once, the others wait for that"
      ))
    #expect(try !text("gpu: 5", "gpus").contains("\npredicted"))
    #expect(
      try text("gpu: 5", "gpus").contains(
        "no job can run: a job needs 5 gpu, and no host has more than 4 gpu"))
    #expect(try text("licenc: 1", "gpus").contains("any licenc (did you mean \"licence\"?)"))
    #expect(try text("gpu: 2, licence: 1", "gpus").contains("no host has them together"))
    for (resources, cluster) in [
      (threads, "mixed"), (threads, "unknown"), (fits, "small"), (fits, "unknown"),
    ] {
      let text = try text(resources, cluster)
      #expect(!text.contains("note ") && text.contains("memory "), "\(resources) \(cluster)")
    }
  }

  @Test(arguments: [
    (
      "memory: 40GiB",
      "pools: [{slurm: {time: 1h, cores: 4, memory: 32GiB, count: 9}, name: lent}]",
      "no job can run: 40.0 GiB of memory a job are more than the pool lent's 32.0 GiB for jobs (the pool "
        + "lent asks for 4 cores, 32.0 GiB each); let a pool ask for more, or lower what a job needs"
    ),
    (
      "gpu: 2",
      "pools: [{slurm: {time: 1h, cores: 4, gpus: 1}, name: a}, {slurm: {time: 1h, cores: 8}, name: b}]",
      "no job can run: a job needs 2 gpu, and no host has more than 1 gpu (the pool a asks for 4 cores, 1 gpu "
        + "each; the pool b asks for 8 cores each)"
    ),
    (
      "licence: 1", "pools: [{slurm: {time: 1h, cores: 4, extra: [--licenses=x]}, name: a}]",
      "no host of the run has any licence (the pool a asks for 4 cores each)"
    ),
  ])
  func jobTooLargeForEveryPool_isSaidByPlanAndRun(
    resources: String, cluster: String, sentence: String
  ) throws {
    let file = try ClusterFile.parse(text: cluster, origin: "cluster.yaml")
    let text = "name: t\nworkload: self-test\nsettings: {size: 1}\nresources: {\(resources)}\n"
    let machines = file.pools.flatMap(\.machines)
    let obstacles = try plan(text, on: machines).obstacles
    #expect(obstacles.count == 1 && obstacles[0].hasSuffix(sentence), "\(obstacles)")
    let outline = try SweepDataSets.outline(SweepSource(origin: "sweep.yaml", text: text))
    #expect(throws: CommandError.self) {
      try HostRoom.check(outline.resources.amounts, on: machines)
    }
  }

  @Test func jobThatFitsAPool_orWhoseLimitsNobodyKnows_isTaken() throws {
    for (needs, pool) in [
      (Amounts(memoryBytes: 32 << 30), "{time: 1h, cores: 4, memory: 32GiB}"),
      (Amounts(memoryBytes: 99 << 40), "{time: 1h, cores: 4}"),
      (Amounts(named: ["gpu": 1]), "{time: 1h, cores: 4, extra: [\"--gres=a100\"]}"),
    ] {
      let file = try ClusterFile.parse(text: "pools: [{slurm: \(pool)}]", origin: "cluster.yaml")
      #expect(try HostRoom.check(needs, on: file.pools.flatMap(\.machines)) == [])
    }
  }

  /// It runs, with fewer threads than it asks for: that is said before it does.
  @Test func jobOfMoreThreadsThanAPoolHas_isTakenWithASentence() throws {
    let file = try ClusterFile.parse(
      text: "pools: [{slurm: {time: 1h, cores: 4}}]", origin: "cluster.yaml")
    let notes = try HostRoom.check(Amounts(threads: 8), on: file.pools.flatMap(\.machines))
    #expect(notes.count == 1 && notes[0].contains("8 threads a job are more than"), "\(notes)")
  }

  @Test func obstacles_areToldOfJobsThatAreLeft() throws {
    let text = "name: t\nworkload: self-test\nsettings: {size: 1}\nresources: {gpu: 9}\n"
    #expect(try plan(text).obstacles.count == 1)
    let isDone = try plan(text) { outline in
      var keys: Set<JobKey> = []
      try outline.forEachJob { keys.insert($1()) }
      return keys
    }
    #expect(isDone.obstacles.isEmpty)
  }

  @Test func text_ofCommands_saysWhatMakesAJobAnotherOne() throws {
    let folder = NSTemporaryDirectory() + "quanta-plan-" + UUID().uuidString
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    try Data("print(1)".utf8).write(to: URL(fileURLWithPath: folder + "/train.py"))
    func plan(_ line: String) throws -> SweepPlan {
      let script = line.contains("code: ") ? "train.py" : "/opt/train.py"
      return try self.plan("name: w\nrun: python3 \(script)\ngrid: {seed: [0, 1]}\n\(line)\n")
    }
    let bare = try plan("")
    #expect(bare.text.contains("\n  identity: command: a changed script makes no new jobs\n"))
    #expect(bare.document.identity?.codeHash == nil)
    let command = try plan("code: \(folder)")
    let hash = try #require(command.document.identity?.codeHash)
    #expect(
      command.text.contains(
        "\n  identity: command (its code is \(hash.prefix(10))): a changed script makes no new jobs; "
      ))
    let code = try plan("code: \(folder)\nidentity: code")
    #expect(code.document.identity?.by == "code" && code.document.identity?.codeHash == hash)
    #expect(
      code.text.contains("\n  identity: code \(hash.prefix(10)): a changed script makes new jobs\n")
    )
    #expect(
      try plan("identity: code").text.contains(
        "identity: code: a changed script makes no new jobs, for no \"code\" is named"))
    #expect(try self.plan(Self.seeds).document.identity == nil)
  }
}
