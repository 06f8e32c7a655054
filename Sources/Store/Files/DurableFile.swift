import Foundation
import Posix

/// Whole files, replaced atomically; what goes wrong is explained with the store in mind.
enum DurableFile {
  /// Replaces a file; `durable` also waits until file and name are on the disk.
  static func write(_ bytes: [UInt8], to path: String, durable: Bool) throws(StoreError) {
    try explaining("write", path) { () throws(PosixError) in
      try AtomicFile.write(bytes, to: path, isDurable: durable)
    }
  }

  /// The content of a regular file; nil when it does not exist. At most `limit` bytes.
  static func read(_ path: String, limit: Int = .max) throws(StoreError) -> [UInt8]? {
    try explaining("read", path) { () throws(PosixError) in
      try AtomicFile.read(path, limit: limit)
    }
  }

  /// Opens a file; `flags` as of open(2).
  static func open(
    _ path: String, _ flags: Int32, for action: String
  ) throws(StoreError) -> Descriptor {
    try explaining(action, path) { () throws(PosixError) in
      try Descriptor(opening: path, flags)
    }
  }

  /// Does something with the files of a store.
  static func explaining<Result>(
    _ action: String, _ path: String, _ body: () throws(PosixError) -> Result
  ) throws(StoreError) -> Result {
    do throws(PosixError) {
      return try body()
    } catch {
      throw .system(error.code, action, path: path)
    }
  }

  /// Creates a directory unless it exists. Its parent must exist.
  static func makeDirectory(_ path: String) throws(StoreError) {
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .system(errno, "create", path: path)
    }
  }
}
