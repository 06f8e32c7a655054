import SweepModel

/// The rules for a work folder's name, wherever it lies.
enum WorkFolderName {
  /// The name, if it can travel on one line and is a path.
  static func checked(_ host: HostSpec) throws(LinkFailure) -> String {
    let name = host.workFolder
    let hasControl = name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !name.isEmpty, !hasControl else {
      throw LinkFailure(
        .configuration,
        "\(host.name): the work folder's name is empty or holds a line end or control character",
        remedy: "name a plain path such as ~/.quanta \(way(host))")
    }
    return name
  }

  /// The failure of a folder that cannot be made or written.
  static func failure(
    _ host: HostSpec, reason: String, isFull: Bool
  ) -> LinkFailure {
    isFull
      ? LinkFailure(
        .noSpace, "\(host.name): no room in the work folder \(host.workFolder): \(reason)",
        remedy: moreRoom(host))
      : LinkFailure(
        .workFolder,
        "\(host.name): the work folder \(host.workFolder) cannot be used: \(reason)",
        remedy: "make it yours and writable for you alone, or name another \(way(host))")
  }

  /// What to do where a disk is full.
  static func moreRoom(_ host: HostSpec) -> String {
    "free space there, or name a work folder on a larger disk \(way(host))"
  }

  /// How to name another folder for a host.
  private static func way(_ host: HostSpec) -> String {
    let key = "with `folder:` for this host in the cluster file"
    guard host.access == .local else { return key }
    return host.place.isEmpty ? "with --folder or QUANTA_FOLDER" : "with --folder, or \(key)"
  }
}
