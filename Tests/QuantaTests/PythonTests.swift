import Foundation
import LabSupport
import Testing

/// The package in `Sources/python`, tested by pytest against this build's `quanta`.
@Suite(.timeLimit(.minutes(10))) struct PythonTests {
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
    try await test(
      "job", "store", "install", "readme", "joblog", "command", "weights",
      with: try #require(Self.python))
  }

  private static let tensorboard = Python.with("pytest", "tensorboard")

  @Test(.enabled(if: tensorboard != nil, "needs Python with tensorboard: scripts/setup --tests"))
  func exportedEvents_readByTensorBoard_areTheStoresNumbers() async throws {
    try await test("tensorboard", with: try #require(Self.tensorboard))
  }

  private static let mlflow = Python.with("pytest", "mlflow")

  @Test(.enabled(if: mlflow != nil, "needs Python with mlflow-skinny: scripts/setup --tests"))
  func exportedRuns_readByMLflow_areTheStoresNumbers() async throws {
    try await test("mlflow", with: try #require(Self.mlflow))
  }
}
