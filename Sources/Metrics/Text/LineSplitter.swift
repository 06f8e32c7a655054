/// Lines of a text that comes in blocks; they end with a line feed, a carriage return or both. Of a long
/// line the first bytes are kept.
struct LineSplitter: Sendable {
  /// A line without its end.
  struct Line {
    /// What is kept of it.
    let bytes: ArraySlice<UInt8>
    /// Its number, from 1.
    let number: Int
    /// There is more of it.
    let isCut: Bool

    /// What a person should know of a line that was cut.
    func tooLong(in path: String, limit: Int) -> String {
      "Line \(number) of \(path) is longer than \(limit >> 20) MiB, the most that is read of a line, and so "
        + "may be others: such lines are left out."
    }
  }

  /// Bytes of a line that are kept.
  let limit: Int
  private var number = 0
  /// The start of the line that has not ended, up to a byte more than is kept.
  private var carry: [UInt8] = []
  /// The last line ended with a carriage return: a line feed that comes next is part of its end.
  private var isReturned = false

  init(limit: Int) { self.limit = limit }

  /// Hands out the lines that end in a block.
  mutating func split(_ block: ArraySlice<UInt8>, _ body: (Line) -> Void) {
    var start = block.startIndex
    var at = start
    while at < block.endIndex {
      let byte = block[at]
      if byte == 0x0A || byte == 0x0D {
        if byte == 0x0A, isReturned, at == start, carry.isEmpty {
          isReturned = false
        } else {
          end(with: block[start..<at], body)
          isReturned = byte == 0x0D
        }
        start = at + 1
      }
      at += 1
    }
    if start < block.endIndex { isReturned = false }
    carry += block[start...].prefix(limit + 1 - carry.count)
  }

  /// Hands out a last line without its end.
  mutating func finish(_ body: (Line) -> Void) {
    if !carry.isEmpty { end(with: [], body) }
  }

  private mutating func end(with rest: ArraySlice<UInt8>, _ body: (Line) -> Void) {
    number += 1
    var line = rest
    if !carry.isEmpty {
      line = (carry + rest.prefix(limit + 1 - carry.count))[...]
      carry = []
    }
    body(Line(bytes: line.prefix(limit), number: number, isCut: line.count > limit))
  }
}
