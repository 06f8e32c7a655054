import SweepModel

/// The overrides of a sweep that still count: of each key the last `--set`, and every `--add` since.
///
/// A replacement of an axis also takes the place of what was added to it before.
struct OverrideList {
  /// `key=values`, in the order given.
  private(set) var replacements: [String] = []
  /// What was given to `--add`, in the order given.
  private(set) var additions: [String] = []

  /// Sorts out a list of arguments, additions with their mark.
  init(_ texts: [String]) {
    for text in texts {
      if text.first == SweepSource.additionMark {
        let addition = String(text.dropFirst())
        if !additions.contains(addition) { additions.append(addition) }
      } else {
        let key = Self.key(text)
        replacements.removeAll { Self.key($0) == key }
        replacements.append(text)
        additions.removeAll { Addition.keys($0).contains(key) }
      }
    }
  }

  /// The list with only some of its additions.
  func keeping(additions useful: Set<Int>) -> OverrideList {
    var list = self
    list.additions = useful.sorted().map { additions[$0] }
    return list
  }

  /// The arguments, additions last and with their mark.
  var texts: [String] { replacements + additions.map { "\(SweepSource.additionMark)\($0)" } }

  /// Whether the sweep gets another name.
  var renames: Bool { replacements.contains { Self.key($0) == "name" } }

  /// Throws where one command line sets a key twice: the second may be a slip for another key.
  static func check(_ arguments: [String]) throws(FileError) {
    var known: [String: String] = [:]
    for argument in arguments {
      guard let first = known.updateValue(argument, forKey: key(argument)) else { continue }
      throw Override.place(of: "--set", argument).error(
        "\(quoted(key(argument))) is set a second time (first by --set \(first))", "keep one")
    }
  }

  private static func key(_ text: String) -> String {
    Override.trim(text[..<(text.firstIndex(of: "=") ?? text.endIndex)])
  }
}
