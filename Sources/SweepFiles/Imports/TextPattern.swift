/// What command lines and names of runs look like: words with `{width}` where a value stands, as in
/// `train.py --width {width} --seed={seed}`.
///
/// Its words stand one after the other among those of a text, and a value is any part of a word that is
/// not empty. Matching never tries a part twice.
public struct TextPattern: Sendable, Hashable {
  /// Why a text is no pattern, as the end of a sentence.
  public struct Problem: Error, Hashable, Sendable {
    /// What is wrong.
    public let message: String
  }

  /// What came of comparing a text with the pattern.
  public enum Match: Hashable, Sendable {
    /// The text does not have the pattern.
    case none
    /// It has it, with these values by their names.
    case one([Named])
    /// It has it in several ways, of which these are two.
    case several([Named], [Named])
  }

  /// A value under its name.
  public struct Named: Hashable, Sendable {
    /// The name in braces.
    public let name: String
    /// What stands there.
    public let value: String
  }

  /// A word: literals around holes, one literal more than there are holes.
  private struct Word: Hashable {
    var literals: [[UInt8]] = [[]]
    var names: [String] = []
  }

  private let words: [Word]

  /// The names in braces, in order.
  public var names: [String] { words.flatMap(\.names) }

  /// Reads a pattern; `{{` and `}}` are braces themselves.
  public init(_ text: String) throws(Problem) {
    var words: [Word] = []
    for part in text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }) {
      words.append(try Self.word(Array(part)))
    }
    let names = words.flatMap(\.names)
    guard !names.isEmpty else {
      throw Problem(message: "must have at least one name in braces")
    }
    guard Set(names).count == names.count else {
      throw Problem(message: "must have every name in braces once")
    }
    self.words = words
  }

  private static func word(_ bytes: [UInt8]) throws(Problem) -> Word {
    var word = Word()
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      let isDouble = at + 1 < bytes.count && bytes[at + 1] == byte
      if byte == UInt8(ascii: "{"), !isDouble {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "}")), end > at + 1 else {
          throw Problem(message: "has a brace that opens and no name in it")
        }
        guard word.names.isEmpty || !(word.literals.last ?? []).isEmpty else {
          throw Problem(message: "has two names in braces with nothing between them")
        }
        word.names.append(String(decoding: bytes[(at + 1)..<end], as: UTF8.self))
        word.literals.append([])
        at = end + 1
        continue
      }
      guard byte != UInt8(ascii: "}") || isDouble else {
        throw Problem(message: "has a brace that closes and none that opens")
      }
      word.literals[word.literals.count - 1].append(byte)
      at += isDouble && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")) ? 2 : 1
    }
    return word
  }

  /// Compares the words of a text; all places where the pattern may begin count.
  public func match(_ text: [String]) -> Match {
    let bytes = text.map { Array($0.utf8) }
    var found: [Named]?
    guard bytes.count >= words.count else { return .none }
    for start in 0...(bytes.count - words.count) {
      guard let (first, last) = matches(bytes, start) else { continue }
      if first != last { return .several(first, last) }
      if let found, found != first { return .several(found, first) }
      found = first
    }
    return found.map(Match.one) ?? .none
  }

  /// The values with the separators as early and as late as they can be.
  private func matches(_ text: [[UInt8]], _ start: Int) -> (first: [Named], last: [Named])? {
    var first: [Named] = []
    var last: [Named] = []
    for (offset, word) in words.enumerated() {
      let bytes = text[start + offset]
      if word.names.isEmpty {
        // A program may be called by its path.
        let isProgram = offset == 0 && bytes.suffix(word.literals[0].count + 1).first == 0x2F
        let isSame =
          isProgram
          ? bytes.suffix(word.literals[0].count) == word.literals[0][...]
          : bytes == word.literals[0]
        guard isSame else { return nil }
        continue
      }
      guard let early = Self.values(word, bytes) else { return nil }
      let reversed = Word(
        literals: word.literals.reversed().map { $0.reversed() }, names: word.names.reversed())
      let late = Self.values(reversed, bytes.reversed()) ?? []
      first += zip(word.names, early).map { Named(name: $0, value: Self.text($1)) }
      last += zip(word.names, late.reversed()).map {
        Named(name: $0, value: Self.text($1.reversed()))
      }
    }
    return (first, last)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The values of a word's holes, each as short as it can be but the last; nil where there are none.
  private static func values(_ word: Word, _ bytes: [UInt8]) -> [[UInt8]]? {
    guard let head = word.literals.first, let tail = word.literals.last,
      bytes.starts(with: head)
    else { return nil }
    var values: [[UInt8]] = []
    var at = head.count
    for literal in word.literals.dropFirst().dropLast() {
      guard let found = find(literal, in: bytes, from: at + 1) else { return nil }
      values.append(Array(bytes[at..<found]))
      at = found + literal.count
    }
    let end = bytes.count - tail.count
    guard end > at, bytes[end...].elementsEqual(tail) else { return nil }
    return values + [Array(bytes[at..<end])]
  }

  private static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= part.count, start <= bytes.count - part.count else { return nil }
    return (start...(bytes.count - part.count)).first { place in
      bytes[place..<(place + part.count)].elementsEqual(part)
    }
  }
}
