/// The words of a command line.
public enum ShellWords {
  /// The longest line that is taken apart, bytes.
  static let limit = 1 << 20

  /// Splits a line at blanks as a POSIX shell does, with its quotes; nothing is expanded, and nothing run.
  /// `isWhole` is false where a quote never closes.
  ///
  /// - Parameter isBash: `$'a\012b'` is a word with the escapes of C, as bash, ksh and zsh write words of
  ///   several lines.
  public static func split(
    _ line: String, isBash: Bool = false
  ) -> (words: [String], isWhole: Bool) {
    var words: [String] = []
    var word: [UInt8] = []
    var isWord = false
    var quote: UInt8?
    var isEscaped = false
    var escapes: [UInt8] = []
    var isInEscapes = false
    var isAfterBackslash = false
    var isAfterDollar = false
    for byte in line.utf8.prefix(limit) {
      if isInEscapes {
        isInEscapes = byte != 0x27 || isAfterBackslash
        if isInEscapes { escapes.append(byte) } else { word += Self.unescaped(escapes) }
        isAfterBackslash = byte == 0x5C && !isAfterBackslash
        continue
      }
      let opensEscapes = isBash && isAfterDollar && byte == 0x27
      isAfterDollar = byte == 0x24 && quote == nil && !isEscaped
      if opensEscapes {
        word.removeLast()
        (escapes, isInEscapes, isAfterBackslash) = ([], true, false)
        continue
      }
      if isEscaped {
        // Within double quotes a backslash stands for itself before most characters.
        if quote != nil, ![0x22, 0x5C, 0x24, 0x60].contains(byte) { word.append(0x5C) }
        word.append(byte)
        isEscaped = false
      } else if byte == 0x5C, quote != 0x27 {
        (isEscaped, isWord) = (true, true)
      } else if let open = quote {
        if byte == open { quote = nil } else { word.append(byte) }
      } else if byte == 0x27 || byte == 0x22 {
        (quote, isWord) = (byte, true)
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0A {
        if isWord { words.append(String(decoding: word, as: UTF8.self)) }
        (word, isWord) = ([], false)
      } else {
        word.append(byte)
        isWord = true
      }
    }
    if isWord { words.append(String(decoding: word, as: UTF8.self)) }
    return (words, quote == nil && !isEscaped && !isInEscapes)
  }

  private static let letters: [UInt8: UInt8] = [
    0x61: 7, 0x62: 8, 0x65: 27, 0x45: 27, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9, 0x76: 11,
  ]

  /// A text whose escapes are those of C: `\n`, `\012`, `\x0a`.
  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == 0x5C, let next = rest.popFirst() else {
        result.append(byte)
        continue
      }
      let isHexadecimal = next == 0x78
      let digits =
        isHexadecimal
        ? rest.prefix(2).prefix { Character(Unicode.Scalar($0)).isHexDigit }
        : ([next] + rest.prefix(2)).prefix { (48...55).contains($0) }
      let number = Int(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 8)
      if let number {
        rest = rest.dropFirst(isHexadecimal ? digits.count : digits.count - 1)
        result.append(UInt8(truncatingIfNeeded: number))
      } else {
        result += letters[next].map { [$0] } ?? (isOwn(next) ? [next] : [0x5C, next])
      }
    }
    return result
  }

  /// Quotes, backslashes and question marks stand for themselves behind a backslash.
  private static func isOwn(_ byte: UInt8) -> Bool { [0x27, 0x22, 0x5C, 0x3F].contains(byte) }
}
