import Basics
import Testing

@testable import Metrics

/// Event files, logs of W&B, Sacred's JSON and others: whole, growing and damaged, as bytes.
@Suite struct FolderFormatTests {
  private let events = "events.out.tfevents.1700000000.host"

  @Test func tensorboard_ofEveryKindOfScalar_isRead() throws {
    let scratch = try Scratch()
    let tensor = { (type: Int, content: [UInt8]) in
      Made.field(8, Made.field(1, integer: type) + content)
    }
    let plugin = { (name: String) in Made.field(9, Made.field(1, Made.field(1, name))) }
    try scratch.write(
      Made.event(Made.field(3, "brain.Event:2"))
        + Made.scalar("simple", step: 1, value: Made.field(2, float: 0.1))
        + Made.scalar(
          "float", step: 2, value: plugin("scalars") + tensor(1, Made.field(4, [0, 0, 0x80, 0x3F])))
        + Made.scalar("packed", step: 3, value: tensor(1, Made.field(5, [0, 0, 0, 0x40])))
        + Made.scalar("double", step: 4, value: tensor(2, Made.field(6, double: 0.1)))
        + Made.scalar("integer", step: 5, value: tensor(9, Made.field(10, integer: -7)))
        + Made.scalar(
          "vector", step: 6, value: tensor(1, Made.field(4, Array(repeating: 0, count: 8))))
        + Made.scalar("words", step: 7, value: plugin("text") + tensor(7, Made.field(8, "hello")))
        + Made.scalar(
          "histogram", step: 8,
          value: plugin("histograms") + tensor(1, Made.field(4, [0, 0, 0, 0])))
        + Made.scalar("histogram", step: 9, value: tensor(1, Made.field(4, [0, 0, 0, 0]))),
      to: events)
    var reader = MetricSource(kind: .tensorboard, path: scratch.path).reader(step: nil)
    let book = reader.book()
    #expect(book.series.map(\.name) == ["simple", "float", "packed", "double", "integer"])
    #expect(book.rows("simple") == [[1, Double(Float(0.1))]])
    #expect(book.rows("float") == [[2, 1]] && book.rows("packed") == [[3, 2]])
    #expect(book.rows("double") == [[4, 0.1]] && book.rows("integer") == [[5, -7]])
  }

  @Test func tensorboard_writtenByteByByte_isReadAsAWhole() throws {
    let scratch = try Scratch()
    let file = (0..<5).flatMap {
      Made.scalar("loss", step: $0, value: Made.field(2, float: Float($0)))
    }
    var reader = MetricSource(kind: .tensorboard, path: scratch.path).reader(step: nil)
    var book = MetricBook()
    var counts: Set<Int> = []
    for byte in file {
      try scratch.write([byte], to: events, appending: true)
      reader.read(into: &book, isFinal: false)
      counts.insert(book["loss"]?.steps.count ?? 0)
    }
    #expect(counts == [0, 1, 2, 3, 4, 5])
    // Further files of a resumed run, and folders below.
    try scratch.write(
      Made.scalar("loss", step: 3, value: Made.field(2, float: 30)),
      to: "events.out.tfevents.1700000009.host")
    reader.read(into: &book, isFinal: true)
    #expect(book.rows("loss") == [[0, 0], [1, 1], [2, 2], [3, 30]])
  }

  @Test func tensorboard_withDamage_isReadAsFarAsItGoes() throws {
    let scratch = try Scratch()
    let parts = (0..<4).map {
      Made.scalar("loss", step: $0, value: Made.field(2, float: Float($0)))
    }
    var damaged = parts[1]
    damaged[20] ^= 1
    var lost = parts[3]
    lost[0] ^= 1
    let large = Made.event(Array(repeating: 7, count: 17 << 20))
    try scratch.write(parts[0] + damaged + large + parts[2] + lost + parts[0], to: events)
    var reader = MetricSource(kind: .tensorboard, path: scratch.path).reader(step: nil)
    let book = reader.book()
    #expect(book.rows("loss") == [[0, 0], [2, 2]])
    #expect(book.notes.count == 1 && book.notes[0].contains("checksum"))
    #expect(RecordedRuns.find(in: scratch.path).first?.read().isWhole == false)
  }

  @Test func tensorboard_ofSeveralFolders_hasNamesThatTellThemApart() throws {
    let scratch = try Scratch()
    let event = Made.scalar("loss", step: 1, value: Made.field(2, float: 1))
    try scratch.write(event, to: "logs/train/\(events)")
    try scratch.write(event, to: "logs/validation/\(events)")
    try scratch.write(event, to: "logs/validation/deep/\(events)")
    try scratch.write(event, to: "node_modules/\(events)")
    let sources = MetricFinder(folder: scratch.path).find()
    #expect(sources.map(\.prefix) == ["train/", "validation/", "deep/"])
  }

