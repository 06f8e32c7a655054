import CPosix
public import Glibc

/// Makes a folder and those above it that are missing.
public func makeFolders(_ path: String, mode: mode_t = 0o777) throws(PosixError) {
  if mkdir(path, mode) == 0 { return }
  let (code, parent) = (errno, path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "")
  if code == ENOENT, !parent.isEmpty {
    try makeFolders(parent, mode: mode)
    if mkdir(path, mode) == 0 { return }
  }
  var status = stat()
  guard stat(path, &status) == 0 else { throw PosixError(call: "mkdir \(path)", code) }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    throw PosixError(call: "mkdir \(path)", ENOTDIR)
  }
}

extension Descriptor {
  /// True where a path leads to a folder.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The disk of a folder that is as ``makeFolders(_:mode:)`` makes it with mode 0700: no link, of this user,
  /// and nobody has changed what it lets whom do, or given it attributes. Nil for any other.
  public static func diskOfNewFolder(_ path: String) -> dev_t? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode == S_IFDIR | 0o700,
      status.st_uid == geteuid(), quanta_has_attributes(path) == 0
    else { return nil }
    return status.st_dev
  }
}
