import SweepModel
import Testing
import Workloads

@testable import SweepFiles

@Suite struct ImportMapTests {
  private static let parity = WorkloadRegistry.signatures.first { $0.name == "sparse-parity" }

  private func map(_ text: String) throws -> ImportMap {
    try ImportMapFile.parse(text: text, origin: "map.yaml", for: #require(Self.parity))
  }

  private func failure(_ text: String) throws -> String {
    do {
      _ = try map(text)
      return "valid"
    } catch let error as FileError {
      return error.description
    }
  }

  @Test func parse_everyKey_isRead() throws {
    let map = try map(
      """
      x-notes: mine
      parameters: {width: hidden, activation: {name: act, values: {ReLU: relu}}}
      constants: {regime: online, alpha: 4e-1}
      ignore: [seed, lr]
      pattern: train.py --width {width} --tag a{{{tag}}}
      output: ['loss=(?<loss>\\S+)', 'acc=(?<acc>\\S+)']
      metrics:
        loss: {values: losses, steps: log_steps, scale: 1.442695}
        accuracy: {values: accuracies, every: 100}
        loss.subtasks: losses_subtasks
      requires: loss.final
      accept: crashed
      lastStep: steps
      tolerance: 1e-6
      table: {run: id, step: epoch, state: status, metric: name, value: number}
      """)
    #expect(map.parameters["width"] == .init("hidden"))
    #expect(map.parameters["activation"] == .init("act", renames: ["ReLU": "relu"]))
    #expect(map.constants == ["regime": "online", "alpha": 0.4])
    #expect(map.ignored == ["seed", "lr"])
    #expect(map.pattern == "train.py --width {width} --tag a{{{tag}}}")
    #expect(
      map.output == [
        .init(text: "loss=(?<loss>\\S+)", place: "map.yaml:6:10"),
        .init(text: "acc=(?<acc>\\S+)", place: "map.yaml:6:31"),
      ])
    #expect(
      map.metrics == [
        .init("loss", values: "losses", steps: "log_steps", scale: 1.442695),
        .init("accuracy", values: "accuracies", every: 100),
        .init("loss.subtasks", values: "losses_subtasks"),
      ])
    #expect(map.required == ["loss.final"])
    #expect(map.accepted == ["crashed"] && map.tolerance == 1e-6)
    #expect(map.lastStep == .parameter("steps"))
    #expect(map.table.run == "id" && map.table.value == "number" && map.table.step == "epoch")
    #expect(try self.map("lastStep: any").lastStep == .any)
    #expect(try self.map("lastStep: 8000").lastStep == .step(8000))
    #expect(try self.map("{}") == ImportMap())
  }

  @Test(arguments: [
    ("paramters: {width: a}", "map.yaml:1:1: unknown key \"paramters\"; did you mean"),
    ("parameters: {widht: a}", "map.yaml:1:14: the sweep has no parameter \"widht\"; did you"),
    ("parameters: [width]", "map.yaml:1:13: \"parameters\" must be a mapping"),
    ("parameters: {width: {values: {a: 1}}}", "missing key \"name\""),
    ("constants: {alpha: many}", "map.yaml:1:20: \"alpha\" must be a number"),
    ("metrics:\n  los: losses", "map.yaml:2:3: the workload sparse-parity records no \"los\""),
    ("metrics: {loss: {values: a, every: 0}}", "map.yaml:1:36: \"every\" must be"),
    ("metrics: {loss: {values: a, every: 5, steps: b}}", "keep one"),
    ("requires: [loss.fin]", "map.yaml:1:12: unknown metric \"loss.fin\"; did you"),
    ("lastStep: later", "map.yaml:1:11: \"lastStep\" must be a step, a parameter or any"),
    ("lastStep: alpha", "is no whole number"),
    ("pattern: train.py --width", "map.yaml:1:10: \"pattern\" must have at least one name"),
    ("pattern: \"{a}{b}\"", "nothing between them"),
    ("pattern: \"{a} {a}\"", "every name in braces once"),
    ("pattern: \"loss {loss\"", "a brace that opens"),
    ("table: {metric: name}", "map.yaml:1:8: \"metric\" and \"value\" go together"),
    ("tolerance: 0", "map.yaml:1:12: \"tolerance\" must be above 0"),
    ("a: [", "map.yaml:1:"),
  ])
  func parse_mistake_isToldWithItsPlace(_ text: String, _ message: String) throws {
    let found = try failure(text)
    #expect(found.contains(message), "\(text): \(found)")
  }

  @Test func parse_severalMistakes_areAllTold() throws {
    let found = try failure("parameters: {a: b}\nmetrics: {c: d}\nlastStep: e")
    #expect(found.split(separator: "\n").count == 3, "\(found)")
  }
}

