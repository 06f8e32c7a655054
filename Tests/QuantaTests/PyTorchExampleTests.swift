import LabSupport
import Testing

/// A real PyTorch script on hosts that are killed: `scripts/example-pytorch`.
@Suite(.timeLimit(.minutes(15))) struct PyTorchExampleTests {
  private static let python = ReadmeSection.root + "/.venv/bin/python"
  private static let hasTorch = Command.runBlocking([python, "-c", "import torch"]).status == 0

  @Test(.enabled(if: hasTorch, "needs torch from PyPI in .venv, see scripts/example-pytorch"))
  func table_ofAStorm_isThatOfACalmRun() async throws {
    let run = await Command.run(
      [
        "env", "QUANTA=\(Sandbox.programs)/quanta", "PYTHON=\(Self.python)",
        ReadmeSection.root + "/scripts/example-pytorch",
      ])
    #expect(run.status == 0, "\(run.output)")
    let isSkipped = run.output.contains("example-pytorch: skipped")
    #expect(isSkipped || run.output.contains("both tables are equal: 576 rows"), "\(run.output)")
  }
}
