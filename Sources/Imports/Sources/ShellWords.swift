/// The words of a recorded command line.
enum ShellWords {
  /// The longest line that is taken apart, bytes.
  static let limit = 1 << 20

  /// Splits a line at blanks as a POSIX shell does, with its quotes; nothing is expanded, and nothing run.
  static func split(_ line: String) -> [String] {
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
    return words
  }

  /// The parameters that a command line shows by itself: `--width 64`, `--width=64`, `width=64`. Names
  /// are given as they stand and with `_` for `-`.
  static func fields(_ words: [String]) -> [FoundRun.Field] {
    var fields: [FoundRun.Field] = []
    func add(_ name: Substring, _ text: some StringProtocol) {
      guard !name.isEmpty else { return }
      fields.append(FoundRun.Field(String(name), String(text)))
      let other = String(name.map { $0 == "-" ? "_" : $0 })
      if other != name { fields.append(FoundRun.Field(other, String(text))) }
    }
    for (place, word) in words.enumerated() {
      let bare = word.drop { $0 == "-" }
      let isFlag = bare.count < word.count && bare.first?.isNumber == false && bare.first != "."
      if let sign = bare.firstIndex(of: "="), isFlag || bare.count == word.count {
        add(bare[..<sign], bare[bare.index(after: sign)...])
      } else if isFlag {
        let next = place + 1 < words.count ? words[place + 1] : "--"
        let isValue = !next.hasPrefix("-") || Double(next) != nil
        add(bare, isValue ? next : "true")
      }
    }
    return fields
  }
}
