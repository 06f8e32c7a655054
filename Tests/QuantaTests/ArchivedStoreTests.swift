import Foundation
import LabSupport
import Testing

/// Stores of every schema version (`Tests/Corpus/store/vN`): what is exported of them stays the same
/// text, and what they have begun goes on to the same bits.
///
/// Those of 4 and 5 were made by the programs of that time, and the texts are what these exported, but
/// for the word `failed`, which was `setAside` once. Those of 1 to 3 were written by that time's Store,
/// with the results of 5; the texts are what 5 exports of them.
@Suite(.timeLimit(.minutes(3))) struct ArchivedStoreTests {
  private static let versions = ArchivedStore.versions

  /// The sweeps and curves of a version, as files with what exports them.
  private static func exports(_ version: Int) -> [(file: String, arguments: [String])] {
    let runs = ["widths", "endings", "long"] + (version >= 4 ? ["pictures"] : [])
    return runs.map { ("\($0).runs.csv", [$0]) }
      + ["loss", "loss.subtasks"].map {
        ("widths.\($0).csv", ["widths", "--what", "curves", "--curve", $0])
      }
  }

  /// Runs `body` in a sandbox whose store is that of a version.
  private func withStore(_ version: Int, _ body: (Sandbox) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      let archive = ArchivedStore(version: version)
      try archive.unpack(to: sandbox.folder)
      try await body(sandbox)
    }
  }

  @Test(arguments: versions)
  func exports_ofAStoreOfEveryVersion_areTheTextOfThatTime(version: Int) async throws {
    try await withStore(version) { sandbox in
      // Whatever opens it to write brings it up to date.
      let all = await sandbox.quanta("resume", "widths")
      #expect(all.status == 0 && all.output.contains("12 already done"), "\(all.output)")
      for (file, arguments) in Self.exports(version) {
        let export = await sandbox.quanta(["export"] + arguments)
        let golden = try ArchivedStore(version: version).text(file)
        expectContinuation(of: golden, export.output, file)
      }
    }
  }

  /// Estimates of a fit; its interval may be told better by a later version.
  @Test(arguments: versions)
  func fits_ofAStoreOfEveryVersion_areThoseOfThatTime(version: Int) async throws {
    try await withStore(version) { sandbox in
      _ = await sandbox.quanta("resume", "widths")
      for sweep in ["widths", "endings"] {
        let today = rows(await sandbox.quanta("export", sweep, "--what", "fits").output)
        let then = rows(try ArchivedStore(version: version).text("\(sweep).fits.csv"))
        try #require(today.count == then.count && !then.isEmpty)
        for (today, then) in zip(today, then) {
          for column in ["source", "name", "x", "y", "form", "objective", "n", "theory"] {
            #expect(today[column] == then[column], "\(sweep): \(column)")
          }
          for column in ["b", "c", "objective_value"] {
            let (new, old) = (Double(today[column] ?? ""), Double(then[column] ?? ""))
            let (found, expected) = (try #require(new), try #require(old))
            #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(sweep): \(column)")
          }
        }
      }
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

  /// Every line goes on where the golden one ends, at most with more columns.
  private func expectContinuation(of golden: String, _ today: String, _ file: String) {
    let then = golden.split(separator: "\n")
    let now = today.split(separator: "\n")
    #expect(now.count == then.count, "\(file)")
    for (now, then) in zip(now, then) {
      #expect(now == then || now.hasPrefix(then + ","), "\(file)")
    }
  }

  /// The rows of a CSV text without quoted commas, by their columns' names.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
  }
}
