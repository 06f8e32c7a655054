import Foundation
import Kernels
import Testing

@Suite struct MachineLimitsTests {
  /// A machine of 64 cores and 256 GiB, as its `/proc` and `/sys` say.
  private func limits(_ files: [String: String], mask: String = "0-63") throws -> MachineLimits {
    try read(files, mask: mask) { MachineLimits(root: $0) }
  }

  private func read<Found>(
    _ files: [String: String], mask: String = "0-63", _ read: (String) -> Found
  ) throws -> Found {
    let root = NSTemporaryDirectory() + "quanta-limits-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    let processors = (0..<64).map { "processor\t: \($0)\nmodel name\t: X\n" }.joined(
      separator: "\n")
    var all = [
      "proc/cpuinfo": processors, "proc/self/status": "Name:\tq\nCpus_allowed_list:\t\(mask)\n",
      "proc/meminfo": "MemTotal:       268435456 kB\nMemFree: 1 kB\n",
    ]
    all.merge(files) { $1 }
    for (path, text) in all {
      let url = URL(fileURLWithPath: root + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return read(root)
  }

  private let version2 = [
    "proc/self/cgroup": "0::/user/job\n",
    "proc/self/mountinfo": "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
  ]
  private let version1 = [
    "proc/self/cgroup": "3:cpuset:/\n2:memory:/slurm/job\n1:cpu,cpuacct:/slurm\n0::/\n",
    "proc/self/mountinfo":
      "30 20 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
      + "31 20 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
  ]

  @Test func machineWithoutLimits_isAllThere() throws {
    let found = try limits([:])
    #expect(found.cores == 64 && found.memoryBytes == 256 << 30)
    #expect(found.coresReason.isEmpty && found.memoryReason.isEmpty)
  }

  @Test func affinityMask_narrowsCores() throws {
    let found = try limits([:], mask: "0,4-6")
    #expect(found.cores == 4 && found.coresReason == "the affinity mask or cpuset, of 64")
  }

  @Test func groupsOfVersion2_theNarrowestOfThoseAroundCounts() throws {
    let found = try limits(
      version2.merging([
        "sys/fs/cgroup/user/cpu.max": "150000 100000\n",
        "sys/fs/cgroup/user/job/cpu.max": "max 100000\n",
        "sys/fs/cgroup/user/memory.max": "max\n",
        "sys/fs/cgroup/user/job/memory.max": "419430400\n",
      ]) { $1 })
    #expect(found.cores == 2 && found.coresReason == "the cgroup's quota, of 64")
    #expect(found.memoryBytes == 400 << 20 && found.memoryReason == "the cgroup's limit")
  }

  @Test func groupsOfVersion1_countAsWell() throws {
    let found = try limits(
      version1.merging([
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu/slurm/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu/slurm/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "sys/fs/cgroup/memory/slurm/job/memory.limit_in_bytes": "1073741824\n",
      ]) { $1 })
    #expect(found.cores == 1 && found.memoryBytes == 1 << 30)
  }

  @Test func limitOfAddressSpace_isALimitOfMemory() throws {
    let found = try limits([
      "proc/self/limits": "Limit                     Soft Limit           Hard Limit   Units\n"
        + "Max address space         2147483648           unlimited            bytes\n"
    ])
    #expect(found.memoryBytes == 2 << 30 && found.memoryReason == "ulimit -v")
  }

  @Test func killsForMemory_ofBothVersionsAreCounted() throws {
    let second = try read(
      version2.merging([
        "sys/fs/cgroup/user/memory.events": "low 0\nhigh 0\nmax 70\noom 2\noom_kill 9\n",
        "sys/fs/cgroup/user/job/memory.max": "419430400\n",
        "sys/fs/cgroup/user/job/memory.events": "low 0\nhigh 0\nmax 7\noom 3\noom_kill 4\n",
      ]) { $1 }
    ) { MemoryKills(root: $0) }
    #expect(second.killed == 4, "of its own group")
    #expect(second.limitHits == 5 && second.limitBytes == 400 << 20)
    let first = try read(
      version1.merging([
        "sys/fs/cgroup/memory/slurm/job/memory.limit_in_bytes": "1073741824\n",
        "sys/fs/cgroup/memory/slurm/job/memory.failcnt": "12\n",
        "sys/fs/cgroup/memory/slurm/job/memory.oom_control":
          "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
      ]) { $1 }
    ) { MemoryKills(root: $0) }
    #expect(first.killed == 2 && first.limitHits == 12 && first.limitBytes == 1 << 30)
    let none = try read([:]) { MemoryKills(root: $0) }
    #expect(none.killed == 0 && none.limitBytes == nil)
  }

  @Test func roomForProcesses_isThatOfTheNarrowestGroup() throws {
    let found = try read(
      version2.merging([
        "sys/fs/cgroup/user/pids.max": "100\n", "sys/fs/cgroup/user/pids.current": "95\n",
        "sys/fs/cgroup/user/job/pids.max": "20\n", "sys/fs/cgroup/user/job/pids.current": "3\n",
      ]) { $1 }
    ) { TaskRoom(root: $0) }
    #expect(found.left == 5 && found.limit == 100)
    #expect(try read([:]) { TaskRoom(root: $0) }.left == nil)
  }

  @Test func container_whosePathLiesNotBelowItsMount_isLimitedByTheMount() throws {
    var files = version2
    files["proc/self/cgroup"] = "0::/../../docker/abc\n"
    files["sys/fs/cgroup/cpu.max"] = "400000 100000\n"
    let found = try limits(files)
    #expect(found.cores == 4)
  }
}
