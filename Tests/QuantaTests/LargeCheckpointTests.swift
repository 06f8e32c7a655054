import Foundation
import LabSupport
import Testing

/// A checkpoint that is too large for one message goes to the store and on to another worker in pieces.
@Suite(.timeLimit(.minutes(10))) struct LargeCheckpointTests {
  /// About 0.9 million parameters, whose AdamW state takes 10 MB.
  private static let sweep = """
    name: wide
    workload: omnigrok-teacher
    settings: {width: 420, depth: 7, trainNum: 8, testNum: 4, steps: 1500, logEvery: 500}
    grid:
      seed: [1]
    """

  private func bytes(_ path: String) -> Int {
    let folder = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    let files = folder.filter { $0.hasSuffix(".ckpt") }
    return files.reduce(0) { sum, name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }

  @Test func jobWhoseWorkerIsKilled_goesOnElsewhereWithTheSameResult() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("wide.yaml", Self.sweep)
      for name in ["a", "b"] {
        try sandbox.write(
          "\(name).yaml",
          "hosts:\n  - {name: \(name), local: true, cores: 1, folder: \(sandbox.folder)/\(name)}\n")
      }
      let run = try sandbox.start(
        "run", "wide.yaml", "--cluster", "a.yaml", "--checkpoint-seconds", "0.2")
      try await sandbox.waitUntil("a whole checkpoint is in the store") {
        bytes("\(sandbox.folder)/quanta-store/checkpoints") > 8 << 20
      }
      kill(run.processIdentifier, SIGKILL)
      let killed = await Command.run(
        ["pkill", "-KILL", "-f", "--", "(serve|slot) --folder \(sandbox.folder)/a"])
      #expect(killed.status == 0, "\(killed.output)")
      _ = await run.end()
      try FileManager.default.removeItem(atPath: "\(sandbox.folder)/a")
      let again = await sandbox.quanta(
        "run", "wide.yaml", "--cluster", "b.yaml", "--checkpoint-seconds", "0.2")
      #expect(again.status == 0, "\(again.output)")
      let logs = await sandbox.shell("cat quanta-store/logs/*/*")
      #expect(logs.output.contains("resumed after step"), "\(logs.output)")
      let undisturbed = await sandbox.quanta(
        "run", "wide.yaml", "--cluster", "b.yaml", "--store", "other-store")
      #expect(undisturbed.status == 0, "\(undisturbed.output)")
      let (table, other) = (
        await sandbox.resultTable(), await sandbox.resultTable(store: "other-store")
      )
      #expect(table == other && table.contains("loss.final"), "\(table)\n\(other)")
    }
  }
}
