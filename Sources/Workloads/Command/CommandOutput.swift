import Basics
import Posix

/// What a program prints, on its way into the job's log: the beginning whole, later what a rate allows,
/// and always the end.
struct CommandOutput {
  /// Bytes that go into the log at once.
  private static let head = 1 << 20
  /// Bytes that go there besides, each second.
  private static let rate = 2048.0
  /// Bytes of the end that are kept of what did not.
  private static let tail = 64 << 10

  private let startedAt: Double
  private var passed = 0
  private var left = 0
  private var waiting: [UInt8] = []
  /// The last line that holds anything.
  private(set) var lastWords = ""
  private var line: [UInt8] = []
  /// The beginning of a character whose rest has not come.
  private var half: [UInt8] = []

  init(at now: Double) { startedAt = now }

  /// Takes what was printed; returns what goes into the log now.
  mutating func take(_ printed: [UInt8], at now: Double) -> [UInt8] {
    let bytes = whole(printed)
    follow(bytes)
    let room = Self.head + Int(Self.rate * (now - startedAt)) - passed
    guard waiting.isEmpty ? bytes.count <= room : room >= Self.tail + bytes.count else {
      waiting += bytes
      if waiting.count > 2 * Self.tail {
        left += waiting.count - Self.tail
        waiting.removeFirst(waiting.count - Self.tail)
      }
      return []
    }
    let out = flush() + bytes
    passed += out.count
    return out
  }

  /// The bytes with what was left before, without a character at the end of which more must come.
  private mutating func whole(_ printed: [UInt8]) -> [UInt8] {
    var bytes = half + printed
    half = []
    if let start = bytes.suffix(3).lastIndex(where: { $0 & 0xC0 != 0x80 }), bytes[start] >= 0xC0 {
      let length = bytes[start] >= 0xF0 ? 4 : bytes[start] >= 0xE0 ? 3 : 2
      if bytes.count - start < length {
        half = Array(bytes[start...])
        bytes.removeSubrange(start...)
      }
    }
    return bytes
  }

  /// At the end of the program: what has not gone into the log.
  mutating func end() -> [UInt8] {
    waiting += half
    half = []
    endLine()
    return flush()
  }

  /// What has not gone into the log, with a line that says how much is missing.
  private mutating func flush() -> [UInt8] {
    defer {
      waiting = []
      left = 0
    }
    guard left > 0 else { return waiting }
    return Array("\n[\(left) bytes of output are left out here]\n".utf8) + waiting
  }

  private mutating func follow(_ bytes: [UInt8]) {
    for byte in bytes.suffix(4096) {
      if byte == 0x0A || byte == 0x0D {
        endLine()
      } else if line.count < 400 {
        line.append(byte)
      }
    }
  }

  /// The program has ended: what has no newline is a line too.
  private mutating func endLine() {
    let text = printable(String(decoding: line, as: UTF8.self))
    if text.contains(where: { !$0.isWhitespace }) { lastWords = String(text.prefix(300)) }
    line = []
  }
}
