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
  /// Bytes in which the last line is looked for.
  private static let words = 4096

  private let startedAt: Double
  private var passed = 0
  private var left = 0
  private var waiting: [UInt8] = []
  /// What was printed last, among it the last line that holds anything.
  private var recent: [UInt8] = []
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

  /// The last line that holds anything, as it may be shown.
  var lastWords: String {
    let lines = recent.split { $0 == 0x0A || $0 == 0x0D }
    for line in lines.reversed() where line.contains(where: Self.isVisible) {
      let text = printable(String(decoding: line.prefix(400), as: UTF8.self))
      if text.contains(where: { !$0.isWhitespace }) { return String(text.prefix(300)) }
    }
    return ""
  }

  private mutating func follow(_ bytes: [UInt8]) {
    let end = bytes.lastIndex(where: Self.isVisible).map { $0 + 1 } ?? 0
    recent += bytes[..<end].suffix(Self.words)
    // Blanks and blank lines without end leave the last words where they are.
    let rest = bytes[end...]
    let lineEnd = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
    if recent.suffix(64).contains(where: Self.isVisible) {
      recent += rest[..<(lineEnd ?? rest.endIndex)].prefix(64)
    }
    if lineEnd != nil, recent.last != 0x0A { recent.append(0x0A) }
    if recent.count > 2 * Self.words { recent.removeFirst(recent.count - Self.words) }
  }

  private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }
}
