public import Basics

/// Why bytes are not a frame or a message, and at which byte: of the stream where a frame is bad, of
/// the payload where a message is.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A frame is larger than ``Frame/maximumSize``.
  case tooLarge(Int, at: Int)
  /// The checksum disagrees with the content.
  case corrupted(at: Int)
  /// The other side speaks a protocol version that this one does not read.
  case version(UInt8, at: Int)
  /// The message ends too early or holds a value that no sender writes.
  case message(ByteDamage)

  /// Whether the other side is of a newer Quanta.
  public var isOfNewerVersion: Bool {
    if case .version(let version, _) = self { version > Frame.protocolVersion } else { false }
  }

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .tooLarge(let size, let offset):
      "the frame at byte \(offset) claims \(size) bytes; the limit is \(Frame.maximumSize)"
    case .corrupted(let offset):
      "the checksum of the frame at byte \(offset) disagrees with its content"
    case .version(let version, let offset):
      "the frame at byte \(offset) is of protocol version \(version)"
        + (version > Frame.protocolVersion ? ", of a newer Quanta" : "")
        + "; this one reads \(Frame.oldestVersion) to \(Frame.protocolVersion)"
    case .message(let damage): "malformed message: \(damage)"
    }
  }
}

extension Frame {
  /// Reads the payload as numbered fields.
  func fields<Message>(
    _ body: (FieldReader) throws(ByteDamage) -> Message
  ) throws(WireError) -> Message {
    do throws(ByteDamage) {
      return try body(FieldReader(payload[...]))
    } catch {
      throw .message(error)
    }
  }

  /// Reads the payload as one value after the other, to its last byte.
  func values<Message>(
    _ name: String, _ body: (inout ByteReader) throws(ByteDamage) -> Message
  ) throws(WireError) -> Message {
    do throws(ByteDamage) {
      var reader = ByteReader(payload)
      let message = try body(&reader)
      guard reader.isAtEnd else { throw reader.damage("bytes after the end of \(name)") }
      return message
    } catch {
      throw .message(error)
    }
  }
}
