public import Glibc

/// Whole files: a reader sees the old content or the new, never a part.
public enum AtomicFile {
  /// Writes `bytes` beside a name and renames them into place. `isDurable` also waits until file and
  /// name are on the disk; after a crash there is then the one content or the other.
  ///
  /// - Parameters:
  ///   - folder: a folder's descriptor; without one the name is a path.
  ///   - temporary: the name meanwhile, which must be free; one nobody else has by default.
  public static func write(
    _ bytes: [UInt8], to name: String, in folder: Int32 = AT_FDCWD, temporary: String? = nil,
    mode: mode_t = 0o644, isDurable: Bool
  ) throws(PosixError) {
    try write(to: name, in: folder, temporary: temporary, mode: mode, isDurable: isDurable) {
      (file) throws(PosixError) in try file.writeAll(bytes)
    }
  }

  /// The same of what is not in memory at once: `body` writes it.
  public static func write(
    to name: String, in folder: Int32 = AT_FDCWD, temporary: String? = nil, mode: mode_t = 0o644,
    isDurable: Bool, _ body: (Descriptor) throws(PosixError) -> Void
  ) throws(PosixError) {
    let temporary = temporary ?? "\(name).tmp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let file = try Descriptor(
      opening: temporary, in: folder, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
    do throws(PosixError) {
      try body(file)
      if isDurable { try file.synchronize() }
      file.close()
      guard renameat(folder, temporary, folder, name) == 0 else {
        throw PosixError(call: "rename \(temporary)")
      }
    } catch {
      unlinkat(folder, temporary, 0)
      throw error
    }
    guard isDurable else { return }
    if folder == AT_FDCWD { synchronizeFolder(of: name) } else { fsync(folder) }
  }

  /// The content of a regular file, at most `limit` bytes; nil when it does not exist. Nothing waits
  /// for the other end of a FIFO, and no link is followed.
  public static func read(_ path: String, limit: Int = .max) throws(PosixError) -> [UInt8]? {
    do throws(PosixError) {
      let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      let status = file.status
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw PosixError("\(path) is \(RegularFile.words(status.st_mode)), no file", code: EINVAL)
      }
      return try file.read(at: 0, count: min(limit, Int(status.st_size)))
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
  }

  /// Makes renames and removals in the folder of a path durable.
  public static func synchronizeFolder(of path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard let folder = try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY) else { return }
    try? folder.synchronize()
  }
}
