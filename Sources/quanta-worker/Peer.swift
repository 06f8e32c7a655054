import Posix
import Wire

/// One end of a framed stream: a coordinator's link or a slot's socket.
///
/// Never blocks: what does not go now waits in a buffer until ``flush()``.
struct Peer {
  let descriptor: Descriptor
  private var decoder = FrameDecoder()
  private var outgoing: [UInt8] = []
  private var sent = 0

  /// Bytes waiting beyond which optional messages (logs, checkpoints) are left out.
  static let crowded = 64 << 20

  init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    descriptor.makeNonBlocking()
  }

  /// Bytes that wait to be sent.
  var waiting: Int { outgoing.count - sent }

  var wantsToWrite: Bool { waiting > 0 }

  var isCrowded: Bool { waiting > Self.crowded }

  mutating func send(_ frame: Frame) throws(PosixError) { try send(frame.bytes) }

  /// Sends the bytes of a whole frame.
  mutating func send(_ bytes: [UInt8]) throws(PosixError) {
    outgoing += bytes
    try flush()
  }

  mutating func flush() throws(PosixError) {
    while sent < outgoing.count {
      let count = try descriptor.writeSome(outgoing[sent...])
      if count == 0 { break }
      sent += count
    }
    if sent == outgoing.count {
      outgoing.removeAll(keepingCapacity: outgoing.capacity < 1 << 20)
      sent = 0
    } else if sent > 1 << 20 {
      outgoing.removeFirst(sent)
      sent = 0
    }
  }

  /// Reads what is there; nil at the end of the stream.
  mutating func receive() throws -> [Frame]? {
    guard let bytes = try descriptor.readSome() else { return [] }
    if bytes.isEmpty { return nil }
    decoder.append(bytes)
    var frames: [Frame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
  }
}
