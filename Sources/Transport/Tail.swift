import Basics

/// The last bytes of a stream, such as what a program said before it failed.
struct Tail: Sendable {
  private var bytes: [UInt8] = []
  private let limit: Int

  /// Keeps the last `limit` bytes.
  init(limit: Int = 2048) {
    self.limit = limit
  }

  /// Adds bytes at the end.
  mutating func append(_ more: some Collection<UInt8>) {
    bytes.append(contentsOf: more.suffix(limit))
    if bytes.count > limit { bytes.removeFirst(bytes.count - limit) }
  }

  /// The bytes that were kept.
  var content: ArraySlice<UInt8> { bytes[...] }

  /// The lines, each made safe for a terminal; empty ones are left out.
  var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { printable(String($0)) }.filter { !$0.isEmpty }
  }

  /// The text on one line: control characters and line ends become single spaces.
  var text: String { printable(String(decoding: bytes, as: UTF8.self)) }
}
