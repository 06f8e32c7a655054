import Glibc
import Posix
import SweepModel
import WorkFolder

/// The work folder on this machine.
enum LocalFolder {
  /// The folder's absolute path: a leading `~/` is the home, a relative path starts there.
  ///
  /// Throws `configuration` for a name that no folder can have or no line can carry, `workFolder`
  /// for one in a home that is not there.
  static func path(_ host: HostSpec) throws(LinkFailure) -> String {
    let name = try WorkFolderName.checked(host)
    if name.hasPrefix("/") { return name }
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    guard !home.isEmpty else {
      throw WorkFolderName.failure(
        host, reason: FolderTrouble.noHome(name), isFull: false)
    }
    if name == "~" { return home }
    return name.hasPrefix("~/") ? home + name.dropFirst(1) : home + "/" + name
  }

  /// Finds the work folder, or makes it and its parents, private to the user.
  static func make(_ host: HostSpec) throws(LinkFailure) -> WorkFolder {
    let path = try path(host)
    do throws(FolderTrouble) {
      let folder = try WorkFolder(making: path)
      // Before a worker is started, so that the reason is told as what it is.
      for name in WorkFolder.partNames { _ = try folder.directory.folder(name) }
      guard faccessat(folder.directory.number, ".", W_OK | X_OK, 0) == 0 else {
        throw FolderTrouble(folder.directory.path, errno)
      }
      return folder
    } catch {
      throw failure(host, error)
    }
  }

  /// Puts a data set into the folder: a hard link where the disk is the same, else a copy. What
  /// lies there under its hash is trusted only if it is the same file. Its time becomes now: it is
  /// in use.
  static func bring(
    _ file: DataFile, into work: WorkFolder, _ host: HostSpec
  ) throws(LinkFailure) {
    let data: Directory
    do {
      data = try work.part("data")
    } catch {
      throw failure(host, error)
    }
    let path = "\(data.path)/\(file.hash)"
    let present = data.status(of: file.hash)
    guard present?.isFile ?? true else {
      throw failure(host, FolderTrouble(FolderTrouble.notFile(path)))
    }
    if !isSame(present, file.path) {
      let part = "\(file.hash).\(randomName()).part"
      defer { data.removeFile(part) }
      if linkat(AT_FDCWD, file.path, data.number, part, 0) != 0 {
        try copy(file, to: part, in: data, host)
      }
      guard renameat(data.number, part, data.number, file.hash) == 0 else {
        throw failure(host, FolderTrouble(path, errno))
      }
    }
    utimensat(data.number, file.hash, nil, AT_SYMLINK_NOFOLLOW)
  }

  private static func isSame(_ left: stat?, _ other: String) -> Bool {
    var right = stat()
    guard let left, left.isFile, stat(other, &right) == 0 else { return false }
    return (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)
  }

  private static func copy(
    _ file: DataFile, to name: String, in folder: Directory, _ host: HostSpec
  ) throws(LinkFailure) {
    var path = file.path
    do throws(PosixError) {
      let source = try Descriptor(opening: path)
      path = "\(folder.path)/\(name)"
      let target = try Descriptor(
        opening: name, in: folder.number, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      while true {
        let count = sendfile(target.number, source.number, nil, 1 << 24)
        guard count >= 0 else { throw PosixError(call: "copy") }
        if count == 0 { break }
      }
      try target.synchronize()
    } catch {
      throw failure(host, FolderTrouble(path, error.code))
    }
  }

  private static func failure(_ host: HostSpec, _ trouble: FolderTrouble) -> LinkFailure {
    WorkFolderName.failure(host, reason: trouble.description, isFull: trouble.isFull)
  }
}

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
