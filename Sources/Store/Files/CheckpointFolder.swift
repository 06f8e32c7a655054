import Basics
import Foundation
public import SweepModel

/// The latest checkpoint of every unfinished job, one file each.
///
/// A checkpoint is replaced atomically and durably: after a crash there is the old one or the new
/// one, whole. A checksum at its end tells what a disk has damaged since: a job that went on from
/// that would have another result. May be used from any thread; two writes of one job must not run
/// at once, or either may win. What the bytes mean is the workload's business.
public struct CheckpointFolder: Sendable {
  private let folder: String

  /// The checkpoints of a store.
  public init(_ layout: StoreLayout) {
    folder = layout.checkpoints
  }

  /// Keeps `bytes` as the job's checkpoint, in place of the last one.
  public func write(_ bytes: [UInt8], of key: JobKey) throws(StoreError) {
    try DurableFile.write(bytes + Self.checksum(bytes[...]), to: path(of: key), durable: true)
  }

  /// The job's checkpoint; nil when there is none or it is damaged.
  public func read(_ key: JobKey) throws(StoreError) -> [UInt8]? {
    guard let file = try DurableFile.read(path(of: key)), file.count >= Self.checksumSize else {
      return nil
    }
    let bytes = file.dropLast(Self.checksumSize)
    return Self.checksum(bytes) == Array(file.suffix(Self.checksumSize)) ? Array(bytes) : nil
  }

  /// Begins a checkpoint of the job that comes piece by piece.
  public func draft(of key: JobKey) throws(StoreError) -> CheckpointDraft {
    try CheckpointDraft(of: path(of: key))
  }

  /// The job's checkpoint to be read piece by piece; nil when there is none.
  public func open(_ key: JobKey) throws(StoreError) -> StoredCheckpoint? {
    try StoredCheckpoint(path(of: key))
  }

  /// Removes drafts that a process has left which was killed. Nobody may be writing one.
  public func removeDrafts() { for path in drafts { unlink(path) } }

  /// What whoever writes a checkpoint has of it until it is whole, piece by piece or at once.
  var drafts: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      JobKey(hex: String(name.prefix(64))) != nil
        && [".ckpt.part-", ".ckpt.tmp-"].contains { name.dropFirst(64).hasPrefix($0) }
    }.map { "\(folder)/\($0)" }
  }

  static let checksumSize = 8

  /// The 64-bit FNV-1a hash, little-endian.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var checksum = ByteWriter()
    checksum.write(FNV1a(bytes).value)
    return checksum.bytes
  }

  /// Removes the job's checkpoint, if there is one.
  public func delete(_ key: JobKey) throws(StoreError) {
    if unlink(path(of: key)) != 0, errno != ENOENT {
      throw .system(errno, "delete", path: path(of: key))
    }
  }

  /// Where the job's checkpoint lies, whether or not there is one.
  public func path(of key: JobKey) -> String { "\(folder)/\(key.hex).ckpt" }
}
