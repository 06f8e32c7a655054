import Foundation

/// RLIMIT_FSIZE, `ulimit -f`: how large a file may grow that this process writes.
enum FileSizeLimit {
  /// The limit, bytes; nil where there is none.
  static var bytes: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      limit.rlim_cur < rlim_t(Int.max)
    else { return nil }
    return Int(limit.rlim_cur)
  }

  /// The most that SQLite adds to a file in one write, bytes: it grows the shared memory in pieces of
  /// this size, everything else by pages.
  private static let largestWrite = 65_536

  /// Whether a file of the database is as large as the limit lets it be: SQLite, which has room for no
  /// more, calls that a disk I/O error.
  static func isReached(byDatabase path: String) -> Bool {
    guard let bytes else { return false }
    return ["", "-wal", "-shm", "-journal"].contains { suffix in
      var information = stat()
      return stat(path + suffix, &information) == 0
        && Int(information.st_size) + largestWrite > bytes
    }
  }
}
