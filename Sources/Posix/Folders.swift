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

  /// True for a folder, and no link to one, of this user and as ``makeFolders(_:mode:)`` makes it with mode
  /// 0700: nobody has changed what it lets whom do.
  public static func isPrivateFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode == S_IFDIR | 0o700
      && status.st_uid == geteuid() && quanta_hands_on_rights(path) == 0
  }
}
