import Basics
import SweepModel

extension SystemReader {
  /// Regular expressions with groups of known names, which together have those that are needed.
  static func patterns(
    _ name: String, _ fields: Fields, knowing known: [String], needing needed: [String] = []
  ) -> [String] {
    guard let value = fields[name] else { return [] }
    let patterns = value.elements.compactMap { pattern(name, $0, fields, known) }
    let groups = Set(patterns.flatMap(groups))
    let lacking = needed.filter { !groups.contains($0) }
    guard patterns.count == value.elements.count, !lacking.isEmpty else { return patterns }
    fields.problems.add(
      value.place.error(
        "\"\(name)\" has no group \(lacking.map(quoted).joined(separator: " and no group "))",
        "write for example (?<\(lacking[0])>\\S+) for the part of the text that is it"))
    return []
  }

  private static func pattern(
    _ name: String, _ value: YAMLValue, _ fields: Fields, _ known: [String]
  ) -> String? {
    guard let text = text(name, value, fields) else { return nil }
    guard (try? Regex(text)) != nil else {
      fields.problems.add(
        value.place.error("\"\(name)\" is no regular expression: \(quoted(text))"))
      return nil
    }
    if let group = groups(in: text).first(where: { !known.contains($0) }) {
      fields.problems.add(
        value.place.error(
          "\"\(name)\" has an unknown group \(quoted(group))",
          NearestWord.remedy(for: group, in: known)))
      return nil
    }
    return text
  }

  /// The names of a regular expression's groups: `(?<name>`, where none stands for what comes before.
  private static func groups(in pattern: String) -> [String] {
    pattern.split(separator: "(?<").dropFirst(pattern.hasPrefix("(?<") ? 0 : 1).compactMap { rest in
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      return !name.isEmpty && rest[name.endIndex...].hasPrefix(">") ? String(name) : nil
    }
  }
}
