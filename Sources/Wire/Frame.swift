import Basics

/// The unit of every byte stream between coordinator, worker and slot, and of spool files.
///
/// ```
/// offset  size  content
///      0     4  length of the payload, little-endian
///      4     1  protocol version: how the payload is to be read
///      5     1  kind of message
///      6     2  zero
///      8     4  CRC-32 (IEEE 802.3) over bytes 0–7 and the payload
///     12     n  payload
/// ```
public struct Frame: Hashable, Sendable {
  /// What is written. It grows only when an older reader would understand something else; a new
  /// field or a new message is skipped by those who do not know it.
  public static let protocolVersion: UInt8 = 2
  /// The oldest version that is read. Version 1 has values one after the other in place of fields.
  public static let oldestVersion: UInt8 = 1
  /// Largest payload accepted, bytes.
  public static let maximumSize = 256 << 20
  /// Bytes before the payload.
  public static let headerSize = 12

  /// The version in which its sender speaks.
  public let version: UInt8
  let kind: UInt8
  let payload: [UInt8]

  init(kind: UInt8, payload: [UInt8], version: UInt8 = Self.protocolVersion) {
    self.version = version
    self.kind = kind
    self.payload = payload
  }

  /// The bytes on the wire.
  public var bytes: [UInt8] {
    var header = ByteWriter()
    header.write(UInt32(payload.count))
    header.write(version)
    header.write(kind)
    header.write(UInt8(0))
    header.write(UInt8(0))
    var checksum = CRC32(header.bytes[...])
    checksum.update(payload[...])
    header.write(checksum.value)
    return header.bytes + payload
  }
}

extension Frame {
  /// How long the frame is that begins with these bytes; nil when they are fewer than its header.
  public static func size(header: [UInt8]) -> Int? {
    guard header.count >= headerSize else { return nil }
    return headerSize + header.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// Cuts a byte stream into frames; the stream may arrive in pieces of any size.
public struct FrameDecoder: Sendable {
  private var buffer: [UInt8] = []
  private var start = 0
  /// Where in the stream the next frame begins, bytes from 0.
  private var offset = 0

  /// Creates a decoder at the beginning of a stream.
  public init() {}

  /// Bytes that wait for the rest of their frame.
  public var pending: Int { buffer.count - start }

  /// Adds bytes of the stream.
  public mutating func append(_ bytes: [UInt8]) {
    if start > 0, start == buffer.count || start > 1 << 16 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame; nil until more bytes come. After an error, which tells where in the
  /// stream the bad frame begins, the stream is lost.
  public mutating func next() throws(WireError) -> Frame? {
    guard pending >= Frame.headerSize else { return nil }
    let (size, version, kind, checksum) = try header()
    guard Frame.oldestVersion...Frame.protocolVersion ~= version else {
      throw .version(version, at: offset)
    }
    guard size <= Frame.maximumSize else { throw .tooLarge(size, at: offset) }
    guard pending >= Frame.headerSize + size else { return nil }
    let payload = buffer[start + Frame.headerSize..<start + Frame.headerSize + size]
    var actual = CRC32(buffer[start..<start + 8])
    actual.update(payload)
    guard actual.value == checksum else { throw .corrupted(at: offset) }
    start += Frame.headerSize + size
    offset += Frame.headerSize + size
    return Frame(kind: kind, payload: Array(payload), version: version)
  }

  private func header() throws(WireError) -> (size: Int, version: UInt8, kind: UInt8, UInt32) {
    do throws(ByteDamage) {
      var reader = ByteReader(buffer[start...])
      let (size, version, kind) = (try reader.uint32(), try reader.byte(), try reader.byte())
      _ = try reader.take(2)
      return (Int(size), version, kind, try reader.uint32())
    } catch {
      throw .message(error)
    }
  }
}
