import Foundation
import LabSupport
import Testing

/// A Python of this machine that has certain modules; `scripts/setup --tests` makes one in `.venv`.
enum Python {
  /// The first that has all of them; nil where there is none.
  static func with(_ modules: String...) -> String? {
    let script = "import \(modules.joined(separator: ", "))"
    return ["\(ReadmeSection.root)/.venv/bin/python", "/usr/bin/python3", "/usr/local/bin/python3"]
      .first {
        Command.runBlocking([$0, "-c", script]).status == 0
      }
  }
}

/// The package in `Sources/python`, tested by pytest against this build's `quanta`.
@Suite(.timeLimit(.minutes(5))) struct PythonTests {
  private static let python = Python.with("pytest")

  /// Runs files of `Tests/python`; all their tests must have run.
  private func test(_ files: String..., with python: String) async throws {
    try await Sandbox.with { sandbox in
      let result = await Command.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
          + ["--basetemp", "\(sandbox.folder)/pytest"]
          + files.map { "\(ReadmeSection.root)/Tests/python/test_\($0).py" },
        environment: [
          "HOME": sandbox.folder + "/home", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1",
          "QUANTA_PROGRAM": Sandbox.programs + "/quanta", "QUANTA_WORKER": Sandbox.workerPath,
        ])
      #expect(result.status == 0 && result.output.contains(" passed"), "\(result.output)")
    }
  }

  @Test(.enabled(if: python != nil, "needs Python with pytest: scripts/setup --tests"))
  func package_logsReadsStoresAndInstalls() async throws {
    try await test("job", "store", "install", "readme", with: try #require(Self.python))
  }
}
