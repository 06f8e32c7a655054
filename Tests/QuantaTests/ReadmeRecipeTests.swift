import Foundation
import LabSupport
import Testing

/// What the README tells a newcomer to type is typed.
@Suite(.timeLimit(.minutes(10))) struct ReadmeRecipeTests {
  /// A Python that has pandas; nil where there is none.
  private static let python = Python.with("numpy", "pandas")

  /// A sandbox with the README's sweep, of shorter runs, done as the README says.
  private func withWidths(
    _ body: (Sandbox, ReadmeSection, String) async throws -> Void
  ) async throws {
    let section = try ReadmeSection("A sweep")
    let file = try #require(section.blocks(in: "yaml").first).text
    let short = file.replacing("steps: 8000", with: "steps: 160").replacing(
      "batch: 2000", with: "batch: 50")
    #expect(short != file)
    let commands = try #require(section.blocks(in: "sh").first).text
      .split(separator: "\n").filter { $0.hasPrefix("quanta ") }
    try #require(commands.count == 4)
    try await Sandbox.with { sandbox in
      try sandbox.write("widths.yaml", short)
      var output = ""
      for command in commands {
        let result = await sandbox.shell(String(command))
        #expect(result.status == 0, "\(command): \(result.output)")
        output += result.output
      }
      try await body(sandbox, section, output)
    }
  }

  @Test func commandsOfASweep_inTheirOrder_endWithAReport() async throws {
    try await withWidths { sandbox, _, output in
      #expect(output.contains("18 done of 18 jobs"), "\(output)")
      #expect(sandbox.files.contains("widths.html"), "\(sandbox.files)")
    }
  }

  @Test func linesForSQLite_onAStore_tellMeans() async throws {
    try await withWidths { sandbox, section, _ in
      let block = try #require(section.blocks(in: "sh").first { $0.text.hasPrefix("sqlite3") })
      let result = await sandbox.shell(block.text)
      let rows = result.output.split(separator: "\n").map { $0.split(separator: "|") }
      #expect(rows.count == 6, "\(result.output)")
      #expect(rows.allSatisfy { $0.count == 2 && Double($0[1]) ?? 0 > 0 }, "\(result.output)")
    }
  }

  @Test(.enabled(if: python != nil, "needs python3 with pandas"))
  func linesForNotebooks_asTheyStand_makeATableAndACurve() async throws {
    try await withWidths { sandbox, section, _ in
      let block = try #require(section.blocks(in: "python").first)
      let ending = """

        assert len(runs) == 18 and len(set(runs.columns)) == len(runs.columns)
        assert runs["width"].nunique() == 6 and runs["scalar.steps"].max() == 160
        assert len(curve) > 1 and curve.index[-1] == 160
        """
      try sandbox.write("notebook.py", block.text + ending)
      let python = try #require(Self.python)
      let result = await sandbox.shell("\(python) -W error notebook.py")
      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("loss.final"), "\(result.output)")
    }
  }
}
