/// The picture of the architecture in a text of Markdown: a tree of targets.
struct Picture {
  /// A line of the tree.
  struct Branch: Hashable {
    let target: String
    /// The target above; nil for a root.
    let parent: String?
    /// What stands in brackets at the end of the line.
    let packages: Set<String>
  }

  private(set) var branches: [Branch] = []
  /// Every word of the picture.
  private(set) var words: Set<String> = []

  /// Reads the first block after a heading.
  init(_ markdown: String, under heading: String) {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    let section = lines.drop { $0 != heading }.drop { $0 != "```" }.dropFirst()
    var above: [(column: Int, target: String)] = []
    for line in section.prefix(while: { $0 != "```" }) {
      words.formUnion(
        line.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
      let drawn = line.prefix { " │├└─".contains($0) }
      let rest = line.dropFirst(drawn.count)
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      guard !name.isEmpty, rest.dropFirst(name.count).hasPrefix(" ─") else { continue }
      above.removeAll { $0.column >= drawn.count }
      branches.append(
        Branch(
          target: String(name), parent: above.last?.target, packages: Self.packages(line)))
      above.append((drawn.count, String(name)))
    }
  }

  private static func packages(_ line: Substring) -> Set<String> {
    guard line.hasSuffix(")"), let opening = line.lastIndex(of: "(") else { return [] }
    let names = line[line.index(after: opening)...].dropLast()
    return Set(names.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init))
  }
}
