public import SweepModel

/// Reads cluster files: the hosts that a sweep may use.
public enum ClusterFile {
  /// The most hosts that a cluster may have.
  public static let maximumHosts = 10_000

  /// Reads and parses a file; throws when it is missing, unreadable or wrong.
  public static func read(path: String) throws(FileError) -> Cluster {
    try parse(
      text: TextFile.read(path, missing: "without --cluster, Quanta uses this machine alone"),
      origin: path)
  }

  /// Parses a cluster file's text; `origin` is the file name that errors show.
  ///
  /// Throws a ``FileError`` at the line and column of the first thing that is wrong.
  public static func parse(text: String, origin: String) throws(FileError) -> Cluster {
    let fields = try Fields(try YAMLReader.read(text, file: origin), ClusterKeys.file)
    var reader = HostReader()
    if let value = fields["defaults"] {
      reader.defaults = try HostReader.shared(Fields(value, ClusterKeys.defaults))
    }
    guard let value = fields["hosts"], case .list(let items) = value.content else {
      let found = fields["hosts"] ?? YAMLValue(content: .null, place: fields.place)
      throw fields.wrong("hosts", "a list such as [local, 16/kim@node1]", found)
    }
    guard !items.isEmpty else {
      throw value.place.error("\"hosts\" is empty", "write \"hosts: [local]\" for this machine")
    }
    guard items.count <= maximumHosts else {
      throw value.place.error("more than \(maximumHosts) hosts")
    }
    var hosts: [HostSpec] = []
    var names: [String: Place] = [:]
    var seats: [HostSeat: Place] = [:]
    for item in items {
      var host = try reader.host(item)
      host.place = item.place.text
      if let first = names.updateValue(item.place, forKey: host.name) {
        throw item.place.error(
          "the host \(quoted(host.name)) is listed twice (first on line \(first.line ?? 0))",
          "remove one, or give it another \"name\" and \"folder\"")
      }
      if let first = seats.updateValue(item.place, forKey: HostSeat(host)) {
        throw item.place.error(
          "\(quoted(host.name)) is the host and folder of line \(first.line ?? 0)",
          "remove one, or give it another \"folder\"")
      }
      hosts.append(host)
    }
    return Cluster(hosts: hosts)
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