  @Test func wandb_inPieces_isRead() throws {
    let scratch = try Scratch()
    let long = String(repeating: "x", count: 50_000)
    let records: [[UInt8]] = [
      Made.field(
        17,
        Made.field(1, "abc")
          + Made.field(4, Made.field(1, Made.field(1, "width") + Made.field(16, "8")))),
      Made.field(
        5, Made.field(1, Made.field(2, "optimizer") + Made.field(2, "lr") + Made.field(16, "0.5"))),
      Made.field(5, Made.field(1, Made.field(1, "width") + Made.field(16, "16"))),
      Made.history(
        step: 0, [("_step", "0"), ("loss", "1.5"), ("text", "\"\(long)\""), ("_runtime", "3")]),
      Made.history(
        step: 10,
        [("loss", "NaN"), ("acc", "\"-Infinity\""), ("h", "{\"_type\": \"histogram\", \"n\": 1}")]),
      Made.field(
        3, Made.field(1, Made.field(2, "best") + Made.field(2, "acc") + Made.field(16, "0.75"))),
      Made.field(18, Made.field(1, integer: 3)),
    ]
    let file = Made.wandb(records)
    #expect(file.count > 32768)
    var reader = MetricSource(kind: .wandb, path: "\(scratch.path)/run-abc.wandb").reader(step: nil)
    var book = MetricBook()
    var at = 0
    while at < file.count {
      let end = min(file.count, at + 997)
      try scratch.write(Array(file[at..<end]), to: "run-abc.wandb", appending: true)
      reader.read(into: &book, isFinal: false)
      at = end
    }
    #expect(book["loss"]?.steps == [0, 10] && book["loss"]?.values.last?.isNaN == true)
    #expect(book.rows("acc") == [[10, -.infinity]])
    #expect(book.series.map(\.name) == ["loss", "acc"])
    #expect(book.scalar("best.acc") == 0.75)
    let run = try #require(RecordedRuns.find(in: scratch.path).first).read()
    #expect(run.id == "abc" && run["width"] == .integer(16) && run["optimizer.lr"] == .real(0.5))
    #expect(run.exitCode == 3 && run.state == .failed && run.isWhole)
  }

  @Test func wandb_withADamagedBlock_goesOnAtTheNext() throws {
    let scratch = try Scratch()
    let records = (0..<3000).map { Made.history(step: $0, [("loss", "\($0)")]) }
    var file = Made.wandb(records)
    file[20_000] ^= 0xFF
    let path = try scratch.write(file, to: "run-x.wandb")
    var reader = MetricSource(kind: .wandb, path: path).reader(step: nil)
    let book = reader.book()
    let steps = try #require(book["loss"]?.steps)
    #expect(steps.count >= 2998 && steps.count < 3000 && steps.last == 2999)
    #expect(book.notes.count == 1)
    let run = try #require(RecordedRuns.find(in: path).first).read()
    #expect(run.problems.count == 1 && run.state == .running)
    let other = try scratch.write("hello, this is no log", to: "run-y.wandb")
    #expect(RecordedRuns.find(in: other).first?.read().isWhole == false)
  }

  @Test func sacred_halfWritten_isLeftForTheNextLook() throws {
    let scratch = try Scratch()
    let info =
      #"{"log_steps": [0, 5], "losses": [3, NaN], "subtasks": {"0": [1, 2], "1": [1]}, "P": 80}"#
    try scratch.write(#"{"status": "RUNNING", "result": null}"#, to: "1/run.json")
    try scratch.write(#"{"width": 8}"#, to: "1/config.json")
    try scratch.write(String(info.prefix(40)), to: "1/info.json")
    try scratch.write(
      #"{"acc": {"values": [0.5, 0.75], "steps": [10, 20], "timestamps": ["a", "b"]}}"#,
      to: "1/metrics.json")
    var reader = MetricSource(kind: .sacred, path: "\(scratch.path)/1").reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    #expect(book.rows("acc") == [[10, 0.5], [20, 0.75]])
    #expect(book["losses"] == nil && book.notes == [])
    let half = try #require(RecordedRuns.find(in: scratch.path).first).read()
    #expect(half.problems.count == 1 && half.problems[0].contains("ends in the middle"))
    try scratch.write(info, to: "1/info.json")
    reader.read(into: &book, isFinal: false)
    #expect(book["losses"]?.steps == [0, 5])
    #expect(book.rows("subtasks.0") == [[0, 1], [5, 2]] && book.rows("subtasks.1") == [[0, 1]])
    #expect(book.scalar("P") == 80 && book["log_steps"] == nil)
    // What is shorter now was not written before.
    try scratch.write(#"{"losses": [1], "odd": {"py/object": "a.B", "x": 5}}"#, to: "1/info.json")
    reader.read(into: &book, isFinal: true)
    #expect(
      book.rows("losses") == [[0, 1]] && book["subtasks.0"] == nil && book.scalar("P") == nil)
    #expect(book.scalar("odd.x") == nil && book.notes.count == 1)
  }

  @Test func sacred_withoutItsConfig_isStillNamed() throws {
    let scratch = try Scratch()
    try scratch.write("{\"status\": \"COMP", to: "7/run.json")
    let run = try #require(RecordedRuns.find(in: scratch.path).first).read()
    #expect(run.id == "7" && run.state == .unknown)
    #expect(run.problems.contains { $0.contains("config.json is missing") })
    #expect(run.problems.contains { $0.contains("run.json ends in the middle") })
  }

  @Test func trainerState_isItsHistory() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      #"{"best_metric": 0.5, "log_history": [{"epoch": 0.1, "loss": 2, "step": 10}, {"eval_loss": 3, "step": 10}, {"loss": 1, "step": 20, "epoch": 0.2}]}"#,
      to: "out/checkpoint-20/trainer_state.json")
    let sources = MetricFinder(folder: scratch.path).find()
    #expect(sources == [MetricSource(kind: .trainerState, path: path)])
    var reader = sources[0].reader(step: nil)
    let book = reader.book()
    #expect(book.rows("loss") == [[10, 2], [20, 1]] && book.rows("eval_loss") == [[10, 3]])
    #expect(book.rows("epoch") == [[10, 0.1], [20, 0.2]] && book.scalar("best_metric") == 0.5)
  }

