import Foundation
import Posix
import SweepModel
import Testing

@testable import Workloads

/// Programs that leave something for metrics in which nothing is found: it is said what lies there.
@Suite struct EmptyMetricsTests {
  private static let native = "not found in $QUANTA_METRICS (JSON lines): "

  @Test(arguments: [
    ("mkfifo \"$QUANTA_METRICS\"", Self.native, "is a named pipe"),
    ("mkdir \"$QUANTA_METRICS\"", Self.native, "is a folder"),
    (
      "ln -s /no/where \"$QUANTA_METRICS\"", Self.native,
      "is a link that leads nowhere"
    ),
    (
      "echo '{\"loss\": \"low\"}' >\"$QUANTA_METRICS\"", Self.native,
      "objects with numbers are expected"
    ),
    ("echo loss 3 >\"$QUANTA_METRICS\"", "not found in $QUANTA_METRICS", "is no JSON object"),
    ("mkfifo metrics.csv", "not found in metrics.csv (CSV): ", "is a named pipe"),
    ("mkdir metrics.csv", "not read from metrics.csv, which is ", "a folder"),
    ("ln -s /etc/passwd log.csv", "not read from log.csv, which is ", "a link"),
    (
      "mkdir a; printf 'name,end\\rb,well\\r' >a/results.csv", "not found in a/results.csv (CSV): ",
      "rows of numbers below it"
    ),
    ("echo '{}' >trainer_state.json", "not found in trainer_state.json", "holds no number"),
  ])
  func program_thatLeavesNoNumber_isToldWhatLiesThere(
    script: String, place: String, why: String
  ) throws {
    let context = try CommandContext()
    let result = try CommandSpec(script: script).run(in: context)
    #expect(result.scalars.isEmpty)
    let line = context.printed.split(separator: "\n").first { $0.contains(place) }
    #expect(line?.hasPrefix(CommandSpec.metricsNote) == true, "\(context.printed)")
    #expect(line?.contains(why) == true, "\(context.printed)")
  }

  @Test func declaredMetrics_thatAreNotThere_areNamed() throws {
    let context = try CommandContext()
    let spec = CommandSpec(script: "echo loss: low; mkdir folder") {
      $0.metrics.patterns = [#"loss: (?<loss>\S+)"#]
      $0.metrics.files = ["train.csv", "folder"]
    }
    _ = try spec.run(in: context)
    for words in [
      "metrics not found in the output: no line has a number where \"metrics\" looks for it\n",
      "/train.csv, which \"metrics\" names: the program has not written it\n",
      "/folder, which \"metrics\" names: the folder holds no file of metrics\n",
    ] {
      #expect(context.printed.contains(words), "\(context.printed)")
    }
  }

  /// It may be of another run.
  @Test func oldMetrics_amongTheCode_areNamedAndNotRead() throws {
    let folder = NSTemporaryDirectory() + "old-\(UUID().uuidString)"
    defer { FolderArchive.remove(folder) }
    try makeFolders(folder)
    try Data("step,loss\n1,9\n".utf8).write(to: URL(fileURLWithPath: folder + "/metrics.csv"))
    let code = try FolderArchive.pack(["metrics.csv"], of: folder, limit: 1 << 20)
    let layout = try #require(CodeFolder(sizeBytes: code.count))
    let set = try #require(DataSet(.code, layout, hash: CommandContext.job.hex))
    let old = "metrics not read from metrics.csv (CSV), which came with the code: it may be of "
    let context = try CommandContext(code: code)
    let result = try CommandSpec(script: "true").run(
      [CommandSpec.code: .text(set.name)], in: context)
    #expect(result.scalars.isEmpty && result.curves.isEmpty)
    #expect(context.printed.contains(old), "\(context.printed)")
    // Where anything is recorded, nobody looks for more.
    let other = try CommandContext(code: code)
    _ = try CommandSpec(script: "echo '{\"loss\": 1}' >$QUANTA_METRICS").run(
      [CommandSpec.code: .text(set.name)], in: other)
    #expect(!other.printed.contains("came with the code"), "\(other.printed)")
  }
}
