/// The words of a command line.
public enum ShellWords {
  /// The longest line that is taken apart, bytes.
  static let limit = 1 << 20

  /// Splits a line at blanks as a POSIX shell does, with its quotes; nothing is expanded, and nothing run.
  /// `isWhole` is false where a quote never closes.
  public static func split(_ line: String) -> (words: [String], isWhole: Bool) {
    var words: [String] = []
    var word: [UInt8] = []
    var isWord = false
    var quote: UInt8?
    var isEscaped = false
    for byte in line.utf8.prefix(limit) {
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
    return (words, quote == nil && !isEscaped)
  }
}
