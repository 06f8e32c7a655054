import Basics
public import SweepModel

/// A piece of a checkpoint that is too large for one message.
public struct CheckpointPart: Hashable, Sendable {
  /// The largest piece, bytes. A checkpoint that is no larger travels whole.
  public static let largest = 4 << 20

  /// Where it belongs in the checkpoint, bytes from 0.
  public let offset: Int
  /// The checkpoint's size, bytes.
  public let total: Int
  /// ``Basics/FNV1a`` of the whole checkpoint.
  public let checksum: UInt64
  /// What it holds; at least a byte.
  public let bytes: [UInt8]

  /// Creates a piece.
  public init(offset: Int, total: Int, checksum: UInt64, bytes: [UInt8]) {
    self.offset = offset
    self.total = total
    self.checksum = checksum
    self.bytes = bytes
  }

  /// Where the next piece begins.
  public var end: Int { offset + bytes.count }

  /// True for the last piece.
  public var isLast: Bool { end == total }

  /// Cuts a checkpoint; only one piece is in memory at a time.
  public static func parts(
    of checkpoint: [UInt8], size: Int = largest
  ) -> some Sequence<CheckpointPart> {
    let checksum = FNV1a(checkpoint[...]).value
    return stride(from: 0, to: checkpoint.count, by: size).lazy.map { offset in
      CheckpointPart(
        offset: offset, total: checkpoint.count, checksum: checksum,
        bytes: Array(checkpoint[offset..<min(offset + size, checkpoint.count)]))
    }
  }
}

/// Looks whether pieces, as they come, are one checkpoint.
public struct CheckpointAssembly: Sendable {
  /// The checkpoint's size, bytes.
  public let total: Int
  /// What its checksum has to be.
  public let checksum: UInt64
  private var received = 0
  private var hash = FNV1a()

  /// The checkpoint that a piece belongs to, of which nothing has come yet.
  public init(of part: CheckpointPart) {
    total = part.total
    checksum = part.checksum
  }

  /// Takes in the next piece; false when it is not the next one, after which nothing helps.
  public mutating func take(_ part: CheckpointPart) -> Bool {
    guard part.total == total, part.checksum == checksum, part.offset == received,
      !part.bytes.isEmpty, part.bytes.count <= total - received
    else { return false }
    received += part.bytes.count
    hash.update(part.bytes[...])
    return true
  }

  /// True once all pieces have come and are what was sent.
  public var isWhole: Bool { received == total && hash.value == checksum }
}

extension Report {
  /// What tells a checkpoint: one report, or one for each of its pieces.
  public static func reports(
    of checkpoint: [UInt8], _ attempt: AttemptID, partSize: Int = CheckpointPart.largest
  ) -> AnySequence<Report> {
    guard checkpoint.count > partSize else {
      return AnySequence(CollectionOfOne(.checkpoint(attempt, checkpoint)))
    }
    let parts = CheckpointPart.parts(of: checkpoint, size: partSize)
    return AnySequence(parts.lazy.map { .checkpointPart(attempt, $0) })
  }
}
