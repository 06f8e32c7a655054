import Basics
import Foundation
import LabSupport
import Testing

@testable import Findings

/// What exports to other tools do with names and texts that are anybody's.
struct ExportedNamesTests {
  private static let alphabet: [Character] = Array("aé/.-_ :\\\n'\"%#|\u{0}\u{301}漢\u{1F600}9")

  private func names(_ count: Int, seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      String(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
        })
    }
  }

  @Test func keys_ofAnyNames_areFilesThatMLflowTakes() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var keys = MetricKeys()
    let long = String(repeating: "layer/", count: 100)
    let given =
      ["loss", "loss/train", "a/b/c", "a/b", "../../etc/passwd", "/", "", ".", long, long + "x"]
      + names(2000, seed: seed)
    let made = given.map { keys.free($0) }
    #expect(Array(made[..<6]) == ["loss", "loss.train", "a/b/c", "a.b", "_/_/etc/passwd", "_._"])
    #expect(Set(made).count == made.count, "seed \(seed)")
    for key in made {
      let parts = key.split(separator: "/", omittingEmptySubsequences: false)
      #expect(
        !key.isEmpty && key.utf8.count <= 250
          && parts.allSatisfy { !["", ".", ".."].contains($0) }, "\(key), seed \(seed)")
      // Nothing is a file and a folder.
      let folders = key.indices.filter { key[$0] == "/" }.map { String(key[..<$0]) }
      #expect(Set(folders).isDisjoint(with: made), "\(key), seed \(seed)")
    }
  }

  private static let python = Python.with()

  /// MLflow's own rule, which is in Python's words.
  @Test(.enabled(if: python != nil, "needs python3"))
  func keys_ofAnyNames_matchMLflowsRule() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var keys = MetricKeys()
    let script =
      "import re, sys; print([k for k in sys.argv[1:] if not re.match(r'^[/\\w.\\- :]*$', k)])"
    let made = names(500, seed: seed).map { keys.free($0) }
    let result = Command.runBlocking(
      [try #require(Self.python), "-X", "utf8", "-c", script] + made)
    #expect(result.output == "[]", "seed \(seed)")
  }

  @Test func words_ofAnyText_areOneLineThatBashReadsBack() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    let texts =
      (["a\nb\tc", "it's", "$(reboot)", "-1", "", "\\n"] + names(200, seed: seed))
      .map { $0.replacing("\u{0}", with: "") }
    let words = texts.map(JobLog.word)
    #expect(words.allSatisfy { !$0.contains { "\n\t".contains($0) } }, "seed \(seed)")
    let result = await Command.run(["bash", "-c", "printf '%s\\1' " + words.joined(separator: " ")])
    let read = result.output.split(separator: "\u{1}", omittingEmptySubsequences: false)
    #expect(read.dropLast().map(String.init) == texts, "seed \(seed)")
  }
}

/// A folder that appears whole.
struct NewFolderTests {
  private let parent = NSTemporaryDirectory() + "quanta-new-" + UUID().uuidString

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: parent))?.sorted() ?? []
  }

  @Test func folder_isThereOnceItIsFinished_andReplacesNothing() throws {
    defer { try? FileManager.default.removeItem(atPath: parent) }
    do {
      let left = try NewFolder("\(parent)/a/")
      try left.write([1], to: "x/y")
      #expect(names.count == 1 && names != ["a"])
    }
    #expect(names.isEmpty)
    let folder = try NewFolder("\(parent)/a")
    try folder.write([1, 2], to: "x/y/z")
    #expect(throws: CommandError.self) { try folder.write([3], to: "x/y/z") }
    try folder.finish()
    #expect(names == ["a"])
    #expect(FileManager.default.contents(atPath: "\(parent)/a/x/y/z") == Data([1, 2]))
    #expect(throws: CommandError.self) { _ = try NewFolder("\(parent)/a") }
    #expect(throws: CommandError.self) { _ = try NewFolder("\(parent)/a/x/y/z") }
    try FileManager.default.createDirectory(
      atPath: "\(parent)/empty", withIntermediateDirectories: true)
    try NewFolder("\(parent)/empty").finish()
    #expect(names == ["a", "empty"])
  }
}
