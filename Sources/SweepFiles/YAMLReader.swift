/// Turns YAML text into values with places. Bounds everything that a hostile or broken file could
/// blow up: characters, values after aliases are filled in, nesting.
enum YAMLReader {
  /// Reads the text's only document; keys that are given twice go to `problems`.
  static func read(
    _ text: String, file: String, _ problems: Problems
  ) throws(FileError) -> YAMLValue {
    try checkCharacters(text, file: file)
    let end = TextEnd(of: text, file: file)
    var composer = YAMLComposer(text: text, end: end, problems: problems)
    let root: YAMLValue?
    do throws(YAMLError) {
      root = try composer.document()
    } catch {
      switch error {
      case .file(let error): throw problems.ending(with: error)
      case .text(let problem):
        throw problems.ending(with: explain(problem, text: text, end: end))
      }
    }
    guard let root else { throw FileError(file: file, message: "the file is empty") }
    return root
  }

  /// Refuses what YAML does not allow in a text.
  private static func checkCharacters(_ text: String, file: String) throws(FileError) {
    var place = Place(file: file, line: 1, column: 1)
    for scalar in text.unicodeScalars {
      guard isPrintable(scalar) else {
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw place.error("the character U+\(code) is not allowed in YAML", "is it a text file?")
      }
      place.advance(over: scalar)
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x1_0000...0x10_FFFF:
      true
    default: false
    }
  }

  private static func explain(_ problem: YAMLProblem, text: String, end: TextEnd) -> FileError {
    let place = end.place(line: problem.line, column: problem.column)
    if problem.message.hasPrefix("Maximum nesting level") {
      return place.error("nested too deeply")
    }
    var message = "not valid YAML: \(problem.message)"
    if let context = problem.context { message += " (\(context.text) from line \(context.line))" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.indices.contains(problem.line - 1) ? lines[problem.line - 1] : ""
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return place.error(message, "indent with spaces; YAML allows no tabs there")
    }
    if problem.context?.text.hasSuffix("an alias") == true {
      return place.error(message, "quote a text that begins with \"*\"")
    }
    // In a list in brackets, the brackets of `node[01-32]` would be a list in it.
    let isRange = line.contains(/[A-Za-z0-9_.-]\[[0-9]/) && line.contains(/[\[{,] *[^"']*\[[0-9]/)
    return place.error(
      message, isRange ? "quote ranges in a list in brackets: [\"node[01-32]\"]" : nil)
  }
}

/// Where a text ends. The library puts what is missing at the end of a file whose last line does
/// not end onto a line that does not exist: that is the end of the last line.
struct TextEnd {
  /// The place behind the text's last character.
  let last: Place

  init(of text: String, file: String) {
    var end = (line: 1, column: 1)
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if Self.lineEnds.contains(scalar) {
        if !(last == "\r" && scalar == "\n") { end = (end.line + 1, 1) }
      } else {
        end.column += 1
      }
      last = scalar
    }
    self.last = Place(file: file, line: end.line, column: end.column)
  }

  /// What the library takes for the end of a line.
  private static let lineEnds: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// The place of a line and column of the library's.
  func place(line: Int, column: Int) -> Place {
    guard let end = last.line, line <= end else { return last }
    return Place(file: last.file, line: line, column: column)
  }
}
