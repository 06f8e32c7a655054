import SweepModel

/// Names with ranges as Slurm and ClusterShell write them: `node[01-32,40]`, `rack[1-2]n[08-12]`.
enum HostRange {
  /// One range as a regular expression, for the JSON Schema.
  static let pattern = "\\[\\d+(-\\d+)?(,\\d+(-\\d+)?)*\\]"
  /// The most names that one text may stand for.
  static let maximumNames = ClusterFile.maximumHosts

  /// Why a text is no name with ranges, as the end of a sentence.
  struct Problem: Error {
    let message: String
  }

  /// The names that a text stands for, in its order: the last range turns fastest. The numbers have
  /// as many digits as the range's first one, filled up with zeros. A text without brackets stands
  /// for itself.
  static func names(_ text: String) throws(Problem) -> [String] {
    var names = [""]
    var rest = text[...]
    while let open = rest.firstIndex(of: "[") {
      guard let close = rest[open...].firstIndex(of: "]") else {
        throw Problem(message: "has a \"[\" without its \"]\"")
      }
      let head = rest[..<open]
      let numbers = try numbers(rest[open..<close].dropFirst())
      guard names.count * numbers.count <= maximumNames else {
        throw Problem(message: "stands for more than \(maximumNames) hosts")
      }
      names = names.flatMap { name in numbers.map { name + head + $0 } }
      rest = rest[close...].dropFirst()
    }
    guard !rest.contains("]") else { throw Problem(message: "has a \"]\" without its \"[\"") }
    return names.map { $0 + rest }
  }

  /// The texts of a list such as `node[01-04,7],big`: commas within brackets part nothing.
  static func list(_ text: String) -> [String] {
    var parts = [""]
    var isInside = false
    for character in text {
      if character == "[" { isInside = true }
      if character == "]" { isInside = false }
      if character == ",", !isInside {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func numbers(_ text: Substring) throws(Problem) -> [String] {
    var numbers: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard (1...2).contains(ends.count), let first = ends.first, let low = number(first),
        let last = ends.last, let high = number(last)
      else {
        throw Problem(
          message: "has \(quoted("[\(text)]")), which is no list of numbers and ranges such as "
            + "[01-32,40]")
      }
      guard low <= high else {
        throw Problem(message: "has the range \(quoted(String(part))), which ends before it begins")
      }
      guard high - low < maximumNames, numbers.count + high - low < maximumNames else {
        throw Problem(message: "stands for more than \(maximumNames) hosts")
      }
      numbers += (low...high).map { value in
        let digits = String(value)
        return String(repeating: "0", count: max(0, first.count - digits.count)) + digits
      }
    }
    return numbers
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }
}
