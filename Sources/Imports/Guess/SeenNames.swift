import SweepFiles
import SweepModel

/// The names that some runs record, with what is known of them.
struct SeenNames {
  /// The most different values that are kept of a parameter.
  private static let valueLimit = 1000

  /// Parameters with their values.
  private(set) var fields: [String: Set<String>] = [:]
  /// Metrics over steps.
  private(set) var series: [String: Int] = [:]
  /// Lists without steps, with their lengths.
  private(set) var lists: [String: Int] = [:]
  /// Single numbers.
  private(set) var scalars: [String: Int] = [:]
  /// Lists of whole numbers that ascend.
  private var ascending: Set<String> = []
  /// Command lines, or the names of folders.
  private var commands: [[String]] = []
  private var arePaths = true

  mutating func add(_ run: FoundRun) {
    for field in run.fields where fields[field.name, default: []].count < Self.valueLimit {
      fields[field.name, default: []].insert(field.text)
    }
    for line in run.series {
      guard line.steps == nil else {
        series[line.name, default: 0] += 1
        continue
      }
      lists[line.name] = max(lists[line.name] ?? 0, line.values.count)
      let isAscending = zip(line.values, line.values.dropFirst()).allSatisfy { $0 < $1 }
      if isAscending, line.values.count > 1, line.values.allSatisfy({ Int(exactly: $0) != nil }) {
        ascending.insert(line.name)
      }
    }
    for scalar in run.scalars { scalars[scalar.name, default: 0] += 1 }
    if !run.words.isEmpty {
      commands.append(run.words)
      arePaths = arePaths && run.isPath
    }
  }

  /// The list that holds the steps of lists of a length.
  func steps(length: Int) -> String? {
    let fitting = ascending.filter { lists[$0] == length }.sorted()
    return fitting.first { name in
      ["step", "epoch", "iter"].contains { name.lowercased().contains($0) }
    } ?? (fitting.count == 1 ? fitting[0] : nil)
  }

  /// A pattern of the command lines or folders: words, or parts of them, that vary and have the values of
  /// just one axis become holes.
  func pattern(axes: [(axis: String, values: Set<String>)]) -> String? {
    guard let first = commands.first, commands.count > 1,
      commands.allSatisfy({ $0.count == first.count })
    else { return nil }
    var used: Set<String> = []
    var holes: [Int] = []
    let words = first.indices.map { place -> String in
      let before = used.count
      let word = Self.word(commands.map { $0[place] }, axes, &used)
      if used.count > before { holes.append(place) }
      return word
    }
    guard used.count == axes.count, let start = holes.first, let end = holes.last else {
      return nil
    }
    return arePaths
      ? words[start...end].joined(separator: "/") : words.joined(separator: " ")
  }

  /// A word of a pattern for those that stand at one place.
  private static func word(
    _ words: [String], _ axes: [(axis: String, values: Set<String>)], _ used: inout Set<String>
  ) -> String {
    func escaped(_ text: String) -> String {
      text.map { "{}".contains($0) ? "\($0)\($0)" : String($0) }.joined()
    }
    func axis(of texts: some Sequence<String>, after name: String) -> String? {
      let found = Set(texts.map(RecordedValue.canonical))
      let fitting = axes.filter { found.isSubset(of: $0.values) && !used.contains($0.axis) }
      guard found.count > 1 else { return nil }
      let bare = Likeness.bare(name)
      let named = fitting.first { !bare.isEmpty && Likeness.last($0.axis).hasPrefix(bare) }
      return (named ?? fitting.first)?.axis
    }
    if let axis = axis(of: words, after: "") {
      used.insert(axis)
      return "{\(axis)}"
    }
    let parts = words.map(parts)
    guard let first = parts.first, parts.allSatisfy({ $0.count == first.count }) else {
      return escaped(words[0])
    }
    return first.indices.map { place in
      let name = first[..<place].last { $0.contains(where: \.isLetter) } ?? ""
      guard let axis = axis(of: parts.lazy.map { $0[place] }, after: name) else {
        return escaped(first[place])
      }
      used.insert(axis)
      return "{\(axis)}"
    }.joined()
  }

  /// A word's numbers, the letters between them, and what parts them: `h8_lr1e-3` is h, 8, _, lr, 1e-3.
  static func parts(_ word: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(word)
    while let first = rest.first {
      let part: Substring
      if first.isASCII, first.isNumber {
        part = number(rest)
      } else if first.isLetter {
        part = rest.prefix(while: \.isLetter)
      } else {
        part = rest.prefix(1)
      }
      parts.append(String(part))
      rest = rest[part.endIndex...]
    }
    return parts
  }

  private static func number(_ text: Substring) -> Substring {
    func digits(_ text: Substring) -> Substring { text.prefix { $0.isASCII && $0.isNumber } }
    var end = digits(text).endIndex
    if text[end...].first == "." {
      let more = digits(text[end...].dropFirst())
      if !more.isEmpty { end = more.endIndex }
    }
    let rest = text[end...]
    if rest.first == "e" || rest.first == "E" {
      let sign = rest.dropFirst()
      let more = digits(sign.first == "-" || sign.first == "+" ? sign.dropFirst() : sign)
      if !more.isEmpty { end = more.endIndex }
    }
    return text[..<end]
  }
}

/// How alike names are.
enum Likeness {
  /// Letters and digits only, in small letters.
  static func bare(_ name: some StringProtocol) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// The same of what follows the last dot or slash.
  static func last(_ name: String) -> String {
    bare(name.split { $0 == "." || $0 == "/" }.last ?? "")
  }

  /// The word for one of several: `losses` are `loss`, `accuracies` are `accuracy`.
  private static func singular(_ word: String) -> String {
    if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
    if word.hasSuffix("sses") { return String(word.dropLast(2)) }
    if word.hasSuffix("s"), !word.hasSuffix("ss") { return String(word.dropLast()) }
    return word
  }

  /// The name most like a metric's: the same, its plural, its end, or one that holds it.
  static func best(for target: String, in names: [String]) -> String? {
    if names.contains(target) { return target }
    let bare = bare(target)
    let rules: [(String) -> Bool] = [
      { self.bare($0) == bare }, { singular(self.bare($0)) == bare }, { last($0) == bare },
      { singular(last($0)) == bare },
      { name in
        ["test", "val", "valid", "validation", "eval"].contains { self.bare(name) == $0 + bare }
      },
    ]
    for rule in rules {
      if let name = names.first(where: rule) { return name }
    }
    return nil
  }
}
