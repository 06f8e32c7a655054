import Foundation
import Posix

/// RLIMIT_FSIZE, `ulimit -f`: how large a file may grow that this process writes.
enum FileSizeLimit {
  /// The most that SQLite adds to a file in one write, bytes: it grows the shared memory in pieces of
  /// this size, everything else by pages.
  private static let largestWrite = 65_536

  /// Whether a file of the database is as large as the limit lets it be: SQLite, which has room for no
  /// more, calls that a disk I/O error.
  static func isReached(byDatabase path: String) -> Bool {
    guard let bytes = ResourceLimit.fileSize.soft else { return false }
    return ["", "-wal", "-shm", "-journal"].contains { suffix in
      var information = stat()
      return stat(path + suffix, &information) == 0
        && Int(information.st_size) + largestWrite > bytes
    }
  }
}
