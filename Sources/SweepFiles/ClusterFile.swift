public import SweepModel

/// Reads cluster files: the hosts that a sweep may use.
public enum ClusterFile {
  /// The most hosts that a cluster may have.
  public static let maximumHosts = 10_000

  /// Reads and parses a file; throws when it is missing, unreadable or wrong.
  public static func read(path: String) throws(FileError) -> Cluster {
    let found = TextFile.withEitherEnding(path)
    let remedy = "without --cluster, Quanta uses this machine alone"
    return try parse(
      text: TextFile.read(found, missing: TextFile.nearest(to: path) ?? remedy), origin: found)
  }

  /// Parses a cluster file's text; `origin` is the file name that errors show.
  ///
  /// Throws a ``FileError`` at the line and column of the first thing that is wrong; whatever else
  /// can be told to be wrong comes with it.
  public static func parse(text: String, origin: String) throws(FileError) -> Cluster {
    let problems = Problems()
    let root = try YAMLReader.read(text, file: origin, problems)
    let fields = try Fields(root, ClusterKeys.file, problems, home: ClusterKeys.home)
    var reader = HostReader()
    if let value = fields["defaults"] {
      let defaults = problems.trying(
        try Fields(value, ClusterKeys.defaults, problems, home: ClusterKeys.homeOfDefault))
      reader.defaults = defaults.map(HostReader.shared) ?? HostReader.Shared()
    }
    let hosts = fields["hosts"] == nil ? [] : problems.trying(try self.hosts(fields, reader)) ?? nil
    let pools = PoolReader(hosts: reader, origin: origin).pools(fields, besides: hosts ?? [])
    let names = hosts.map { $0.map(\.name) + pools.map(\.name) }
    let groups = groups(fields, names)
    try problems.check()
    return Cluster(hosts: hosts ?? [], pools: pools, groups: groups)
  }

  /// Nil where not all of them can be read.
  private static func hosts(
    _ fields: Fields, _ reader: HostReader
  ) throws(FileError) -> [HostSpec]? {
    guard let value = fields["hosts"] else { return nil }
    guard case .list(let items) = value.content else {
      throw fields.wrong("hosts", "a list such as [local, 16/kim@node1]", value)
    }
    guard !items.isEmpty else {
      throw value.place.error("\"hosts\" is empty", "write \"hosts: [local]\" for this machine")
    }
    var seats = HostSeats()
    var areAllKnown = true
    for item in items {
      let hosts = fields.problems.trying(try reader.hosts(item))
      if hosts == nil { areAllKnown = false }
      for var host in hosts ?? [] {
        guard seats.hosts.count < maximumHosts else {
          throw value.place.error("more than \(maximumHosts) hosts")
        }
        host.place = item.place.text
        _ = fields.problems.trying(try seats.seat(host, item.place))
      }
    }
    return areAllKnown ? seats.hosts : nil
  }

  private static func groups(_ fields: Fields, _ hosts: [String]?) -> [HostGroup] {
    guard let value = fields["groups"] else { return [] }
    guard case .mapping(let entries) = value.content else {
      fields.problems.add(
        fields.wrong("groups", "a mapping such as {gpu: [node1, node2]}", value))
      return []
    }
    var groups: [HostGroup] = []
    for entry in entries {
      let group = fields.problems.trying(try group(entry, hosts, groups)) ?? nil
      if let group { groups.append(group) }
    }
    return groups
  }

  /// Nil where not all hosts are known.
  private static func group(
    _ entry: YAMLEntry, _ hosts: [String]?, _ groups: [HostGroup]
  ) throws(FileError) -> HostGroup? {
    if let problem = SafeName.problem(entry.key) {
      throw entry.keyPlace.error("a group's name \(problem), found \(quoted(entry.key))")
    }
    guard entry.key != "all", hosts?.contains(entry.key) != true else {
      throw entry.keyPlace.error(
        entry.key == "all"
          ? "the group all is every host already" : "a host is called \(quoted(entry.key)) too",
        "give the group another name")
    }
    let problems = Problems()
    let selection = hosts.map { HostSelection(hosts: $0, groups: groups) }
    var names: Set<String> = []
    for element in entry.value.elements {
      guard let text = element.text else {
        problems.add(
          element.place.error(
            "the group \(quoted(entry.key)) must list hosts, found \(element.found)",
            "write for example {\(entry.key): [node1, node2]}"))
        continue
      }
      for word in HostRange.list(text) {
        do throws(HostSelection.Problem) {
          names.formUnion(try selection?.names(word) ?? [])
        } catch {
          problems.add(element.place.error(error.message, error.remedy))
        }
      }
    }
    try problems.check()
    guard let hosts else { return nil }
    guard !names.isEmpty else {
      throw entry.value.place.error(
        "the group \(quoted(entry.key)) has no hosts", "list some, or remove it")
    }
    return HostGroup(name: entry.key, hosts: hosts.filter(names.contains))
  }
}

/// The hosts so far, no two of one name or of one machine and folder.
private struct HostSeats {
  private(set) var hosts: [HostSpec] = []
  private var names: [String: Place] = [:]
  private var seats: [HostSeat: Place] = [:]

  mutating func seat(_ host: HostSpec, _ place: Place) throws(FileError) {
    if let first = names.updateValue(place, forKey: host.name) {
      throw place.error(
        "the host \(quoted(host.name)) is listed twice (first on line \(first.line ?? 0))",
        "remove one, or give it another \"name\" and \"folder\"")
    }
    if let first = seats.updateValue(place, forKey: HostSeat(host)) {
      throw place.error(
        "\(quoted(host.name)) is the host and folder of line \(first.line ?? 0)",
        "remove one, or give it another \"folder\"")
    }
    hosts.append(host)
  }
}

/// What no two hosts of a cluster may share: the machine together with the work folder.
private struct HostSeat: Hashable {
  let address: [String]
  let folder: String

  init(_ host: HostSpec) {
    folder = host.workFolder
    switch host.access {
    case .local: address = []
    case .ssh(let ssh):
      address = [ssh.host.lowercased(), ssh.user ?? "", ssh.port.map(String.init) ?? ""]
    }
  }
}
