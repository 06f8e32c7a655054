import Foundation
import SweepModel
import Testing

@testable import Imports

/// What a loop of a program leaves: a file of steps a run, in folders or beside each other.
@Suite struct FileRunsTests {
  private static func curve(_ last: Int, _ name: String = "epoch,loss") -> String {
    "\(name)\n" + (0...last).map { "\($0),\(Double(last - $0) + 0.5)\n" }.joined()
  }

  private static let pattern = "pattern: 'h{size}_s{seed}'"

  @Test func foldersOfTables_areRuns_withWhatThePatternFinds() throws {
    let folder = try ImportFolder()
    for (name, last) in [("h10_s0", 3), ("h10_s1", 3), ("h20_s0", 1), ("h20_s1", 3)] {
      try folder.write("out/\(name)/metrics.csv", Self.curve(last))
      try folder.write("flat/\(name).csv", Self.curve(last))
      let lines = (0...last).map { "{\"step\": \($0), \"loss\": \(Double(last - $0) + 0.5)}\n" }
      try folder.write("lines/\(name)/log.jsonl", lines.joined())
    }
    for name in ["out", "flat", "lines"] {
      let plan = try folder.plan([name], map: Self.pattern)
      #expect(plan.points == ["size=10 seed=0", "size=10 seed=1", "size=20 seed=1"], "\(name)")
      let curve = Curve(name: "loss", steps: [0, 1, 2, 3], values: [3.5, 2.5, 1.5, 0.5])
      #expect(plan.firstResult == JobResult(scalars: [.init("loss.final", 0.5)], curves: [curve]))
      #expect(plan.refusals.count == 1)
      #expect(plan.refusals[0].hasPrefix("unfinished: it ends at step 1, others at 3"))
    }
    let named = try folder.plan(["flat/h10_s0.csv", "flat/h10_s1.csv"], map: Self.pattern)
    #expect(named.points == ["size=10 seed=0", "size=10 seed=1"])
    let bare = try folder.plan(["out"])
    #expect(bare.refusals.allSatisfy { $0 == "foreign: it does not record size, seed" })
    #expect(bare.items.count == 4)
  }

