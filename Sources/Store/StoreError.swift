import Foundation
import GRDB
import Posix

/// What went wrong with a store, where, and what to do about it.
///
/// An operation that throws has changed nothing: no file is created, no row is written.
public struct StoreError: Error, Hashable, Sendable {
  /// What went wrong, for programs.
  public let code: Code
  /// The store's directory or the file in question.
  public let path: String
  /// What happened, one sentence with the path.
  public let message: String
  /// What to do next, one sentence.
  public let remedy: String

  /// The kinds of errors.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// There is no such directory.
    case notFound
    /// The directory holds no store, or its `store.sqlite` is no SQLite file.
    case notAStore
    /// `store.sqlite` belongs to another application.
    case otherApplication
    /// A newer version of Quanta wrote the store.
    case newerVersion
    /// An older version wrote the store, and a reader cannot bring it up to date, or what somebody added
    /// to it forbids that.
    case olderVersion
    /// The disk is mounted read-only.
    case readOnlyDisk
    /// The user may not read or write there.
    case noPermission
    /// No space (or quota) is left.
    case diskFull
    /// A file would grow beyond this process's limit (RLIMIT_FSIZE).
    case fileTooLarge
    /// Another coordinator writes to the store.
    case locked
    /// The store lies on a network file system, where SQLite's locks cannot be trusted.
    case networkFileSystem
    /// The database is damaged.
    case corrupt
    /// The ledger forbids the change: a bug of the caller, never of the user.
    case impossibleChange
    /// No sweep has this name.
    case unknownSweep
    /// Another sweep has this name.
    case sweepExists
    /// Something lies where a new file or folder should be made.
    case alreadyExists
    /// No job has this key or prefix.
    case unknownJob
    /// Several jobs have keys with this prefix.
    case ambiguousKey
    /// Any other failure of the file system or of SQLite.
    case inputOutput
  }

  /// Creates an error.
  public init(_ code: Code, path: String, message: String, remedy: String) {
    self.code = code
    self.path = path
    self.message = message
    self.remedy = remedy
  }
}

extension StoreError: CustomStringConvertible {
  /// The message, then the remedy.
  public var description: String { "\(message) \(remedy)" }
}

extension StoreError {
  /// Explains a failed system call on `path`.
  static func system(_ number: Int32, _ action: String, path: String) -> StoreError {
    switch number {
    case ENOENT:
      StoreError(
        .notFound, path: path, message: "Cannot \(action) \(path): it does not exist.",
        remedy: "Check the path given with --store.")
    case EROFS:
      StoreError(
        .readOnlyDisk, path: path, message: "Cannot \(action) \(path): the disk is read-only.",
        remedy: "Copy the store to a writable disk, or only read it.")
    case EACCES, EPERM:
      StoreError(
        .noPermission, path: path, message: "Cannot \(action) \(path): permission denied.",
        remedy: "Ask the store's owner for access, or choose another folder with --store.")
    case ENOSPC, EDQUOT:
      full(action, path: path)
    case EFBIG:
      tooLarge(action, path: path)
    default:
      StoreError(
        .inputOutput, path: path,
        message: "Cannot \(action) \(path): \(String(cString: strerror(number))).",
        remedy: "Check the disk and the system's log.")
    }
  }

  /// A disk without room, for bytes or for files.
  private static func full(_ action: String, path: String) -> StoreError {
    var disk = statvfs()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let hasDisk = statvfs(path, &disk) == 0 || statvfs(folder, &disk) == 0
    let isFiles = hasDisk && disk.f_bavail > 0 && lacksInodes(disk)
    return StoreError(
      .diskFull, path: path,
      message: "Cannot \(action) \(path): "
        + (isFiles ? "no inodes are left on the disk." : "no space is left on the disk."),
      remedy: (isFiles ? "Remove some files" : "Free some space")
        + "; nothing was lost, and the same command continues.")
  }

  /// A file that grew beyond what this process may write.
  private static func tooLarge(_ action: String, path: String) -> StoreError {
    let limit = ResourceLimit.fileSize.soft.map { " of \(($0 + 1023) / 1024) KiB" } ?? ""
    return StoreError(
      .fileTooLarge, path: path,
      message: "Cannot \(action) \(path): files may not grow beyond the limit\(limit) that this "
        + "process has (ulimit -f).",
      remedy: "Raise it (`ulimit -f unlimited`); nothing was lost, and the same command continues.")
  }

  /// Explains an SQLite error met while working on the database at `path`.
  static func sqlite(_ error: DatabaseError, path: String) -> StoreError {
    switch error.resultCode {
    case .SQLITE_FULL: return system(ENOSPC, "write to", path: path)
    case .SQLITE_READONLY: return system(EROFS, "write to", path: path)
    case .SQLITE_PERM, .SQLITE_AUTH: return system(EACCES, "use", path: path)
    case .SQLITE_NOTADB:
      return StoreError(
        .notAStore, path: path, message: "\(path) is not an SQLite file.",
        remedy: "Give the folder of a store with --store.")
    case .SQLITE_CORRUPT:
      return damaged(error.text, path: path)
    case .SQLITE_CONSTRAINT:
      return impossible("the database refuses it: \(error.text)", path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(
        .inputOutput, path: path,
        message: "The database \(path) is busy: another program holds its write lock.",
        remedy: "Close other programs that write to the file, then try again.")
    case .SQLITE_IOERR where isFull(path):
      return system(ENOSPC, "write to", path: path)
    case .SQLITE_IOERR where FileSizeLimit.isReached(byDatabase: path):
      return system(EFBIG, "write to", path: path)
    default:
      return StoreError(
        .inputOutput, path: path, message: "The database \(path) fails: \(error.text).",
        remedy: "Check the disk and the system's log.")
    }
  }

  /// Whether the disk of `path` has no space left: SQLite calls a full disk an I/O error when it
  /// meets it while it extends the shared memory.
  private static func isFull(_ path: String) -> Bool {
    var information = statvfs()
    return statvfs(path, &information) == 0
      && (information.f_bavail == 0 || lacksInodes(information))
  }

  /// Whether a disk that has room holds as many files as it can.
  private static func lacksInodes(_ disk: statvfs) -> Bool {
    disk.f_files > 0 && disk.f_favail == 0
  }

  /// A database whose pages, tables and indexes contradict each other.
  static func damaged(_ how: String, path: String) -> StoreError {
    StoreError(
      .corrupt, path: path, message: "The database \(path) is damaged: \(how).",
      remedy: "Keep a copy, then save what is readable with `sqlite3 \(path) .recover`.")
  }

  /// A change that the ledger forbids.
  static func impossible(_ why: String, path: String) -> StoreError {
    StoreError(
      .impossibleChange, path: path, message: "The ledger \(path) refuses a change: \(why).",
      remedy: "Nothing was written; please report this as a bug of the coordinator.")
  }

  /// No sweep of this name.
  static func unknownSweep(_ name: String, path: String) -> StoreError {
    StoreError(
      .unknownSweep, path: path, message: "The store \(path) has no sweep named \(name).",
      remedy: "List its sweeps with `quanta status`.")
  }
}

extension DatabaseError {
  /// SQLite's words, with its code where there are none.
  fileprivate var text: String { message ?? "SQLite error \(extendedResultCode.rawValue)" }
}
