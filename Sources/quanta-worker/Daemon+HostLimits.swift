import Kernels
import Posix
import SweepModel

// What a host does to slots by its limits: that is no failure of their jobs.

/// The kernel's kills for want of memory, each of which explains one slot's death.
struct MemoryWatch {
  private var last = MemoryKills()
  /// Kills that no slot's death has been explained by yet.
  private var unexplained = 0
  /// The last of them came when a limit of the control groups was reached.
  private var isLimit = false

  /// Forgets kills that came before anything ran that they could explain.
  mutating func forget() { self = MemoryWatch() }

  /// Why the kernel killed a slot just now, if that was for want of memory.
  mutating func explain() -> String? {
    let now = MemoryKills()
    if now.killed > last.killed {
      unexplained += now.killed - last.killed
      isLimit = now.limitHits > last.limitHits
    }
    last = now
    guard unexplained > 0 else { return nil }
    unexplained -= 1
    guard isLimit, let limit = now.limitBytes else {
      return FailureCause.memoryWords + "the machine ran out of it"
    }
    return FailureCause.memoryWords + "it reached the cgroup's memory limit of \(Self.size(limit))"
  }

  private static func size(_ bytes: Int) -> String {
    let isLarge = bytes >= 1 << 30
    let tenths = (bytes * 10) >> (isLarge ? 30 : 20)
    return "\(tenths / 10).\(tenths % 10) \(isLarge ? "GiB" : "MiB")"
  }
}

extension Daemon {
  /// What of the host ended a slot's process, in words; nil when it was not the host.
  mutating func limit(behind ending: SlotEnding) -> String? {
    if ending.hasUsedUpCPU, let limit = ResourceLimit.cpuTime.hard {
      return "it had used the \(limit) s of CPU time that ulimit -t lets a process have"
    }
    return ending.isKilled ? memoryWatch.explain() : nil
  }

  /// Where CPU time is limited every job has a process of its own.
  mutating func retireIdleSlots() {
    for index in slots.indices.reversed() where slots[index].current == nil {
      slots[index].kill()
      _ = slots.remove(at: index).reap()
    }
  }
}