  /// A run that was killed at its start has a header and no row.
  @Test func tableOfAHeaderAlone_isRefused() throws {
    let folder = try ImportFolder()
    try folder.write("out/h10_s0/metrics.csv", Self.curve(3))
    try folder.write("out/h10_s1/metrics.csv", "epoch,loss\n")
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=0"])
    #expect(
      plan.refusals.count == 1 && plan.refusals[0].contains("holds no row yet"), "\(plan.refusals)")
  }

  /// Of two tables of one run with other numbers of one name nobody can tell which counts.
  @Test func nameInTwoTablesOfARun_isRefused_unlessTheySayTheSame() throws {
    let folder = try ImportFolder()
    for (run, last) in [("h10_s0", 3), ("h10_s1", 3), ("h20_s0", 2)] {
      try folder.write("out/\(run)/metrics.csv", Self.curve(3))
      try folder.write("out/\(run)/history.csv", Self.curve(last))
    }
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=0", "size=10 seed=1"])
    #expect(
      plan.refusals.count == 1 && plan.refusals[0].contains("several tables with loss"),
      "\(plan.refusals)")
  }

  @Test func tableInUTF16_isNamed_notPassedBy() throws {
    let folder = try ImportFolder()
    try folder.write("out/h10_s0.csv", Self.curve(3))
    try folder.write("out/h10_s1.csv", "")
    let text = try #require(Self.curve(3).data(using: .utf16))
    try text.write(to: URL(fileURLWithPath: folder.path + "/out/h10_s1.csv"))
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.refusals.count == 1 && plan.refusals[0].contains("h10_s1.csv"), "\(plan.refusals)")
  }

  /// Two runs with their settings, of which one is no parameter of the sweep and varies.
  private static func runs(varying name: String) throws -> ImportFolder {
    let folder = try ImportFolder()
    for (size, value) in [(10, 4), (20, 64)] {
      try folder.write("out/r\(size)/metrics.csv", curve(3))
      try folder.write(
        "out/r\(size)/config.json", "{\"size\": \(size), \"seed\": 0, \"\(name)\": \(value)}")
    }
    return folder
  }

  @Test(arguments: [
    "lora_rank", "per_device_train_batch_size", "LEARNING_RATE", "model_name_or_path", "train_file",
    "tokenizer_path", "max_time", "version",
  ])
  func settingThatVaries_makesRunsAmbiguous(_ name: String) throws {
    let folder = try Self.runs(varying: name)
    let plan = try folder.plan(["out"])
    #expect(plan.points.isEmpty && plan.refusals[0].contains(name), "\(plan.refusals)")
    #expect(try folder.plan(["out"], map: "ignore: \(name)").points.count == 2)
  }

  @Test(arguments: [
    "out_dir", "SLURM_JOB_ID", "local_rank", "num_workers", "wall_time", "log_file",
  ])
  func whatEveryRunNotesOfItself_mayVary(_ name: String) throws {
    #expect(try Self.runs(varying: name).plan(["out"]).points.count == 2)
  }

  /// What two files of a run, or its path, say otherwise of one parameter.
  @Test func runThatContradictsItself_isRefused() throws {
    let folder = try ImportFolder()
    try folder.write("out/h10_s0/log.csv", Self.curve(3))
    try folder.write("out/h10_s0/config.json", "{\"size\": 20}")
    try folder.write("out/h10_s1/log.csv", Self.curve(3))
    try folder.write("out/h10_s1/config.json", "{\"size\": 10.0}")
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=1"])
    #expect(
      plan.refusals.count == 1 && plan.refusals[0].contains("it says size=20 and size=10"),
      "\(plan.refusals)")
    #expect(try folder.plan(["out"], map: Self.pattern + "\nignore: size").points.count == 2)
  }

  /// A program that was killed while it wrote leaves the half of a number.
  @Test func tableThatEndsWithinALine_isRefused_whereOthersDoNot() throws {
    let folder = try ImportFolder()
    try folder.write("out/h10_s0.csv", Self.curve(3))
    try folder.write("out/h10_s1.csv", String(Self.curve(3).dropLast(2)))
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.refusals.count == 1 && plan.refusals[0].contains("ends within a line"))
    try folder.write("out/h10_s0.csv", String(Self.curve(3).dropLast()))
    #expect(try folder.plan(["out"], map: Self.pattern).points.count == 2)
  }

  /// A run must get as far as others in what the sweep needs, not in anything.
  @Test func curveThatIsNeededAndEndsEarly_isRefused() throws {
    let folder = try ImportFolder()
    for (name, last) in [("h10_s0", 3), ("h10_s1", 1)] {
      try folder.write("out/\(name)/train.csv", Self.curve(3))
      try folder.write("out/\(name)/test.csv", Self.curve(last))
    }
    let map = Self.pattern + "\nmetrics: {loss: test/loss}"
    let plan = try folder.plan(["out"], map: map)
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.refusals.first?.contains("ends at step 1, others at 3") == true)
  }

  @Test func rowWithABadExitStatus_isRefused() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "size,seed,loss.final,exit_code\n10,0,1,0\n10,1,1,1\n")
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.refusals.first?.contains("its state is 1") == true, "\(plan.refusals)")
    try folder.write(
      "s.csv", "size,seed,loss.final,status,returncode\n10,0,1,done,137\n10,1,1,done,0\n")
    #expect(try folder.plan(["s.csv"]).points == ["size=10 seed=1"])
  }

  @Test func slashesOfAPattern_partFolders() throws {
    let folder = try ImportFolder()
    try folder.write("out/size=10/seed=1/log.csv", Self.curve(2))
    let plan = try folder.plan(["out"], map: "pattern: 'size={size}/seed={seed}'")
    #expect(plan.points == ["size=10 seed=1"])
  }

  @Test func settingsBesideATable_areItsParameters() throws {
    let folder = try ImportFolder()
    try folder.write("a/config.json", #"{"size": 10, "opt": {"seed": 1}}"#)
    try folder.write("a/metrics.csv", Self.curve(2))
    try folder.write("b/hparams.yaml", "size: 20\nopt:\n  seed: 0\n")
    try folder.write("b/train.csv", Self.curve(2))
    try folder.write("b/val.csv", Self.curve(2))
    try folder.write("c/size20.json", #"{"size": 20, "opt": {"seed": 1}}"#)
    try folder.write("c/size20.csv", Self.curve(2))
    try folder.write("d/args.json", "{\"size\": 10, ")
    try folder.write("d/metrics.csv", Self.curve(2))
    let map = "parameters: {seed: opt.seed}\nrequires: []"
    let plan = try folder.plan(["."], map: map + "\nmetrics: {loss: {values: val/loss}}")
    #expect(plan.items.count == 4)
    #expect(plan.points == ["size=20 seed=0"])
    let others = try folder.plan(["a", "c", "d"], map: map)
    #expect(others.points == ["size=10 seed=1", "size=20 seed=1"])
    #expect(
      others.refusals.count == 1 && others.refusals[0].hasPrefix("damaged: args.json ends in"))
  }

  @Test func damagedTable_isThatOfItsRunAlone() throws {
    let folder = try ImportFolder()
    try folder.write("out/h10_s0.csv", Self.curve(2))
    try folder.write("out/h10_s1.csv", "epoch,loss\n0,1\n1,2,3\n2,1\n")
    try folder.write("out/notes.csv", "a,b\n1,2\n")
    try folder.write("out/steps.json", "{\"steps\": 3}\n")
    let plan = try folder.plan(["out"], map: Self.pattern)
    #expect(plan.points == ["size=10 seed=0"] && plan.items.count == 2)
    #expect(plan.refusals.count == 1 && plan.refusals[0].hasPrefix("damaged: "))
  }

  /// Lightning has rows of their own for what it measures at one step; a column of several runs has not.
  @Test func rowsOfOneStep_areOneRun_whereTheySayNothingDifferent() throws {
    let folder = try ImportFolder()
    try folder.write("h10_s0/metrics.csv", "epoch,step,loss,val\n0,1,3,\n0,1,,4\n1,3,1,\n1,3,,2\n")
    try folder.write("h10_s1/metrics.csv", "epoch,loss\n0,3\n0,4\n")
    let plan = try folder.plan(["."], map: Self.pattern)
    #expect(plan.firstResult?.curve("loss")?.steps == [1, 3])
    #expect(plan.refusals.count == 1)
    #expect(plan.refusals[0].contains("holds several rows of one step"), "\(plan.refusals)")
  }

  @Test func guess_findsThePatternOfThePaths() {
    #expect(SeenNames.parts("h8_lr1e-3x") == ["h", "8", "_", "lr", "1e-3", "x"])
    var seen = SeenNames()
    for (size, seed) in [(8, 0), (16, 0), (16, 1)] {
      var run = FoundRun(name: "x")
      run.words = ["out{", "h\(size)_lr0.1_s\(seed)", "log"]
      run.isPath = true
      seen.add(run)
    }
    #expect(
      seen.pattern(axes: [("size", ["8", "16"]), ("seed", ["0", "1"])]) == "h{size}_lr0.1_s{seed}")
  }
}
