import Testing

@testable import Metrics

/// Which folders of event files are one run, and what says that it has ended.
@Suite struct TensorBoardRunsTests {
  private static let file = "events.out.tfevents.1700000000.host"

  private static func loss(_ steps: Range<Int>, tag: String = "loss") -> [UInt8] {
    steps.flatMap { Made.scalar(tag, step: $0, value: Made.field(2, float: Float($0))) }
  }

  /// What the plugin `hparams` writes: the start of a session with a parameter, its end, or a table.
  private static func hparams(_ tag: String, _ content: [UInt8]) -> [UInt8] {
    let plugin = Made.field(1, "hparams") + Made.field(2, content)
    return Made.scalar("_hparams_/\(tag)", step: 0, value: Made.field(9, Made.field(1, plugin)))
  }

  private static func start(width: Double) -> [UInt8] {
    let value = Made.field(2, Made.field(2, double: width))
    return hparams(
      "session_start_info", Made.field(3, Made.field(1, Made.field(1, "width") + value)))
  }

  private static let end = hparams("session_end_info", Made.field(4, Made.field(1, integer: 1)))
  private static let table = hparams("experiment", Made.field(2, Made.field(1, "sweep")))

  private func runs(_ files: [String: [UInt8]]) throws -> [String: RecordedRun] {
    let scratch = try Scratch()
    for (folder, bytes) in files {
      try scratch.write(bytes, to: folder.isEmpty ? "tb/\(Self.file)" : "tb/\(folder)/\(Self.file)")
    }
    let root = "\(scratch.path)/tb"
    return Dictionary(
      uniqueKeysWithValues: RecordedRuns.find(in: root).map {
        (String($0.path.dropFirst(root.utf8.count)), $0.read())
      })
  }

  @Test func fileAboveRuns_isNoReasonToMakeThemOne() throws {
    let run = Self.start(width: 8) + Self.loss(0..<2)
    let ours = try runs(["": Self.table, "w=8": run, "w=16": run])
    #expect(Set(ours.keys) == ["/w=8", "/w=16"])
    #expect(ours["/w=8"]?.book.series.map(\.name) == ["loss"])
    #expect(ours["/w=8"]?["width"] == .integer(8))
    let others = try runs(["": Self.loss(0..<1, tag: "best"), "w8": run, "deep/w16": run])
    #expect(Set(others.keys) == ["", "/w8", "/deep/w16"])
    #expect(others[""]?.book.series.map(\.name) == ["best"])
  }

  @Test func foldersOfMeasures_areTheirRuns() throws {
    let loss = Self.loss(0..<2)
    let found = try runs([
      "a": loss, "a/train": loss, "a/validation/deep": loss, "b/train": loss, "b/Val": loss,
      "test": loss, "a/loss_train": loss, "a/loss_x/y": loss, "a/1796078015.86795": loss,
    ])
    #expect(Set(found.keys) == ["/a", "/b", "/test", "/a/validation/deep"])
    #expect(
      Set(found["/a"]?.book.series.map(\.name) ?? [])
        == ["loss", "train/loss", "loss_train/loss", "loss_x/y/loss"])
    #expect(found["/b"]?.book.series.map(\.name) == ["Val/loss", "train/loss"])
  }

  @Test func numbersOfAddHparams_standForTheRun() throws {
    let summary =
      Self.start(width: 8) + Self.end + Self.loss(0..<1, tag: "hp/best")
      + Self.loss(0..<1, tag: "loss")
    let run = try #require(try runs(["a": Self.loss(0..<14), "a/1796078015.86795": summary])["/a"])
    #expect(run.book.series.map(\.name) == ["loss"] && run.book["loss"]?.steps.last == 13)
    #expect(run.book.scalars.map(\.name) == ["hp/best"] && run["width"] == .integer(8))
    #expect(run.state == .unknown)
  }

  @Test func success_countsOnlyBehindTheNumbers() throws {
    let loss = Self.loss(0..<3)
    let start = Self.start(width: 8)
    let states = try runs([
      "ours": start + loss + Self.end, "early": start + Self.end + loss, "none": loss,
      "between": start + loss + Self.end + Self.loss(3..<4), "bare": start + Self.end,
    ]).mapValues(\.state)
    #expect(
      states == [
        "/ours": .finished, "/early": .unknown, "/none": .unknown, "/between": .unknown,
        "/bare": .unknown,
      ])
  }
}
