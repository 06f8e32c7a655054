/// Lines of a text that comes in blocks. Of a long line the first bytes are kept.
struct LineSplitter: Sendable {
  /// Bytes of a line that are kept.
  let limit: Int
  /// Whether a carriage return ends a line too, as progress bars have it.
  let hasReturns: Bool
  /// The number of the line that is handed out, from 1.
  private(set) var number = 0
  /// The start of the line that has not ended.
  private var carry: [UInt8] = []

  init(limit: Int, hasReturns: Bool = false) {
    self.limit = limit
    self.hasReturns = hasReturns
  }

  /// Hands out the lines that end in a block, without their ends.
  mutating func split(_ block: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>, Int) -> Void) {
    var start = block.startIndex
    var at = start
    while at < block.endIndex {
      let byte = block[at]
      if byte == 0x0A || (hasReturns && byte == 0x0D) {
        end(with: block[start..<at], body)
        start = at + 1
      }
      at += 1
    }
    carry += block[start...].prefix(max(0, limit - carry.count))
  }

  /// Hands out a last line without its end.
  mutating func finish(_ body: (ArraySlice<UInt8>, Int) -> Void) {
    if !carry.isEmpty { end(with: [], body) }
  }

  private mutating func end(
    with rest: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>, Int) -> Void
  ) {
    number += 1
    guard !carry.isEmpty else { return body(rest.prefix(limit), number) }
    carry += rest.prefix(max(0, limit - carry.count))
    let line = carry
    carry = []
    body(line[...], number)
  }
}
