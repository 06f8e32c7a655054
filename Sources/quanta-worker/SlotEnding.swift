import Glibc
import Posix

/// How a slot's process ended, and what of that is its host's doing.
struct SlotEnding {
  /// As waitpid(2) tells it.
  let status: Int32
  /// CPU time that it used, seconds.
  let cpuSeconds: Double

  init(_ ending: Child.Ending) {
    status = ending.status
    cpuSeconds = ending.cpuSeconds
  }

  private var signal: Int32 { status & 0x7F }

  /// In words.
  var words: String {
    guard signal != 0 else { return "ended with status \((status >> 8) & 0xFF)" }
    let hint = signal == SIGKILL ? "; perhaps out of memory" : ""
    return "was killed by signal \(signal) (\(String(cString: strsignal(signal)))\(hint))"
  }

  /// It could not even begin: it says nothing of its job.
  var lacksThreads: Bool { signal == 0 && (status >> 8) & 0xFF == SlotLoop.lacksThreads }

  /// It was killed as the system kills when memory is short.
  var isKilled: Bool { signal == SIGKILL }

  /// It has used up the CPU time that one process may have: the kernel ends it with SIGXCPU, or with
  /// SIGKILL at the hard limit.
  var hasUsedUpCPU: Bool {
    guard let limit = ResourceLimit.cpuTime.hard else { return false }
    return signal == SIGXCPU || isKilled && cpuSeconds >= Double(limit) - 1
  }
}
