import Ciphers
import Glibc
import Posix
import Wire

/// Who is connected with a relay: a pilot that dialled, or whoever carries letters to one.
///
/// Never blocks. Not thread-safe: the relay's thread alone uses it.
final class RelayPeer {
  /// The most that is read at once of somebody who has not proved to have the key, bytes.
  private static let strangersPiece = 128

  let descriptor: Descriptor
  /// By which the relay knows it.
  let mark: UInt64
  /// The pilot's channel, once the coordinator wants it.
  var channel: UInt32?
  /// Nothing is read of it until the coordinator has taken what came.
  var isPaused = false
  /// It gets what waits for it, and is then let go.
  var isLeaving = false
  /// What the relay waits for: that it can be read, that it can be written; nil for nothing.
  var watched: (reads: Bool, writes: Bool)?

  private var stream: SealedStream?
  private var outgoing = ByteQueue()
  /// Bytes of the coordinator's that were not yet said to be taken.
  private var owed = 0

  /// Whoever has connected; the pilot whose name it tells, if it has the key.
  init(_ descriptor: Descriptor, key: SealingKey, mark: UInt64) {
    (self.descriptor, self.mark) = (descriptor, mark)
    var stream = SealedStream(relay: key)
    outgoing.append(stream.takeOutgoing())
    self.stream = stream
  }

  /// The way to a mailbox.
  init(mailbox descriptor: Descriptor, mark: UInt64) {
    (self.descriptor, self.mark) = (descriptor, mark)
  }

  /// The pilot that it has proved to be; nil for a stranger and for a mailbox.
  var pilot: String? { stream?.peer }

  /// Something waits to be written.
  var wantsToWrite: Bool { !outgoing.isEmpty }

  /// Tells a pilot that its channel stands.
  func begin() {
    if let sealed = stream?.seal([]) { outgoing.append(sealed) }
  }

  /// Queues bytes of the coordinator's; ``flush()`` says when they are taken.
  func send(_ bytes: [UInt8]) {
    owed += bytes.count
    outgoing.append(stream?.seal(bytes) ?? bytes)
  }

  /// Reads what is there: nothing, some bytes, or nil at the end. Throws where it has not the key.
  func read() throws -> [UInt8]? {
    let isStranger = stream.map { !$0.isOpen } ?? false
    guard let bytes = try descriptor.readSome(isStranger ? Self.strangersPiece : 1 << 16) else {
      return []
    }
    guard !bytes.isEmpty else { return nil }
    guard let records = try stream?.receive(bytes) else { return bytes }
    if let answer = stream?.takeOutgoing() { outgoing.append(answer) }
    return records.count == 1 ? records[0] : records.reduce(into: []) { $0 += $1 }
  }

  /// Writes what goes now; how many more bytes of the coordinator's were taken.
  func flush() throws(PosixError) -> Int {
    while !outgoing.isEmpty {
      let count = try descriptor.writeSome(outgoing.front(1 << 18))
      if count == 0 { break }
      outgoing.drop(count)
    }
    // Sealed bytes are a little more than what they seal.
    let left = min(owed, outgoing.count)
    defer { owed = left }
    return owed - left
  }

  /// Nothing more is written; the other side hears the end.
  func endWriting() { shutdown(descriptor.number, Int32(SHUT_WR)) }
}
