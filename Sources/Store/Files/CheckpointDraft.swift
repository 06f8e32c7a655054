import Basics
import Foundation
import Posix

/// A checkpoint that is written piece by piece. It takes the place of the job's last one with
/// ``commit(checksum:)``; a draft that is dropped leaves that one as it is. For one thread at a time.
public final class CheckpointDraft {
  private let path: String
  private let temporary: String
  private let file: Descriptor
  /// Bytes that may not be on the disk yet.
  private var unsynchronized = 0
  private var isOver = false

  init(of path: String) throws(StoreError) {
    self.path = path
    temporary = "\(path).part-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    file = try DurableFile.open(temporary, O_WRONLY | O_CREAT | O_EXCL, for: "write")
  }

  /// Adds bytes. From time to time it waits for the disk, so that the end does not wait for all of
  /// them.
  public func append(_ bytes: [UInt8]) throws(StoreError) {
    try DurableFile.explaining("write", temporary) { () throws(PosixError) in
      try file.writeAll(bytes)
      unsynchronized += bytes.count
      guard unsynchronized >= 64 << 20 else { return }
      guard fdatasync(file.number) == 0 else { throw PosixError(call: "fdatasync") }
      unsynchronized = 0
    }
  }

  /// Makes the whole the job's checkpoint, durably; `checksum` is its ``Basics/FNV1a``.
  public func commit(checksum: UInt64) throws(StoreError) {
    var end = ByteWriter()
    end.write(checksum)
    try DurableFile.explaining("write", path) { () throws(PosixError) in
      try file.writeAll(end.bytes)
      try file.synchronize()
      guard rename(temporary, path) == 0 else { throw PosixError(call: "rename \(temporary)") }
    }
    isOver = true
    file.close()
    AtomicFile.synchronizeFolder(of: path)
  }

  deinit { if !isOver { unlink(temporary) } }
}

/// A stored checkpoint that is read piece by piece; a later one does not change it. That it is intact
/// shows at its end, by its checksum.
public struct StoredCheckpoint: Sendable {
  /// Its size, bytes.
  public let size: Int
  /// What its ``Basics/FNV1a`` has to be.
  public let checksum: UInt64
  private let file: Descriptor
  private let path: String

  /// Nil when there is none, or no whole one.
  init?(_ path: String) throws(StoreError) {
    self.path = path
    do throws(StoreError) {
      file = try DurableFile.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, for: "read")
    } catch {
      if !FileManager.default.fileExists(atPath: path) { return nil }
      throw error
    }
    let status = file.status
    size = Int(status.st_size) - CheckpointFolder.checksumSize
    guard status.st_mode & S_IFMT == S_IFREG, size >= 0 else { return nil }
    let (file, size) = (file, size)
    let end = try DurableFile.explaining("read", path) { () throws(PosixError) in
      try file.read(at: size, count: CheckpointFolder.checksumSize)
    }
    checksum = end.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The bytes from a place on, fewer than `count` only at the end.
  public func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    try DurableFile.explaining("read", path) { () throws(PosixError) in
      try file.read(at: offset, count: min(count, size - offset))
    }
  }
}