  @Test func hydra_ownsWhatIsInItsFolder() throws {
    let scratch = try Scratch()
    for run in [0, 2, 10] {
      let folder = "multirun/2026-11-29/10-00-00/\(run)"
      try scratch.write(
        "- model.width=\(8 << run)\n- +seed=3\n- 'note=a=b'\n",
        to: "\(folder)/.hydra/overrides.yaml")
      try scratch.write(
        "model:\n  width: \(8 << run)\n  name: 'it''s'\noptim: # words\n  lr: 1.0e-3\nlayers:\n- 1\n- 2\nnote: a=b\nempty: null\n",
        to: "\(folder)/.hydra/config.yaml")
      try scratch.write(
        "hydra:\n  runtime:\n    version: 1.3.2\n", to: "\(folder)/.hydra/hydra.yaml")
      try scratch.write("step,loss\n1,0.5\n", to: "\(folder)/metrics.csv")
    }
    let places = RecordedRuns.find(in: scratch.path)
    #expect(places.map { $0.path.split(separator: "/").last } == ["0", "2", "10"])
    let run = try #require(places.last).read()
    #expect(run["model.width"] == .integer(8192) && run["optim.lr"] == .real(1e-3))
    #expect(run["model.name"] == .text("it's") && run["seed"] == .integer(3))
    #expect(run["layers.1"] == .integer(2) && run["empty"] == .null)
    #expect(run.swept == ["model.width", "seed", "note"] && run.toolVersion == "1.3.2")
    #expect(run.book.rows("loss") == [[1, 0.5]] && run.isWhole)
  }

  /// Nobody can tell which of several files with other numbers of one name counts.
  @Test(arguments: [("0.5", true), ("0.25", false)])
  func hydra_withOneNameInSeveralFiles_isWholeWhereTheySayTheSame(
    _ value: String, _ isWhole: Bool
  ) throws {
    let scratch = try Scratch()
    try scratch.write("- seed=3\n", to: "run/.hydra/overrides.yaml")
    try scratch.write("seed: 3\n", to: "run/.hydra/config.yaml")
    try scratch.write("step,loss\n1,0.5\n", to: "run/a/metrics.csv")
    try scratch.write("step,loss\n1,\(value)\n", to: "run/b/metrics.csv")
    let run = try #require(RecordedRuns.find(in: scratch.path).first).read()
    #expect(run.isWhole == isWhole, "\(run.problems)")
    if !isWhole { #expect(run.problems[0].contains("and not the same, such as")) }
  }

  @Test func finder_followsNoLinks_andEnds() throws {
    let scratch = try Scratch()
    try scratch.write("step,loss\n1,2\n", to: "runs/version_10/metrics.csv")
    try scratch.write("step,loss\n1,2\n", to: "runs/version_9/metrics.csv")
    try scratch.link("..", at: "runs/loop")
    try scratch.link("version_9", at: "runs/other")
    let sources = MetricFinder(folder: scratch.path).find()
    #expect(
      sources.map(\.path) == [9, 10].map { "\(scratch.path)/runs/version_\($0)/metrics.csv" })
  }

  @Test func times_asSacredWritesThem_areSecondsSince1970() {
    #expect(ISOTime.seconds("1970-01-01T00:00:00") == 0)
    #expect(ISOTime.seconds("2026-11-29T09:54:29.5") == 1_795_946_069.5)
    #expect(ISOTime.seconds("2000-02-29T23:59:59") == 951_868_799)
    #expect(ISOTime.seconds("yesterday") == nil)
  }
}
