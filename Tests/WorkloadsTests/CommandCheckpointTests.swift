import Foundation
import Metrics
import Posix
import SweepModel
import Testing

@testable import Workloads

/// What programs go on from.
@Suite struct CommandCheckpointTests {
  /// A checkpoint from which no metrics come is not gone on from again.
  @Test func checkpoint_fromWhichNothingIsRecorded_isForgotten() throws {
    let context = try CommandContext(token: 2)
    let spec = CommandSpec(
      script: """
        test -e "$QUANTA_CHECKPOINT_DIR/done" || echo '{"step": 1, "loss": 1}' >>"$QUANTA_METRICS"
        """
    ) { $0.metrics.required = ["loss"] }
    try makeFolders(context.folder + "/job/checkpoint", mode: 0o700)
    try Data().write(to: URL(fileURLWithPath: context.folder + "/job/checkpoint/done"))
    #expect(spec.failure(in: context).contains("recorded no loss"))
    context.go(token: 3)
    #expect(try spec.run(in: context).scalar("loss.final") == 1)
  }

  /// A running program's checkpoints go out while it works.
  @Test func checkpoint_ofARunningProgram_isSentWithItsMetrics() throws {
    let context = try CommandContext()
    context.isCheckpointDue = true
    let spec = CommandSpec(
      script: """
        echo '{"step": 1, "loss": 2}' >>"$QUANTA_METRICS"; echo 1 >"$QUANTA_CHECKPOINT_DIR/step"
        sleep 1.5; kill -9 $$
        """)
    #expect(spec.failure(in: context).contains("signal 9"))
    let (state, archive) = try #require(context.checkpoint.flatMap(CommandState.split))
    #expect(state.book["loss"]?.values == [2] && state.token == 1)
    let copy = context.folder + "/copy"
    try makeFolders(copy)
    try FolderArchive.unpack(archive, into: copy)
    #expect(Descriptor.names(in: copy) == ["step"])
  }

  /// Rows without steps take the place of those of earlier attempts, and that is said.
  @Test(arguments: [("", true), ("\"step\": $n, ", false)])
  func attemptThatBeginsAnew_isSaid(_ step: String, _ isSaid: Bool) throws {
    let context = try CommandContext()
    let object = "{\(step)\"loss\": $n}".replacing("\"", with: "\\\"")
    let line = "echo \"\(object)\" >>\"$QUANTA_METRICS\""
    let spec = CommandSpec(
      script: """
        f="$QUANTA_CHECKPOINT_DIR/f"; from=1; test -e "$f" && from=4
        for n in $from $((from + 1)) $((from + 2)); do \(line); done
        test -e "$f" || { echo 1 >"$f"; exit 75; }
        """)
    #expect(throws: JobRequeued.self) { try spec.run(in: context) }
    context.go(token: 2)
    let result = try spec.run(in: context)
    #expect(result.curve("loss")?.values == (isSaid ? [4, 5, 6] : [1, 2, 3, 4, 5, 6]))
    #expect(context.printed.contains("begins anew at step 0") == isSaid, "\(context.printed)")
  }

  /// A result of two programs says so.
  @Test func checkpoint_ofOtherCode_isNamed() throws {
    let context = try CommandContext()
    let place = try #require(context.place)
    let layout = try #require(CodeFolder(sizeBytes: 9))
    let sets = ["a", "b"].compactMap {
      DataSet(.code, layout, hash: String(repeating: $0, count: 64))
    }
    let folder = try CommandFolder(place)
    #expect(folder.otherAuthor(than: sets[0]) == nil)
    try folder.sign(sets[0])
    #expect(folder.otherAuthor(than: sets[1]) == nil, "there is no checkpoint")
    try Data().write(to: URL(fileURLWithPath: place.folder + "/checkpoint/1"))
    try folder.sign(sets[0])
    #expect(folder.otherAuthor(than: sets[0]) == nil)
    #expect(
      folder.otherAuthor(than: sets[1])
        == "it goes on from a checkpoint of other code (aaaaaaaaaa) than what runs now (bbbbbbbbbb): "
        + "its result is of both")
  }
}
