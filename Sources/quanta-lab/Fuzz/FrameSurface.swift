import Basics
import SweepModel
import Wire

/// What coordinator, worker and slot send each other, in both directions, as a stream that arrives
/// in pieces.
struct FrameSurface: Surface {
  static let name = "frame"
  static let folders = ["frame", "wire/v1", "wire/v2"]
  static let share = 300

  private let mutator: Mutator

  init(corpus: [[UInt8]]) {
    var random = Random(seed: 1, surface: 99)
    let messages = (0..<64).flatMap { _ in
      let order = RandomMessages.order(&random)
      let frames = [order.frame, order.frame(in: 1), RandomMessages.report(&random).frame]
      return frames.map(\.bytes)
    }
    mutator = Mutator(corpus: corpus + messages, words: RandomMessages.names, limit: 4 << 10)
  }

  /// Whole valid messages, messages with a damaged content and a right checksum, damaged streams.
  func input(_ random: inout Random) -> [UInt8] {
    switch random.below(8) {
    case 0: return RandomMessages.order(&random).frame.bytes
    case 1: return RandomMessages.report(&random).frame.bytes
    case 2:
      let streams = (0..<random.below(6)).flatMap { _ in random.pick(mutator.corpus) }
      return streams + mutator.input(&random)
    case 3: return mutator.input(&random)
    default: return FrameBytes.repaired(mutator.input(&random))
    }
  }

  func check(_ input: [UInt8]) throws {
    let whole = decode(input, pieces: [input.count])
    var random = Random(seed: UInt64(CRC32(input[...]).value), surface: 98)
    let pieces = (0..<64).map { _ in 1 + random.below(random.oneIn(3) ? 3 : 200) }
    let cut = decode(input, pieces: pieces)
    try require(cut == whole, "cut into pieces the stream reads otherwise: \(cut) \(whole)")
    try require(
      whole.frames.reduce(0) { $0 + $1.bytes.count } + whole.pending == input.count,
      "bytes are lost or made up")
    for frame in whole.frames { try checkMessage(frame) }
  }

  private struct Decoded: Equatable {
    var frames: [Frame] = []
    var error: WireError?
    var pending = 0
  }

  /// What a decoder makes of a stream that arrives in pieces of these sizes, over and over.
  private func decode(_ bytes: [UInt8], pieces: [Int]) -> Decoded {
    var decoder = FrameDecoder()
    var decoded = Decoded()
    var position = 0
    var turn = 0
    do throws(WireError) {
      while position < bytes.count {
        let end = min(bytes.count, position + pieces[turn % pieces.count])
        decoder.append(Array(bytes[position..<end]))
        position = end
        turn += 1
        while let frame = try decoder.next() { decoded.frames.append(frame) }
      }
    } catch {
      decoded.error = error
    }
    // After an error the rest of the stream is not read: what is pending counts to its end.
    decoded.pending = decoder.pending + bytes.count - position
    return decoded
  }

  private func checkMessage(_ frame: Frame) throws {
    do {
      if let order = try Order(frame) {
        try checkMessage(order.frame.bytes) { try Order($0)?.frame.bytes }
        try checkMessage(order.frame(in: 1).bytes) { try Order($0)?.frame(in: 1).bytes }
      }
    } catch let error as WireError {
      try checkError(error)
    }
    do {
      if let report = try Report(frame) {
        try checkMessage(report.frame.bytes) { try Report($0)?.frame.bytes }
      }
    } catch let error as WireError {
      try checkError(error)
    }
  }

  /// A message stays what it is when it is sent on, also with a field of a later version at its end.
  private func checkMessage(_ bytes: [UInt8], _ again: (Frame) throws -> [UInt8]?) throws {
    try require(
      try FrameBytes.message(bytes, as: again) == bytes, "a message changes when it is sent on")
    guard bytes[4] == Frame.protocolVersion else { return }
    // A text as the field 4000.
    let later = FrameBytes.repaired(bytes + [0x82, 0xFA, 0x01, 2, 0x68, 0x69])
    try require(
      try FrameBytes.message(later, as: again) == bytes, "a later version's field is not skipped")
  }

  private func checkError(_ error: WireError) throws(Violation) {
    try require(error.description.contains("byte"), "an error without a place: \(error)")
  }
}

/// The bytes of frames.
enum FrameBytes {
  /// The only frame of some bytes as a message.
  static func message<Message>(
    _ bytes: [UInt8], as read: (Frame) throws -> Message
  ) throws -> Message {
    var decoder = FrameDecoder()
    decoder.append(bytes)
    guard let frame = try decoder.next() else { throw Violation("a whole frame is incomplete") }
    return try read(frame)
  }

  /// The bytes as one frame of a version that is read, whose length and checksum are right.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 12 else { return bytes }
    var frame = bytes
    store(UInt32(bytes.count - 12), in: &frame, at: 0)
    if frame[4] != Frame.oldestVersion { frame[4] = Frame.protocolVersion }
    var checksum = CRC32(frame[0..<8])
    checksum.update(frame[12...])
    store(checksum.value, in: &frame, at: 8)
    return frame
  }

  private static func store(_ value: UInt32, in bytes: inout [UInt8], at position: Int) {
    for offset in 0..<4 {
      bytes[position + offset] = UInt8(truncatingIfNeeded: value >> UInt32(8 * offset))
    }
  }
}
