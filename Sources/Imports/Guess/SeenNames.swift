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
  /// Command lines.
  private var commands: [[String]] = []

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
    if !run.words.isEmpty { commands.append(run.words) }
  }

  /// The list that holds the steps of lists of a length.
  func steps(length: Int) -> String? {
    let fitting = ascending.filter { lists[$0] == length }.sorted()
    return fitting.first { name in
      ["step", "epoch", "iter"].contains { name.lowercased().contains($0) }
    } ?? (fitting.count == 1 ? fitting[0] : nil)
  }

  /// A pattern of the command lines: words that vary and have the values of just one axis become holes.
  func pattern(axes: [(axis: String, values: Set<String>)]) -> String? {
    guard let first = commands.first, commands.count > 1,
      commands.allSatisfy({ $0.count == first.count })
    else { return nil }
    var used: Set<String> = []
    let words = first.indices.map { place -> String in
      let found = Set(commands.map { RecordedValue.canonical($0[place]) })
      let word = first[place].map { "{}".contains($0) ? "\($0)\($0)" : String($0) }.joined()
      guard found.count > 1,
        let axis = axes.first(where: { found.isSubset(of: $0.values) && !used.contains($0.axis) })
      else { return word }
      used.insert(axis.axis)
      return "{\(axis.axis)}"
    }
    return used.count == axes.count ? words.joined(separator: " ") : nil
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
