import SweepModel
import Testing

@testable import SweepFiles

/// What a cluster file says of batch systems.
@Suite struct PoolTests {
  private func parse(_ text: String) throws(FileError) -> Cluster {
    try ClusterFile.parse(text: text, origin: "cluster.yaml")
  }

  private func failure(_ text: String) -> String {
    do throws(FileError) {
      _ = try parse(text)
      return "valid"
    } catch {
      return error.description
    }
  }

  @Test func everyKey_isRead() throws {
    let cluster = try parse(
      """
      hosts: [local]
      groups: {both: [local, gpu]}
      pools:
        - slurm:
            partition: gpu
            account: lab
            qos: high
            time: 4h
            cores: 8
            memory: 32GiB
            gpus: 1
            count: 16
            extra: ["--constraint=a100", --exclusive]
            skip: mem
            calls: 12
          login: kim@login:2222
          setup: [module load cuda, source env]
          folder: /scratch/kim
          link: mail
        - slurm: {time: 90 min, cores: 1}
      """)
    let slurm = try #require(BatchSystems.named("slurm"))
    let pool = try #require(cluster.pools.first)
    #expect(pool.name == "gpu")
    #expect(
      pool.request
        == BatchRequest(
          of: slurm, terms: ["partition": "gpu", "account": "lab", "qos": "high"], seconds: 14_400,
          count: 16,
          extra: ["--constraint=a100", "--exclusive"], skip: ["mem"],
          setup: ["module load cuda", "source env"], callsPerMinute: 12))
    #expect(pool.login.limits.threads == 8)
    #expect(pool.login.limits.memoryBytes == 32 << 30)
    #expect(pool.login.limits[Device.resource] == Amount(1))
    #expect(pool.login.workFolder == "/scratch/kim")
    #expect(
      pool.login.access == .ssh(SSHAddress(host: "login", user: "kim", port: 2222)))
    #expect(pool.link == .mail)
    let plain = cluster.pools[1]
    #expect(plain.link == .auto)
    #expect(plain.name == "slurm")
    #expect(plain.login.access == .local)
    #expect(plain.request == BatchRequest(of: slurm, seconds: 5400, count: 1))
    #expect(cluster.groups == [HostGroup(name: "both", hosts: ["local", "gpu"])])
    let part = try cluster.part(chosenBy: "gpu", origin: "--hosts gpu")
    #expect(part.hosts.isEmpty)
    #expect(part.pools.map(\.name) == ["gpu"])
  }

  /// Of several partitions the system chooses; other options are a person's own matter.
  @Test(arguments: [
    ("partition: \"gpu,cpu\"", "gpu-cpu"),
    ("extra: [--exclude=n1, --constraint=a, --comment=5, -p, x]", "slurm"),
  ])
  func whatTheSystemTakes_isTaken(words: String, name: String) throws {
    let cluster = try parse("pools: [{slurm: {cores: 1, time: 4h, \(words)}}]")
    #expect(cluster.pools.map(\.name) == [name])
  }

  @Test(arguments: [
    ("hosts: []", "\"hosts\" is empty"), ("pools: []", "\"pools\" is empty"),
    ("groups: {}", "missing key \"hosts\""),
    ("pools: [{login: a}]", "cluster.yaml:1:9: the pool names no batch system"),
    ("pools: [{slurm: {time: 4h}}]", "missing key \"cores\""),
    ("pools: [{slurm: {cores: 1}}]", "missing key \"time\""),
    ("pools: [{slurm: {cores: 1, time: 10s}}]", "cluster.yaml:1:34: \"time\" must be from 1 min"),
    ("pools: [{slurm: {cores: 1, time: 4h, partiton: x}}]", "did you mean \"partition\"?"),
    ("pools: [{slurm: {cores: 1, time: 4h, extra: [a100]}}]", "\"extra\" must list options"),
    ("pools: [{slurm: {cores: 1, time: 4h, extra: [--job-name=a]}}]", "may not give --job-name"),
    ("pools: [{slurm: {cores: 1, time: 4h, extra: [--ar=0-5]}}]", "may not give --array"),
    ("pools: [{htcondor: {cores: 1, time: 4h, extra: [queue 5]}}]", "may not give queue"),
    ("pools: [{slurm: {cores: 1, time: 4h, extra: [-x, -t5]}}]", "may not give -t: Quanta"),
    ("pools: [{pbs: {cores: 1, time: 4h, extra: [-l, walltime=9]}}]", "may not give walltime="),
    ("pools: [{sge: {cores: 1, time: 4h, extra: [-t, 1-9]}}]", "may not give -t"),
    ("pools: [{slurm: {cores: 1, time: 4h, partition: \"a,\"}}]", "\"partition\" may hold only"),
    ("pools: [{slurm: {cores: 1, time: 4h, skip: [time]}}]", "\"skip\" knows no option \"time\""),
    ("pools: [{slurm: {cores: 1, time: 4h}, login: \"n[1-2]\"}]", "must be one host, found 2"),
    ("pools: [{slurm: {cores: 1, time: 4h}, folder: here}]", "must begin with \"/\""),
    (
      "pools: [{slurm: {cores: 1, time: 4h}}, {slurm: {cores: 1, time: 4h}}]",
      "a host or another pool is called \"slurm\""
    ),
    (
      "{hosts: [a], pools: [{slurm: {cores: 1, time: 4h}, name: a}]}",
      "a host or another pool is called \"a\""
    ),
  ])
  func mistake_isNamedAtItsPlace(text: String, part: String) {
    #expect(failure(text).contains(part), "\(failure(text))")
  }
}
