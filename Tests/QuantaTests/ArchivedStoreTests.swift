import Foundation
import LabSupport
import Testing

/// Stores of every schema version (`Tests/Corpus/store/vN`): what they have begun goes on to the same
/// bits.
///
/// Those of 4 to 6 were made by the programs of that time, and the texts are what these exported, but
/// for the word `failed`, which was `setAside` once. Those of 1 to 3 were written by that time's Store,
/// with the results of 5; the texts are what 5 exports of them. That of 7 is 6's, brought up to date, with
/// a sweep whose jobs keep weights.
@Suite(.timeLimit(.minutes(10))) struct ArchivedStoreTests {
  private static let versions = ArchivedStore.versions

  /// Runs `body` in a sandbox whose store is that of a version.
  private func withStore(_ version: Int, _ body: (Sandbox) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      let archive = ArchivedStore(version: version)
      try archive.unpack(to: sandbox.folder)
      try await body(sandbox)
    }
  }

  /// A job that a program of that time had begun goes on from its checkpoint to the bits which that
  /// program gave in one go.
  @Test(arguments: versions)
  func jobBegun_inAStoreOfEveryVersion_endsWithTheBitsOfThatTime(version: Int) async throws {
    try await withStore(version) { sandbox in
      let run = await sandbox.quanta(
        ["resume", "long"], environment: ["QUANTA_INSTRUCTION_SET=portable"])
      #expect(run.status == 0, "\(run.output)")
      let today = rows(await sandbox.quanta("export", "long").output)
      let then = rows(try ArchivedStore(version: version).text("long.done.csv"))
      let columns = try #require(then.first).keys.filter { !Self.ofAnAttempt.contains($0) }
      #expect(columns.contains("loss.final") && columns.contains("job"))
      for column in columns { #expect(today.first?[column] == then.first?[column], "\(column)") }
      // A checkpoint of the first version has no checksum and is not trusted.
      guard version > 1 else { return }
      let log = await sandbox.quanta("logs", String(try #require(today.first?["job"])))
      #expect(log.output.contains("resumed after step "), "\(log.output)")
    }
  }

  /// Columns that tell of an attempt, not of its result.
  private static let ofAnAttempt: Set = [
    "attempts", "worker", "host", "wall_seconds", "cpu_seconds", "peak_memory_bytes",
    "started_at", "ended_at",
  ]

  /// The rows of a CSV text without quoted commas, by their columns' names.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
  }
}
