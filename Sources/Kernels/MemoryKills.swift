/// How often the kernel has killed processes of this process' control groups because memory was
/// short, and how often a limit of the groups was why.
///
/// Version 1 (`memory.oom_control`, `memory.failcnt`) and 2 (`memory.events`) alike.
public struct MemoryKills: Hashable, Sendable {
  /// Processes killed in the group of this process, since it was made.
  public let killed: Int
  /// How often groups that have a limit had no memory left, of the group and those around it.
  public let limitHits: Int
  /// The narrowest limit of the groups, bytes; nil where none has one.
  public let limitBytes: Int?

  /// Reads the counters below a folder that stands for `/`.
  public init(root: String = "") {
    var killed = 0
    var hits = 0
    for groups in MachineLimits.hierarchies(root) {
      killed += groups.reversed().lazy.compactMap(Self.killed).first ?? 0
      for group in groups { hits += Self.hits(group) }
    }
    self.killed = killed
    limitHits = hits
    let limits = MachineLimits(root: root)
    limitBytes = limits.memoryReason == "the cgroup's limit" ? limits.memoryBytes : nil
  }

  private static func killed(_ group: String) -> Int? {
    for file in ["/memory.events", "/memory.oom_control"] {
      let counts = MachineLimits.words(group + file, "oom_kill")
      if let count = counts { return count }
    }
    return nil
  }

  /// Version 1 counts failures of every group, version 2 those of limits alone.
  private static func hits(_ group: String) -> Int {
    (MachineLimits.words(group + "/memory.events", "oom") ?? 0)
      + (MachineLimits.number(group + "/memory.failcnt") ?? 0)
  }
}
