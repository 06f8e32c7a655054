import Basics
import Findings
import Kernels
import SweepModel

/// What a host has for jobs, as far as it is known before it is asked.
struct HostRoom {
  let name: String
  /// Cores; nil for a host of a cluster file that states none.
  let cores: Int?
  /// Memory that jobs may take, bytes; nil where nothing tells.
  let memoryBytes: Int?

  /// The cluster file's figures, and this machine's own where it is the host. A worker leaves a tenth
  /// of its machine's memory free.
  init(_ host: HostSpec) {
    name = host.name
    let own = host.access == .local ? MachineLimits.current : nil
    cores = host.cores ?? own?.cores
    memoryBytes = host.memoryBytes ?? own?.memoryBytes.map { $0 / 10 * 9 }
  }

  /// What happens to jobs of more threads than hosts have cores; nothing while one may have enough.
  static func threadNotes(_ threads: Int?, _ hosts: [HostRoom]) -> [String] {
    let cores = hosts.compactMap(\.cores)
    guard let threads, cores.count == hosts.count, let most = cores.max(), threads > most else {
      return []
    }
    return [
      "\(threads) threads a job are more than \(whose(hosts)) \(counted(most, "core")): "
        + "a job gets all cores of a host, and runs alone there"
    ]
  }

  /// What happens to jobs of more memory than hosts have.
  static func memoryNotes(largest: Int, smallest: Int, _ hosts: [HostRoom]) -> [String] {
    let small = hosts.filter { $0.memoryBytes.map { $0 < largest } ?? false }
    guard let most = small.compactMap(\.memoryBytes).max() else { return [] }
    let need = describeBytes(largest)
    guard small.count == hosts.count else {
      let names = small.prefix(3).map(\.name).joined(separator: ", ")
      let more = small.count > 3 ? " and \(small.count - 3) more hosts" : ""
      return [
        "jobs of \(need) do not fit on \(names)\(more) (at most \(describeBytes(most)) there); "
          + "they run on other hosts"
      ]
    }
    let which = smallest > most ? "no job can run" : "some jobs can run nowhere"
    return [
      "\(which): \(need) of memory a job are more than \(whose(hosts)) \(describeBytes(most)) "
        + "for jobs; name a larger host, or lower what a job needs"
    ]
  }

  private static func whose(_ hosts: [HostRoom]) -> String {
    hosts.count == 1 ? "\(hosts[0].name)'s" : "any host's"
  }
}
