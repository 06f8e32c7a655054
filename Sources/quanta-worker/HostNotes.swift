import Basics
import Kernels
import Posix
import SweepModel

/// What a person should know of a host beside its numbers, a sentence each.
enum HostNotes {
  /// For the run whose session this is. Whoever lends a part of a machine gives the others of its cores.
  static func all(session: String, isLent: Bool) -> [String] {
    let limits = MachineLimits.current
    var notes: [String] = []
    if !limits.coresReason.isEmpty {
      notes.append("\(counted(limits.cores, "core")): \(limits.coresReason)")
    }
    if let seconds = ResourceLimit.cpuTime.hard {
      notes.append("CPU time limited to \(seconds) s per process by ulimit -t")
    }
    if !isLent, let note = otherRuns(besides: session) { notes.append(note) }
    return notes
  }

  /// What jobs of the user's other stores take of this host now; nil when they take nothing.
  static func otherRuns(besides session: String) -> String? {
    var cores: [String: Int] = [:]
    for own in OwnProcess.all() where own.verb == .slot && own.session != session {
      cores[own.session, default: 0] += own.coresInUse
    }
    cores = cores.filter { $0.value > 0 }
    guard !cores.isEmpty else { return nil }
    let who =
      cores.count == 1
      ? "another run of yours uses" : "\(cores.count) other runs of yours use"
    let sum = cores.values.reduce(0, +)
    guard sum > HostFacts.cores else {
      return "\(who) \(sum) of \(counted(HostFacts.cores, "core"))"
    }
    let all = HostFacts.cores == 1 ? "the only core" : "all \(HostFacts.cores) cores"
    return "\(who) \(all), with \(sum) threads"
  }
}
