/// Text as a terminal may show it: what hosts, files and jobs say is data, never a command to the
/// terminal.
package enum TerminalText {
  /// The text with every character that could steer a terminal, or turn the direction of what is
  /// read, as `\u001b`; line ends and tabs stay. The same escapes are valid inside JSON strings.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) { shown.append(contentsOf: code(scalar)) } else { shown.append(scalar) }
    }
    return String(shown)
  }

  /// The same for a text that must stay on its line: a line end in it is shown as `\n`.
  package static func escapedLine(_ text: String) -> String {
    let line =
      text.contains("\n")
      ? text.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\\n") : text
    return escaped(line)
  }

  /// A line broken at blanks into lines of at most `width` characters; those that follow the first
  /// are indented by two more than it. A word that is longer stays whole, and so does a command
  /// between backticks that has room on a line: it will be copied.
  package static func wrapped(_ line: String, width: Int) -> [String] {
    guard line.count > width, width > 20 else { return [line] }
    let margin = line.prefix { $0 == " " }
    let indent = String(margin.prefix(width / 2))
    var lines: [String] = []
    var current = indent
    var isEmpty = true
    for word in words(line.dropFirst(margin.count), keeping: width - indent.count - 2) {
      if !isEmpty, current.count + 1 + word.count > width {
        lines.append(current)
        current = indent + "  " + word
      } else {
        current += isEmpty ? word : " " + word
      }
      isEmpty = false
    }
    return lines + [current]
  }

  /// What stands between blanks; commands between backticks of up to `limit` characters in one.
  private static func words(_ line: Substring, keeping limit: Int) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      let quoted = "`\(part)`"
      if index % 2 == 1, quoted.count <= limit, words.last != nil {
        words[words.count - 1] += quoted
        continue
      }
      var pieces = (index % 2 == 1 ? quoted : String(part))
        .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      if !words.isEmpty, !pieces.isEmpty { words[words.count - 1] += pieces.removeFirst() }
      words += pieces
    }
    return words
  }

  /// How many rows of a terminal of `columns` a line of `count` characters takes.
  package static func rows(_ count: Int, columns: Int) -> Int {
    max(1, (count + columns - 1) / max(1, columns))
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true
    // Marks and overrides of the direction of writing, separators of lines and paragraphs.
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func code(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    let digits = String(scalar.value, radix: 16)
    return ("\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
      .unicodeScalars
  }
}
