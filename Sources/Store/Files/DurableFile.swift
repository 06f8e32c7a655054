import Foundation

/// Whole files, replaced atomically.
enum DurableFile {
  /// Writes `bytes` beside `path` and renames them into place; a reader sees the old content or
  /// the new, never a part. `durable` also waits until file and name are on the disk.
  static func write(_ bytes: [UInt8], to path: String, durable: Bool) throws(StoreError) {
    let temporary = path + ".tmp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(errno, "write", path: path) }
    var failure = writeAll(bytes, to: descriptor)
    if failure == 0, durable, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw .system(failure, "write", path: path)
    }
    if durable { synchronizeDirectory(of: path) }
  }

  /// The content of a regular file; nil when it does not exist. At most `limit` bytes.
  static func read(_ path: String, limit: Int = .max) throws(StoreError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(errno, "read", path: path)
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      throw .system(EINVAL, "read", path: path)
    }
    guard let bytes = read(descriptor, at: 0, count: min(limit, Int(information.st_size))) else {
      throw .system(errno, "read", path: path)
    }
    return bytes
  }

  /// All of a file whose size the kernel does not tell beforehand (`/proc`).
  static func readAll(_ path: String) throws(StoreError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "read", path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      guard let part = read(descriptor, at: bytes.count, count: 65_536) else {
        throw .system(errno, "read", path: path)
      }
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  /// Up to `count` bytes from an offset; nil on an error, in `errno`.
  static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
      }
      if got < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// Writes everything; returns 0 or the error number.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Foundation.write(
          descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      written += count
    }
    return 0
  }

  /// Makes renames and removals in the directory of `path` durable.
  static func synchronizeDirectory(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Creates a directory unless it exists. Its parent must exist.
  static func makeDirectory(_ path: String) throws(StoreError) {
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .system(errno, "create", path: path)
    }
  }
}
