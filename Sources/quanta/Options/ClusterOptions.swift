import ArgumentParser
import Findings
import Foundation
import SweepFiles
import SweepModel

/// The hosts of a command.
struct ClusterOptions: ParsableArguments {
  @Option(
    name: .long, help: "The cluster file; without one, this machine's cores.",
    completion: .file(extensions: ["yaml", "yml"]))
  var cluster: String?
  @Option(
    name: .customLong("hosts"),
    help: ArgumentHelp(
      "Only these hosts or groups of the cluster file, such as gpu or \"node[01-04],big\".",
      valueName: "names"),
    completion: .hosts)
  var chosen: [String] = []
  @Option(
    name: [.customShort("j", allowingJoined: true), .customLong("cores")],
    help: "Cores of this machine to use; all of them if absent.")
  var cores: Int?
  @Option(
    name: .long,
    help: "The work folder on this machine; else QUANTA_FOLDER, else ~/.quanta.",
    completion: .directory)
  var folder: String?

  func validate() throws {
    if let cores, !(1...65_536).contains(cores) {
      throw ValidationError("--cores must be from 1 to 65536, not \(cores)")
    }
    if folder?.isEmpty == true { throw ValidationError("--folder must not be empty") }
    if cluster == nil, let text = chosen.first(where: { $0 != "local" && $0 != "all" }) {
      throw ValidationError(
        "--hosts \(text) chooses among the hosts of a cluster file; add --cluster FILE")
    }
  }

  /// The chosen hosts and pools of the cluster file, or this machine.
  func machines() throws -> Cluster {
    guard let cluster else {
      return Cluster(hosts: try own([HostSpec(name: "local", access: .local)]))
    }
    let file = try ClusterFile.read(path: cluster)
    let text = chosen.joined(separator: ",")
    let part =
      chosen.isEmpty ? file : try file.part(chosenBy: text, origin: "--hosts \(text)")
    return Cluster(hosts: try own(part.hosts), pools: part.pools, groups: part.groups)
  }

  /// The chosen hosts, a login host for each pool.
  func hosts() throws -> [HostSpec] {
    let machines = try machines()
    return machines.hosts + machines.pools.map(\.entrance)
  }

  /// Hosts as the options say of this machine, if it is one of them.
  private func own(_ hosts: [HostSpec]) throws -> [HostSpec] {
    var hosts = hosts
    guard let own = hosts.firstIndex(where: { $0.access == .local }) else {
      guard let option = cores != nil ? "--cores" : folder.map({ _ in "--folder" }) else {
        return hosts
      }
      throw CommandError(
        "\(option) is about this machine, which is not among the hosts",
        remedy: "add `local` to \(cluster ?? "the cluster file"), or leave \(option) out")
    }
    if let cores { hosts[own].limits.threads = cores }
    if let folder {
      hosts[own].workFolder = Self.absolute(folder)
    } else if let usual = environment("QUANTA_FOLDER"),
      hosts[own].workFolder == HostSpec(name: "", access: .local).workFolder
    {
      hosts[own].workFolder = Self.absolute(usual)
    }
    return hosts
  }

  /// A path that means the same in any folder.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") || path.hasPrefix("~/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
