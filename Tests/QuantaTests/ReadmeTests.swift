import Foundation
import Testing

/// What the README points at exists.
@Suite struct ReadmeTests {
  @Test func links_toFiles_leadSomewhere() throws {
    let root = ReadmeSection.root
    let text = try String(contentsOfFile: root + "/README.md", encoding: .utf8)
    let links = text.matches(of: #/\]\((?<target>[^)#]+)\)/#).map { String($0.output.target) }
    let files = links.filter { !$0.contains("://") }
    #expect(files.count >= 10)
    for file in files {
      #expect(FileManager.default.fileExists(atPath: "\(root)/\(file)"), "\(file)")
    }
  }
}
