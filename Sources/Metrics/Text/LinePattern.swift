import Basics

/// A regular expression over the bytes of a line: what a metric looks like in a program's output.
///
/// It knows characters and sets of them, `\d \w \s \b` and their opposites, `. ^ $ | * + ? {2,5}` and
/// the lazy forms, groups, named ones as Swift and as Python write them, and `(?i)`. Nothing looks
/// around or back, so that no line takes longer than its length times the pattern's.
struct LinePattern: Sendable {
  /// One step of what a pattern becomes.
  enum Step: Sendable {
    /// One byte of a set.
    case set(ByteSet)
    /// Goes on there.
    case jump(Int)
    /// Goes on at the first of two, and if that fails at the second.
    case fork(Int, Int)
    /// Remembers the place.
    case save(Int)
    case lineStart
    case lineEnd
    case wordEdge(Bool)
    case match
  }

  /// A set of bytes.
  struct ByteSet: Sendable, Hashable {
    private var words = SIMD4<UInt64>()

    init(_ bytes: some Sequence<UInt8> = []) { for byte in bytes { insert(byte) } }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let wordBytes = ByteSet(
      (0...127).filter { (byte: UInt8) in
        let scalar = Unicode.Scalar(byte)
        return scalar == "_" || scalar.properties.isAlphabetic || (48...57).contains(byte)
      })
    static let blanks = ByteSet([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
    static let none = ByteSet()

    var inverted: ByteSet {
      var set = self
      set.words = ~words
      return set
    }

    /// The only byte; nil if there are more or none.
    var single: UInt8? {
      let counts = (0..<4).map { words[$0].nonzeroBitCount }
      guard counts.reduce(0, +) == 1, let word = counts.firstIndex(of: 1) else { return nil }
      return UInt8(64 * word + words[word].trailingZeroBitCount)
    }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    func union(_ other: ByteSet) -> ByteSet {
      var set = self
      set.words |= other.words
      return set
    }

    /// With the other case of its letters.
    var withBothCases: ByteSet {
      var set = self
      for letter in UInt8(ascii: "a")...UInt8(ascii: "z")
      where contains(letter) || contains(letter ^ 0x20) {
        set.insert(letter)
        set.insert(letter ^ 0x20)
      }
      return set
    }
  }

  /// More steps are refused.
  static let stepLimit = 2000

  let steps: [Step]
  /// The name of every group, in the order of their parentheses; nil for one without.
  let groups: [String?]
  /// Bytes that stand in every match, one after the other.
  private let literal: [UInt8]

  init(_ pattern: String) throws(OutputPatternError) {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    groups = parser.groups
    literal = node.literal
    var compiler = PatternCompiler()
    try compiler.emit(.group(node, 0))
    steps = compiler.steps + [.match]
  }

  /// The matches in a line, at most a hundred, none of which begins before the last has ended: for
  /// each the place of the whole and of every group.
  func matches(in line: ArraySlice<UInt8>) -> [[Range<Int>?]] {
    guard literal.isEmpty || Self.contains(line, literal) else { return [] }
    var matches: [[Range<Int>?]] = []
    var start = line.startIndex
    while start <= line.endIndex, matches.count < 100 {
      var matcher = PatternMatcher(self, line, from: start)
      guard let match = matcher.first(), let whole = match[0] else { break }
      matches.append(match)
      start = whole.isEmpty ? whole.upperBound + 1 : whole.upperBound
    }
    return matches
  }

  private static func contains(_ line: ArraySlice<UInt8>, _ literal: [UInt8]) -> Bool {
    guard line.count >= literal.count else { return false }
    let first = literal[0]
    for at in line.startIndex...(line.endIndex - literal.count) where line[at] == first {
      if line[at..<at + literal.count].elementsEqual(literal) { return true }
    }
    return false
  }
}

/// Tries a pattern at the places of a line, depth first; no step is tried twice at a place, since it
/// would fail again.
private struct PatternMatcher {
  private enum Task {
    case explore(step: Int, place: Int)
    case restore(slot: Int, place: Int)
  }

  private let steps: [LinePattern.Step]
  private let line: ArraySlice<UInt8>
  private let start: Int
  private let width: Int
  private var visited: [UInt64]
  private var slots: [Int]

  init(_ pattern: LinePattern, _ line: ArraySlice<UInt8>, from start: Int) {
    steps = pattern.steps
    self.line = line
    self.start = start
    width = line.endIndex - start + 1
    visited = Array(repeating: 0, count: (steps.count * width + 63) / 64)
    slots = Array(repeating: -1, count: 2 * (pattern.groups.count + 1))
  }

  mutating func first() -> [Range<Int>?]? {
    for place in start...line.endIndex where explore(from: place) {
      return stride(from: 0, to: slots.count, by: 2).map { slot in
        let (lower, upper) = (slots[slot], slots[slot + 1])
        return lower >= 0 && upper >= lower ? lower..<upper : nil
      }
    }
    return nil
  }

  private mutating func isNew(_ step: Int, _ place: Int) -> Bool {
    let bit = step * width + place - start
    if visited[bit >> 6] >> UInt64(bit & 63) & 1 == 1 { return false }
    visited[bit >> 6] |= 1 << UInt64(bit & 63)
    return true
  }

  private mutating func explore(from place: Int) -> Bool {
    var tasks: [Task] = [.explore(step: 0, place: place)]
    while let task = tasks.popLast() {
      switch task {
      case .restore(let slot, let place): slots[slot] = place
      case .explore(let step, let place): if run(step, place, &tasks) { return true }
      }
    }
    return false
  }

  /// Goes on from a step until it fails or matches; what else may be tried goes on the stack.
  private mutating func run(_ first: Int, _ from: Int, _ tasks: inout [Task]) -> Bool {
    var (step, place) = (first, from)
    while isNew(step, place) {
      switch steps[step] {
      case .match: return true
      case .set(let set):
        guard place < line.endIndex, set.contains(line[place]) else { return false }
        (step, place) = (step + 1, place + 1)
      case .jump(let next): step = next
      case .fork(let next, let other):
        tasks.append(.explore(step: other, place: place))
        step = next
      case .save(let slot):
        tasks.append(.restore(slot: slot, place: slots[slot]))
        slots[slot] = place
        step += 1
      case .lineStart:
        guard place == line.startIndex else { return false }
        step += 1
      case .lineEnd:
        guard place == line.endIndex else { return false }
        step += 1
      case .wordEdge(let isEdge):
        guard (isWord(place - 1) != isWord(place)) == isEdge else { return false }
        step += 1
      }
    }
    return false
  }

  private func isWord(_ place: Int) -> Bool {
    line.indices.contains(place) && LinePattern.ByteSet.wordBytes.contains(line[place])
  }
}