@Suite struct TextPatternTests {
  private func match(_ pattern: String, _ text: String) throws -> TextPattern.Match {
    try TextPattern(pattern).match(text.split(separator: " ").map(String.init))
  }

  private func one(_ values: (String, String)...) -> TextPattern.Match {
    .one(values.map { .init(name: $0.0, value: $0.1) })
  }

  @Test func match_words_givesValues() throws {
    #expect(
      try match(
        "train.py --width {width} --seed={seed}", "python a/train.py --width 64 --seed=3 --fast")
        == one(("width", "64"), ("seed", "3")))
    #expect(try match("w{w}-lr{lr}", "w8-lr1e-5") == one(("w", "8"), ("lr", "1e-5")))
    #expect(
      try match("step {step}, loss {loss}", "at step 7, loss nan")
        == one(("step", "7"), ("loss", "nan")))
    #expect(try match("{{{a}}}", "{x}") == one(("a", "x")))
    #expect(try match("é{a}ü", "éßü") == one(("a", "ß")))
  }

  @Test func match_otherWords_findsNothing() throws {
    for text in [
      "", "train.py --width", "train.py --width= --seed=1", "xtrain.py --width 1 --seed=2",
    ] {
      #expect(try match("train.py --width {width} --seed={seed}", text) == .none, "\(text)")
    }
  }

  @Test func match_severalReadings_areTold() throws {
    guard case .several(let first, let second) = try match("{a}-{b}", "1-2-3") else {
      Issue.record("one reading")
      return
    }
    #expect(first.map(\.value) == ["1", "2-3"] && second.map(\.value) == ["1-2", "3"])
    guard case .several = try match("n {n}", "n 1 n 2") else {
      Issue.record("one place")
      return
    }
    #expect(try match("n {n}", "n 1 n 1") == one(("n", "1")))
  }

  /// What would take a backtracking matcher for ever.
  @Test func match_manySeparators_takesNoTime() throws {
    let pattern = (0..<40).map { "{n\($0)}" }.joined(separator: "-") + "x"
    #expect(try match(pattern, String(repeating: "-", count: 100_000)) == .none)
  }
}

@Suite struct RecordedValueTests {
  @Test(arguments: [
    ("64", "64.0"), ("64", "6.4e1"), ("1e-5", "0.00001"), ("1e-05", "1.0E-5"), ("True", "true"),
    ("0", "-0.0"), ("9007199254740993", "9007199254740993.0"), ("1e22", "10000000000000000000000"),
    ("0.1", "1e-1"), ("2_000", "2000"),
  ])
  func canonical_sameNumbers_areTheSame(_ left: String, _ right: String) {
    #expect(RecordedValue.canonical(left) == RecordedValue.canonical(right))
  }

  @Test(arguments: [
    ("9007199254740993", "9007199254740992"), ("0.1", "0.10000000000000002"), ("010", "10"),
    ("relu", "ReLU"), ("64", "64.5"), ("1e-400", "0"),
  ])
  func canonical_others_areNot(_ left: String, _ right: String) {
    #expect(RecordedValue.canonical(left) != RecordedValue.canonical(right))
  }

  @Test func canonical_ofValues_isThatOfTheirTexts() {
    for value: Value in [3, 0.25, 1e30, 1e-300, true, "adam", 64.0, -7, 1e15, 123456789012345680.0]
    {
      #expect(RecordedValue.canonical(value) == RecordedValue.canonical(value.description))
    }
    #expect(RecordedValue.canonical(.real(64)) == RecordedValue.canonical("64"))
    #expect(RecordedValue.canonical("1", of: .flag) == RecordedValue.canonical(true))
  }
}
