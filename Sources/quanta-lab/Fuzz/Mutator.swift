/// Changes valid inputs at random: bits, bytes, numbers, words of the surface's language, whole
/// parts, and parts of other inputs.
struct Mutator {
  /// Inputs to start from.
  let corpus: [[UInt8]]
  /// What the language of the surface is made of, and what it forgets.
  let words: [[UInt8]]
  /// No input grows beyond this, bytes.
  let limit: Int

  init(corpus: [[UInt8]], words: [String] = [], limit: Int = 64 << 10) {
    self.corpus = corpus.isEmpty ? [[]] : corpus
    self.words = words.map { Array($0.utf8) } + Self.foreign
    self.limit = limit
  }

  /// What belongs into no input: NUL, bytes that are not UTF-8, a byte-order mark.
  private static let foreign: [[UInt8]] = [
    [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
    [0xFE, 0xFF], [0xE2, 0x80, 0xA8], [0xC2, 0x85], [0xCC, 0x81], [0xF0, 0x9F, 0x87, 0xA9], [0x0D],
  ]

  /// An input of the corpus with one to sixteen changes.
  func input(_ random: inout Random) -> [UInt8] {
    var bytes = random.pick(corpus)
    for _ in 0..<(1 << random.below(5)) { change(&bytes, &random) }
    if bytes.count > limit { bytes.removeLast(bytes.count - limit) }
    return bytes
  }

  /// One change.
  func change(_ bytes: inout [UInt8], _ random: inout Random) {
    let start = random.below(bytes.count + 1)
    let end = min(bytes.count, start + 1 + random.below(random.oneIn(8) ? 512 : 16))
    switch random.below(12) {
    case 0: if start < bytes.count { bytes[start] ^= 1 << UInt8(random.below(8)) }
    case 1: if start < bytes.count { bytes[start] = UInt8(truncatingIfNeeded: random.extreme()) }
    case 2: bytes.removeSubrange(start..<end)
    case 3: bytes.insert(contentsOf: bytes[start..<end], at: random.below(bytes.count + 1))
    case 4: if random.oneIn(4) { bytes.removeSubrange(start...) }
    case 5, 6: bytes.insert(contentsOf: random.pick(words), at: start)
    case 7: bytes.replaceSubrange(start..<end, with: random.pick(words))
    case 8: splice(&bytes, at: start, &random)
    case 9: overwriteNumber(&bytes, at: start, &random)
    case 10: replaceDecimal(&bytes, from: start, &random)
    default: if random.oneIn(8) { multiply(&bytes, start..<end, &random) }
    }
  }

  private func splice(_ bytes: inout [UInt8], at start: Int, _ random: inout Random) {
    let other = random.pick(corpus)
    let from = random.below(other.count + 1)
    bytes.replaceSubrange(start..., with: other[from...])
  }

  /// A little-endian number of 1, 2, 4 or 8 bytes.
  private func overwriteNumber(_ bytes: inout [UInt8], at start: Int, _ random: inout Random) {
    let value = random.extreme()
    for offset in 0..<(1 << random.below(4)) where start + offset < bytes.count {
      bytes[start + offset] = UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
    }
  }

  /// The next decimal number of a text becomes another one.
  private func replaceDecimal(_ bytes: inout [UInt8], from start: Int, _ random: inout Random) {
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
    let last = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
    let texts = [
      "\(random.extreme())", "-\(random.extreme())", "1e\(random.below(400))", "0x10", ".inf",
      "1e-\(random.below(400))", "\(random.below(1 << 20))", "00", "1_0", ".5", "nan",
      String(repeating: "9", count: 1 + random.below(400)),
    ]
    bytes.replaceSubrange(first..<last, with: Array(random.pick(texts).utf8))
  }

  /// Long lines, deep nesting, many entries.
  private func multiply(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout Random) {
    guard !range.isEmpty else { return }
    let part = Array(bytes[range])
    let count = min(1 << random.below(13), limit / part.count)
    bytes.insert(contentsOf: repeatElement(part, count: count).joined(), at: range.lowerBound)
  }
}
