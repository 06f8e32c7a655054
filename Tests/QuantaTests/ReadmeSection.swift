import Foundation

/// A section of `README.md` with its fenced blocks.
struct ReadmeSection {
  /// The text between two fences.
  struct Block {
    /// What follows the opening fence, such as `swift`.
    let language: String
    /// The file that the paragraph before the block names last; nil where it names none.
    let file: String?
    let text: String
  }

  let blocks: [Block]

  /// The section under a heading of the second level; without blocks where there is none.
  init(_ heading: String) throws {
    let readme = try String(contentsOfFile: Self.root + "/README.md", encoding: .utf8)
    let section = readme.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") }
    // Prose and blocks take turns.
    let parts = (section ?? "").components(separatedBy: "```")
    blocks = stride(from: 1, to: parts.count, by: 2).map { index in
      let lines = parts[index].split(
        separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return Block(
        language: String(lines[0]), file: Self.file(in: parts[index - 1]),
        text: lines.count > 1 ? String(lines[1]) : "")
    }
  }

  /// The blocks of a language, in their order.
  func blocks(in language: String) -> [Block] { blocks.filter { $0.language == language } }

  /// This package's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The last code span that ends as a file's name does.
  private static func file(in prose: String) -> String? {
    let parts = prose.components(separatedBy: "`")
    return stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
      .last { $0.hasSuffix(".swift") || $0.hasSuffix(".yaml") }
  }
}
