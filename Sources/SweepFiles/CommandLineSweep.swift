import Basics
import SweepModel

/// A command line as a sweep: options with several values become axes of a grid.
///
/// `python train.py --width 8,16,32 --seed range(0,3)` runs nine jobs.
public struct CommandLineSweep {
  /// The sweep file.
  public let text: String

  /// Makes the file. Throws where no program is given.
  public init(_ words: [String]) throws(FileError) {
    guard let program = words.first else {
      throw Self.error(
        "no program is given after \"--\"",
        "write for example: quanta run -- python3 train.py --width 8,16,32 --seed \"range(0,3)\"")
    }
    var run: [String] = []
    var axes: [(name: String, values: String)] = []
    func word(_ name: String, _ value: String, prefix: String) {
      guard let values = Self.values(value), !axes.contains(where: { $0.name == name }) else {
        run.append(prefix + Self.literal(value))
        return
      }
      axes.append((name, values))
      run.append("\(prefix){\(name)}")
    }
    var waiting: String?
    for (index, text) in words.enumerated() {
      if index > 0, let equals = text.firstIndex(of: "="), let name = Self.name(text[..<equals]) {
        waiting = nil
        let value = String(text[text.index(after: equals)...])
        word(name, value, prefix: Self.literal(String(text[...equals])))
      } else if let name = waiting, !text.hasPrefix("-") || Self.areNumbers(text) {
        waiting = nil
        word(name, text, prefix: "")
      } else {
        waiting = text.hasPrefix("-") && index > 0 ? Self.name(text[...]) : nil
        run.append(Self.literal(text))
      }
    }
    let name = Self.sweepName(words.first { $0.contains(".") && !$0.hasPrefix("-") } ?? program)
    var lines = [
      "name: \(name)", "run: [\(run.map { jsonQuoted($0) }.joined(separator: ", "))]", "code: .",
    ]
    if !axes.isEmpty {
      lines.append("grid:")
      lines += axes.map { "  \(jsonQuoted($0.name)): \($0.values)" }
    }
    self.text = lines.joined(separator: "\n") + "\n"
  }

  private static func error(_ message: String, _ remedy: String) -> FileError {
    FileError(file: "the command line", line: nil, column: nil, message: message, remedy: remedy)
  }

  /// The parameter that an option names; nil for what names none.
  private static func name(_ option: Substring) -> String? {
    let name = option.drop { $0 == "-" }
    let isName = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "_.-/".utf8.contains($0)
    }
    let first = name.utf8.first ?? 0
    let isWord = (65...90).contains(first) || (97...122).contains(first) || first == 95
    return isName && isWord ? String(name) : nil
  }

  /// Numbers, of which the first may be below 0, are no option.
  private static func areNumbers(_ text: String) -> Bool {
    text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { Double($0) != nil }
  }

  /// Several values as YAML has them; nil for one.
  private static func values(_ text: String) -> String? {
    if text.hasPrefix("range("), text.hasSuffix(")") {
      let ends = text.dropFirst("range(".count).dropLast().split(separator: ",").map {
        $0.filter { !$0.isWhitespace }
      }
      guard (1...3).contains(ends.count), ends.allSatisfy({ DecimalText(String($0)) != nil }) else {
        return nil
      }
      let all = ends.count == 1 ? ["0"] + ends : ends
      return "{range: [\(all.joined(separator: ", "))]}"
    }
    guard let parts = split(text), parts.count > 1 else { return nil }
    return "[\(parts.map(scalar).joined(separator: ", "))]"
  }

  /// The parts between commas that stand in no brackets and no quotes; nil where one is empty.
  private static func split(_ text: String) -> [String]? {
    var parts = [""]
    var depth = 0
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.contains("") || depth != 0 ? nil : parts
  }

  private static func scalar(_ text: String) -> String {
    let isPlain = DecimalText(text) != nil || ["true", "false"].contains(text)
    return isPlain ? text : jsonQuoted(text)
  }

  /// A word that no template is in.
  private static func literal(_ text: String) -> String {
    text.contains("{") ? text.replacing("{", with: "{{").replacing("}", with: "}}") : text
  }

  private static func sweepName(_ program: String) -> String {
    let file = program.split(separator: "/").last.map(String.init) ?? program
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return SafeName.problem(stem) == nil && SweepName.reserved(stem, for: "command") == nil
      ? stem : "command"
  }
}
