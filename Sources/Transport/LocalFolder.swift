import Glibc
package import SweepModel

/// The work folder on this machine.
package enum LocalFolder {
  /// The folder's absolute path: a leading `~/` is the home, a relative path starts there.
  ///
  /// Throws `configuration` for a name that no folder can have or no line can carry.
  package static func path(_ host: HostSpec) throws(LinkFailure) -> String {
    let name = try WorkFolderName.checked(host)
    let home = getenv("HOME").map { String(cString: $0) } ?? "/"
    if name == "~" { return home }
    if name.hasPrefix("~/") { return home + name.dropFirst(1) }
    return name.hasPrefix("/") ? name : home + "/" + name
  }

  /// Makes the folder and its parents, private to the user; returns its path.
  package static func make(_ host: HostSpec) throws(LinkFailure) -> String {
    let path = try path(host)
    try make(path, host)
    return path
  }

  /// Puts a data set into the folder, which exists: a hard link where the disk is the same, else a
  /// copy. What lies there under its hash is trusted only if it is the same file. Its time becomes
  /// now: it is in use.
  static func bring(_ file: DataFile, _ host: HostSpec) throws(LinkFailure) {
    let folder = try path(host) + "/data"
    let path = "\(folder)/\(file.hash)"
    if !isSame(path, file.path) {
      try make(folder, host)
      let part = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).part"
      defer { unlink(part) }
      if link(file.path, part) != 0 { try copy(file, to: part, host) }
      guard rename(part, path) == 0 else { throw failure(host, path, errno) }
    }
    utimes(path, nil)
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    var (left, right) = (stat(), stat())
    return stat(path, &left) == 0 && stat(other, &right) == 0
      && (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)
  }

  private static func copy(
    _ file: DataFile, to path: String, _ host: HostSpec
  ) throws(LinkFailure) {
    let source = open(file.path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw failure(host, file.path, errno) }
    defer { close(source) }
    let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard target >= 0 else { throw failure(host, path, errno) }
    defer { close(target) }
    while true {
      let count = sendfile(target, source, nil, 1 << 24)
      guard count >= 0 else { throw failure(host, path, errno) }
      if count == 0 { break }
    }
    guard fsync(target) == 0 else { throw failure(host, path, errno) }
  }

  private static func make(_ path: String, _ host: HostSpec) throws(LinkFailure) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o700) != 0 else { continue }
      let code = errno
      guard code != EEXIST else { continue }
      var status = stat()
      if stat(made, &status) != 0 { throw failure(host, made, code) }
    }
    guard access(path + "/.", W_OK | X_OK) == 0 else { throw failure(host, path, errno) }
  }

  private static func failure(_ host: HostSpec, _ path: String, _ code: Int32) -> LinkFailure {
    WorkFolderName.failure(
      host: host.name, folder: host.workFolder,
      reason: "\(path): \(String(cString: strerror(code)))",
      isFull: code == ENOSPC || code == EDQUOT)
  }
}

/// The rules for a work folder's name, wherever it lies.
package enum WorkFolderName {
  /// The name, if it can travel on one line and is a path.
  package static func checked(_ host: HostSpec) throws(LinkFailure) -> String {
    let name = host.workFolder
    let hasControl = name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !name.isEmpty, !hasControl else {
      throw LinkFailure(
        .configuration,
        "\(host.name): the work folder's name is empty or holds a line end or control character",
        remedy: "set the host's work folder to a plain path such as ~/.quanta")
    }
    return name
  }

  /// The failure of a folder that cannot be made or written.
  package static func failure(
    host: String, folder: String, reason: String, isFull: Bool
  ) -> LinkFailure {
    isFull
      ? LinkFailure(
        .noSpace, "\(host): no room in the work folder \(folder): \(reason)",
        remedy: "free space there or name a work folder on a larger disk")
      : LinkFailure(
        .workFolder, "\(host): the work folder \(folder) cannot be used: \(reason)",
        remedy: "make it writable or name another work folder for this host")
  }
}
