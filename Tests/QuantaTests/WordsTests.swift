import ArgumentParser
import Foundation
import LabSupport
import Testing

@testable import quanta

/// One state has one word, and every count its noun, wherever a person or JSON sees them.
@Suite(.timeLimit(.minutes(10))) struct WordsTests {
  /// Words by which a failed job went before.
  private static let old = ["set aside", "setaside", "set-aside", "gave up", "given up"]

  private static func oldWord(in text: String) -> String? {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return old.first { words.contains($0) }
  }

  private static func helpTexts(_ command: any ParsableCommand.Type) -> [String] {
    [Quanta.helpMessage(for: command)] + command.configuration.subcommands.flatMap(helpTexts)
  }

  @Test func helpTexts_ofEveryCommand_callAFailedJobFailed() {
    let texts = Self.helpTexts(Quanta.self)
    #expect(texts.count > 25)
    for text in texts { #expect(Self.oldWord(in: text) == nil, "\(text)") }
  }

  @Test func sources_printNoNounWithAnOptionalPlural() throws {
    let root = ReadmeSection.root + "/Sources"
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let sources = files.filter { $0.hasSuffix(".swift") }
    #expect(sources.count > 300)
    for file in sources {
      let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
      guard ["(s)", "(es)", "(ies)"].contains(where: text.contains) else { continue }
      for line in text.split(separator: "\n") {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//") else { continue }
        #expect(
          !code.contains(#/[a-z]\((?:s|es|ies)\)(?!\s*[{.])/#) || !code.contains("\""),
          "\(file): \(code)")
      }
    }
  }

  private static let failing = """
    name: trial
    workload: self-test
    grid: {size: [10, 20, 30, 40], ending: [result, crash]}
    retries: {max: 1, backoff: 0.1s}
    fits: {c: {x: size, y: loss.final}}
    """

  @Test func failedJobs_areCalledSoInEveryOutput() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.failing)
      let run = await sandbox.quanta("run", "sweep.yaml")
      #expect(run.status == 1, "\(run.output)")
      let key = try await sandbox.firstJob("failed")
      let commands: [[String]] = [
        ["status"], ["status", "--json"], ["jobs"], ["jobs", "--json"], ["explain", key],
        ["explain", key, "--json"], ["jobs", "--state", "failed"],
        ["jobs", "--where", "state=failed"], ["jobs", "--where", "state=setAside"],
        ["jobs", "--state", "setAside"], ["export"], ["export", "--format", "json"],
        ["fit", "trial"],
      ]
      var outputs: [[String]: String] = [["run"]: run.output]
      for command in commands {
        let result = await sandbox.quanta(command)
        #expect(result.status < 2, "\(command): \(result.output)")
        outputs[command] = result.output
      }
      _ = await sandbox.quanta("report", "trial")
      outputs[["report"]] = sandbox.text(of: "trial.html")
      for (command, output) in outputs {
        #expect(output.lowercased().contains("failed"), "\(command): \(output)")
        #expect(Self.oldWord(in: output) == nil, "\(command): \(output)")
      }
      let rows = outputs[["jobs", "--state", "failed"]]?.split(separator: "\n").count
      #expect(rows == 5, "a title and four jobs")
      for other in [
        ["--where", "state=failed"], ["--where", "state=setAside"], ["--state", "setAside"],
      ] {
        let keys = outputs[["jobs"] + other]?.split(separator: "\n").dropFirst().map {
          $0.prefix(10)
        }
        #expect(
          keys
            == outputs[["jobs", "--state", "failed"]]?.split(separator: "\n").dropFirst()
            .map { $0.prefix(10) }, "\(other)")
      }
      let slip = await sandbox.quanta("jobs", "--where", "state=faild")
      #expect(
        slip.status == 2 && slip.output.contains("did you mean \"failed\"?"), "\(slip.output)")
    }
  }

  /// Eight attempts fail in one way: the message comes once as it happens and once at the end.
  @Test func equalMessages_areSaidOnceAndCountedAtTheEnd() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.failing)
      let run = await sandbox.quanta("run", "sweep.yaml")
      let said = run.output.components(separatedBy: "crashed as `ending: crash` asks").count - 1
      #expect(said == 2, "\(run.output)")
      #expect(run.output.contains("4 jobs failed: `quanta jobs trial --state failed` lists them"))
      #expect(run.output.contains("  4 × failed 2 times; last: "), "\(run.output)")
    }
  }
}
