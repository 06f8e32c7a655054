import SweepFiles
import SweepModel
import Testing
import Transport

@testable import Batch

/// What systems tell of a site's limits, and what is said of pools that ask for more.
@Suite struct PoolLimitsTests {
  private static let partitions = """
    PartitionName=cpu AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL AllocNodes=ALL Default=YES QoS=N/A \
    DefaultTime=NONE MaxNodes=UNLIMITED MaxTime=2-00:00:00 MinNodes=0 MaxCPUsPerNode=UNLIMITED Nodes=n[1-3] \
    State=UP TotalCPUs=24 TotalNodes=3 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
    PartitionName=gpu AllowGroups=ALL AllowAccounts=lab,phys AllowQos=ALL AllocNodes=ALL Default=NO QoS=N/A \
    MaxTime=UNLIMITED MaxCPUsPerNode=4 Nodes=g[1-2] State=UP TotalCPUs=16 TotalNodes=2 MaxMemPerNode=16000
    PartitionName=old AllowAccounts=ALL AllowQos=high Default=NO MaxTime=10:00 State=DOWN
    """
  private static let nodes = """
    cpu|2|8|32000|idle|(null)
    cpu|1|8|32000|down*|(null)
    gpu|2|8|64000|mixed|gpu:a100:4(S:0-1),shard:8
    """
  private static let roles = "lab|normal,high|10\nphys|normal|\n"

  private static let slurm = BatchSystems.named("slurm") ?? BatchSystem()

  private static func limits(_ system: BatchSystem, _ answers: [String]) -> SiteLimits {
    zip(system.limits, answers).reduce(into: SiteLimits()) { site, pair in
      site.read(pair.1, of: pair.0, keys: system.terms.map(\.name))
    }
  }

  private static func pool(_ text: String) throws -> PoolSpec {
    let file = try ClusterFile.parse(text: "pools: [{\(text)}]", origin: "cluster.yaml")
    return try #require(file.pools.first)
  }

  private func checks(_ text: String, roles: String = Self.roles) throws -> [String] {
    let answers = [Self.partitions, Self.nodes, "MaxArraySize            = 1001", roles]
    let site = Self.limits(Self.slurm, answers)
    return try PoolLimits(pool: Self.pool(text), site: site).checks.map {
      "\($0.name): \($0.detail)" + ($0.remedy.isEmpty ? "" : " -> \($0.remedy)")
    }
  }

  /// Nodes that would do and are away are why a test submission is refused, not what is asked for.
  @Test(arguments: [
    ("cores: 8", "1 node of cpu that has it is away"), ("cores: 16", nil),
    ("cores: 2, partition: gpu", nil),
  ])
  func nodesThatWouldDo_areToldWhereTheyAreAway(words: String, away: String?) throws {
    let site = Self.limits(Self.slurm, [Self.partitions, Self.nodes])
    let pool = try Self.pool("slurm: {time: 1h, \(words)}")
    #expect(PoolLimits(pool: pool, site: site).away == away)
  }

  @Test func listOfPartitions_isKnownOneByOne() throws {
    let known = try checks("slurm: {time: 1h, cores: 2, partition: \"cpu,gpu\"}")
    #expect(known.first == "partition: cpu, gpu: whichever begins first", "\(known)")
    let slip = try checks("slurm: {time: 1h, cores: 2, partition: \"cpu,gpo\"}")
    #expect(slip.first?.contains("no partition \"gpo\"") == true, "\(slip)")
  }

