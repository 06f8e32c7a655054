import Glibc

/// What a process may use of its machine: the affinity mask (which a cpuset narrows), and the quota
/// and memory limit of its control groups, version 1 and 2 alike, and `ulimit -v`.
///
/// `OMP_NUM_THREADS` and the like decide nothing. Of nested groups the narrowest counts; in a
/// container the paths of `/proc/self/cgroup` may not lie below the mount: then the mount itself is
/// the group.
public struct MachineLimits: Hashable, Sendable {
  /// Logical cores that may be kept busy, at least 1.
  public let cores: Int
  /// Memory that may be used, bytes; nil where nobody tells.
  public let memoryBytes: Int?
  /// Why cores are fewer than the machine's, such as `the cgroup's quota, of 64`; empty otherwise.
  public let coresReason: String
  /// Why memory is less than the machine's; empty otherwise.
  public let memoryReason: String

  /// This process' limits, read once.
  public static let current = MachineLimits(root: "")

  /// Reads the limits below a folder that stands for `/`.
  public init(root: String) {
    let machine = Self.fields(root + "/proc/cpuinfo", "processor").count
    let mask = Self.count(Self.fields(root + "/proc/self/status", "Cpus_allowed_list").first ?? "")
    let allowed = mask > 0 ? mask : max(1, machine)
    let groups = Self.groups(root)
    let quota = groups.compactMap(\.quota).min()
    let whole = quota.map { max(1, Int($0.rounded(.up))) } ?? allowed
    cores = max(1, min(allowed, whole))
    let of = machine > cores ? ", of \(machine)" : ""
    if whole < allowed {
      coresReason = "the cgroup's quota" + of
    } else {
      coresReason = allowed < machine ? "the affinity mask or cpuset" + of : ""
    }
    let total = Self.fields(root + "/proc/meminfo", "MemTotal").first
      .flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }.map { $0 << 10 }
    let limit = groups.compactMap(\.memoryBytes).min()
    let space = Self.lines(root + "/proc/self/limits").first { $0.hasPrefix("Max address space") }
      .flatMap { $0.split(separator: " ").dropFirst(3).first }.flatMap { Int($0) }
    memoryBytes = [total, limit, space].compactMap(\.self).min()
    if let memoryBytes, memoryBytes < total ?? .max {
      memoryReason = memoryBytes == limit ? "the cgroup's limit" : "ulimit -v"
    } else {
      memoryReason = ""
    }
  }

  /// A control group's limits.
  private struct Group {
    /// CPU time a second, in cores.
    var quota: Double?
    var memoryBytes: Int?
  }

  /// The groups of this process and those around them, of every hierarchy.
  private static func groups(_ root: String) -> [Group] {
    hierarchies(root).flatMap { $0.map(group) }
  }

  /// The folders of the groups of this process, a list a hierarchy: from the mount to its own.
  static func hierarchies(_ root: String) -> [[String]] {
    let mounts = lines(root + "/proc/self/mountinfo").compactMap { line -> (String, [String])? in
      let parts = line.split(separator: " ")
      guard let dash = parts.firstIndex(of: "-"), dash + 3 < parts.count, parts.count > 4,
        parts[dash + 1].hasPrefix("cgroup")
      else { return nil }
      let isUnified = parts[dash + 1] == "cgroup2"
      let controllers = isUnified ? [""] : parts[dash + 3].split(separator: ",").map(String.init)
      return (String(parts[4]), controllers)
    }
    return lines(root + "/proc/self/cgroup").map { line -> [String] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let controllers = parts[1].isEmpty ? [""] : parts[1].split(separator: ",").map(String.init)
      let mount = mounts.first { !Set($0.1).isDisjoint(with: controllers) }
      guard let mount = mount?.0 else { return [] }
      return paths(String(parts[2])).map { root + mount + $0 }
    }
  }

  /// `/a/b`, `/a` and the empty path.
  private static func paths(_ path: String) -> [String] {
    var paths = [""]
    var partial = ""
    for part in path.split(separator: "/") where part != ".." {
      partial += "/" + part
      paths.append(partial)
    }
    return paths
  }

  private static func group(_ path: String) -> Group {
    var group = Group()
    let both = lines(path + "/cpu.max").first?.split(separator: " ").map { Double($0) } ?? []
    if both.count == 2, let quota = both[0], let period = both[1], period > 0 {
      group.quota = quota / period
    }
    if let quota = number(path + "/cpu.cfs_quota_us"), quota > 0,
      let period = number(path + "/cpu.cfs_period_us"), period > 0
    {
      group.quota = Double(quota) / Double(period)
    }
    // Version 1 says "no limit" by a number beyond any machine's.
    let limits = ["/memory.max", "/memory.limit_in_bytes"].compactMap { number(path + $0) }
    group.memoryBytes = limits.filter { $0 > 0 && $0 < 1 << 60 }.min()
    return group
  }

  static func number(_ path: String) -> Int? { lines(path).first.flatMap { Int($0) } }

  /// The number behind a word on a line of its own, as in `oom_kill 3`.
  static func words(_ path: String, _ name: String) -> Int? {
    for line in lines(path) {
      let parts = line.split(separator: " ")
      if parts.count == 2, parts[0] == name { return Int(parts[1]) }
    }
    return nil
  }

  /// How many processors a list such as `0-3,8` names.
  private static func count(_ list: String) -> Int {
    list.split(separator: ",").reduce(0) { sum, range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, last >= first else { return sum }
      return sum + last - first + 1
    }
  }

  /// What stands behind a name and a colon, once for each line that has it.
  static func fields(_ path: String, _ name: String) -> [String] {
    lines(path).compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let first = parts.first, first.prefix(while: { $0 != " " && $0 != "\t" }) == name else {
        return nil
      }
      return parts.count > 1 ? String(parts[1].drop { $0 == " " || $0 == "\t" }) : ""
    }
  }

  static func lines(_ path: String) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while content.count < 16 << 20 {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      content += buffer[..<count]
    }
    return String(decoding: content, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