  @Test func pool_thatFits_isToldOfItsPartition() throws {
    #expect(
      try checks("slurm: {time: 48h, cores: 8, memory: 31GiB}") == [
        "partition: cpu (the usual one): 3 nodes of 8 cores, 31.2 GiB (1 away), at most 2 d; "
          + "others: gpu, old"
      ])
    #expect(
      try checks("slurm: {time: 99h, cores: 4, gpus: 4, partition: gpu, account: phys}") == [
        "partition: gpu: 2 nodes of 8 cores, 62.5 GiB, 4 GPUs; others: cpu, old"
      ])
  }

  @Test(arguments: [
    (
      "time: 49h, cores: 9, memory: 33GiB, gpus: 1",
      "the pool asks for more than cpu gives: `time` (2 d 1 h) is longer than 2 d; `cores` (9) are more "
        + "than the 8 of its largest node; `memory` (33 GiB) is more than the 31.2 GiB of its largest "
        + "node; `gpus` (1): none of its nodes has any -> ask for less"
    ),
    (
      "time: 49h, cores: 1",
      "`time` (2 d 1 h) is longer than 2 d -> ask for less, or write `partition: gpu`"
    ),
    (
      "time: 1h, cores: 5, memory: 20GiB, partition: gpu",
      "`cores` (5) are more than the 4 that it gives of a node; `memory` (20 GiB) is more than the 15.6 "
        + "GiB that it gives of a node -> ask for less, or write `partition: cpu`"
    ),
    (
      "time: 1h, cores: 1, gpus: 5, partition: gpu", "`gpus` (5) are more than the 4 of its largest"
    ),
    (
      "time: 1h, cores: 1, partition: gpu, account: lap",
      "`account` lap: it takes only lab, phys"
    ),
    (
      "time: 1h, cores: 1, account: lap",
      "you have no account \"lap\" there -> did you mean \"lab\"?"
    ),
    (
      "time: 5m, cores: 1, partition: old",
      "old says DOWN: nothing begins there now -> wait until it is up, or write another `partition`, "
        + "such as cpu"
    ),
    (
      "time: 1h, cores: 1, partition: gpuu",
      "tells of no partition \"gpuu\" -> did you mean \"gpu\"?"
    ),
    (
      "time: 1h, cores: 1, account: lab, count: 16",
      "you may have 10 allocations at once there, and `count` is 16"
    ),
    (
      "time: 1h, cores: 1, account: phys, count: 1002", "at most 1001 elements there: `count: 1002`"
    ),
  ])
  func excess_isSaid_withWhatToDo(terms: String, part: String) throws {
    let checks = try checks("slurm: {\(terms)}")
    #expect(checks.contains { $0.contains(part) }, "\(checks)")
  }

  @Test func memory_thatIsNotAskedFor_isNoExcess() throws {
    #expect(try checks("slurm: {time: 1h, cores: 1, memory: 99GiB, skip: mem}").count == 1)
  }

  @Test func system_thatTellsNothing_isNotJudged() throws {
    let pool = try Self.pool("slurm: {time: 999h, cores: 99}")
    #expect(PoolLimits(pool: pool, site: SiteLimits()).checks.isEmpty)
    let site = Self.limits(Self.slurm, ["nothing that is known\n|||"])
    #expect(site == SiteLimits())
  }

  @Test func queuesOfPBS_areRead() throws {
    let pbs = try #require(BatchSystems.named("pbs"))
    let queues = """
      Queue: workq
          queue_type = Execution
          resources_max.mem = 64gb
          resources_max.walltime = 24:00:00
          enabled = True
          started = True

      Queue: big
          resources_max.ncpus = 64
          enabled = True
          started = False
      """
    let server = "Server: pbs\n    default_queue = workq\n    max_array_size = 10000\n"
    let site = Self.limits(pbs, [queues, server])
    #expect(site.places.map(\.name) == ["workq", "big"])
    #expect(site.places[0].isUsual && site.places[0].seconds == 86_400)
    #expect(site.places[0].most.memoryBytes == 64 << 30)
    #expect(site.places[1].closed == "started = False" && site.places[1].most.threads == 64)
    #expect(site.largestArray == 10_000)
  }

  @Test(arguments: [
    ("2-12:00:00", 216_000), ("1-06", 108_000), ("12:00:00", 43_200), ("30:00", 1800),
    ("3600", 3600), ("", nil), ("a:00", nil), ("1:2:3:4", nil), ("99999999999-00", nil),
  ])
  func time_isRead(text: String, seconds: Int?) {
    #expect(SiteLimits.seconds(text) == seconds)
  }

  @Test func ways_areThoseOfTheLink_andOfWhatIsThere() throws {
    func check(_ more: String, _ canAttach: Bool) throws -> HostReport.Check {
      let pool = try Self.pool("slurm: {time: 1h, cores: 1}\(more)")
      return PoolWays(pool: pool, folder: "/s").check(canAttach: canAttach)
    }
    #expect(
      try check(", login: kim@login", true).detail
        == "this machine reaches the login host login by SSH; it reaches the first 32 pilots by srun; "
        + "the others, and those that this does not reach, through a relay that they dial, else by files in "
        + "/s (mail), seconds slower")
    #expect(
      try check(", link: relay", true)
        == .init(
          "ways", .ok,
          "the login host is this machine; it reaches pilots through a relay that they dial, else by files "
            + "in /s (mail), seconds slower"))
    let none = try check(", link: attach", false)
    #expect(none.detail.hasSuffix("it reaches no pilot; it has no srun"), "\(none)")
    #expect(
      try check(", link: mail", true).detail
        == "the login host is this machine; it reaches pilots by files in /s (mail), seconds slower"
    )
    let lacking = try check("", false)
    #expect(
      lacking.status == .warning
        && lacking.detail.hasSuffix("it has no srun, which would be faster"))
  }
}
