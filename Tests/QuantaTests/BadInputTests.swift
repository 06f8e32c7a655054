import Foundation
import LabSupport
import Testing

/// Bad input gets a clear error with place and remedy, status 2, and changes nothing.
@Suite(.timeLimit(.minutes(10))) struct BadInputTests {
  /// A sweep file, and what the error must say of it.
  private static let sweeps: [(name: String, text: String, says: [String])] = [
    (
      "unknown key", "name: a\nworkload: self-test\ngrid: {size: [1]}\nsetings: {steps: 1}\n",
      ["sweep.yaml:4:1: unknown key \"setings\"", "did you mean \"settings\"?"]
    ),
    (
      "wrong type", "name: a\nworkload: self-test\ngrid: {size: [big]}\n",
      ["sweep.yaml:3:15:", "\"size\""]
    ),
    (
      "empty grid", "name: a\nworkload: self-test\ngrid: {size: []}\n",
      ["sweep.yaml:3:14: \"size\" has no values"]
    ),
    (
      "duplicate points", "name: a\nworkload: self-test\ngrid: {size: [4, 4]}\n",
      ["sweep.yaml:3:"]
    ),
    (
      "negative width",
      "name: a\nworkload: sparse-parity\nsettings: {tasks: 5, bits: 9, subset: 2, alpha: 0.4}\n"
        + "grid: {width: [-3]}\n", ["sweep.yaml:4:16:", "-3"]
    ),
    (
      "k above bits",
      "name: a\nworkload: sparse-parity\nsettings: {tasks: 5, bits: 9, subset: 12, alpha: 0.4,\n"
        + "  batch: 9, steps: 9}\ngrid: {width: [3]}\n", ["sweep.yaml:3:", "subset"]
    ),
    (
      "more subtasks than subsets",
      "name: a\nworkload: sparse-parity\nsettings: {tasks: 50, bits: 5, subset: 2, alpha: 0.4,\n"
        + "  batch: 9, steps: 9}\ngrid: {width: [3]}\n", ["sweep.yaml:3:", "tasks", "10"]
    ),
    ("no YAML", "name: [a\n  b: {c\n", ["sweep.yaml:"]),
    ("a binary file", "\u{0}\u{1}\u{2}", ["sweep.yaml"]),
  ]

  @Test func sweepFile_thatIsWrong_isRefusedWithItsPlace() async throws {
    for wrong in Self.sweeps {
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", wrong.text)
        let result = await sandbox.quanta("run", "sweep.yaml")
        #expect(result.status == 2, "\(wrong.name): \(result.output)")
        for words in wrong.says {
          #expect(result.output.contains(words), "\(wrong.name): \(result.output)")
        }
        #expect(sandbox.files == ["sweep.yaml"], "\(wrong.name) changed something")
      }
    }
  }

  @Test func numbersBeyondTheSweep_areNoDigitsOfAKey() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml", selfTest(jobs: 3, ending: "failure", extra: "retries: {max: 0}"))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 1)
      for digit in 3...9 {
        let retried = await sandbox.quanta("retry", "\(digit)")
        #expect(retried.status == 2)
        #expect(retried.output.contains("\(digit): the sweep trial has jobs 0 to 2"))
      }
    }
  }

  @Test func output_thatCannotBeWritten_isAnErrorAndAClosedPipeIsNone() async throws {
    try await Sandbox.with { sandbox in
      let quanta = Sandbox.programs + "/quanta"
      let full = await Command.run(["sh", "-c", "\(quanta) schema > /dev/full"])
      #expect(full.status == 2)
      #expect(full.output.contains("standard output cannot be written: No space left on device"))
      let closed = await Command.run(
        ["bash", "-c", "set -o pipefail; \(quanta) schema | head -c 1"])
      #expect(closed.status == 0, "\(closed.output)")
    }
  }

  @Test func unknownNames_areRefusedWithTheNearest() async throws {
    try await Sandbox.with { sandbox in
      try FileManager.default.createDirectory(
        atPath: sandbox.folder + "/folder.yaml", withIntermediateDirectories: true)
      let cases: [([String], String)] = [
        (["new", "parity-parametrs"], "did you mean \"parity-parameters\"?"),
        (["run", "parity-parametrs"], "did you mean \"parity-parameters\"?"),
        (["run", "missing.yaml"], "missing.yaml: no such file"),
        (["run", "./folder.yaml"], "folder.yaml: "),
        (["status"], "There is no store at "),
        (["fit", "missing.csv", "--x", "a", "--y", "b"], "missing.csv: The file cannot be read"),
        (["run", "parity-steps", "--cluster", "missing.yaml"], "missing.yaml: no such file"),
        (["frobnicate"], "no command is called \"frobnicate\"; of "),
        (["plna", "x"], "no command is called \"plna\"; did you mean \"plan\"?"),
      ]
      for (arguments, says) in cases {
        let result = await Command.run(
          ["env", "-C", sandbox.folder, Sandbox.programs + "/quanta"] + arguments)
        #expect(result.status == 2, "\(arguments): \(result.output)")
        #expect(result.output.contains(says), "\(arguments): \(result.output)")
      }
      #expect(sandbox.files == ["folder.yaml"])
    }
  }

  @Test func store_thatIsNone_isRefusedAndUntouched() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      try FileManager.default.createDirectory(
        atPath: sandbox.folder + "/other", withIntermediateDirectories: true)
      try sandbox.write("other/store.sqlite", "these are my notes")
      let files = sandbox.files
      let result = await sandbox.quanta("run", "sweep.yaml", "--store", "other")
      #expect(result.status == 2)
      #expect(result.output.contains("other/store.sqlite"), "\(result.output)")
      #expect(sandbox.files == files)
    }
  }

  @Test func plan_ofThePublishedSweeps_printsTheExactGrid() async throws {
    try await Sandbox.with { sandbox in
      let exponents = await sandbox.quanta("plan", "parity-exponents", "--uncalibrated")
      #expect(exponents.status == 0, "\(exponents.output)")
      #expect(exponents.output.hasPrefix("parity-exponents: 480 jobs of sparse-parity, 0 done"))
      #expect(exponents.output.contains("width: 9, 11, 14, 17, 20, 24, 29, 35"))
      #expect(exponents.output.contains("0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8  (8)"))
      let data = await sandbox.quanta("plan", "parity-data-exponents", "--uncalibrated")
      #expect(data.output.hasPrefix("parity-data-exponents: 375 jobs of sparse-parity, 0 done"))
      let parameters = await sandbox.quanta("plan", "parity-parameters", "--uncalibrated")
      #expect(parameters.output.contains("width: 9, 11, 13,"), "\(parameters.output)")
      #expect(parameters.output.contains(", 500  (30)"))
      #expect(parameters.output.contains("5 429"), "N of width 9")
      #expect(parameters.output.contains("301 502"), "N of width 500")
      #expect(sandbox.files.isEmpty, "planning changes nothing")
    }
  }

  @Test func plan_withCalibration_scalesEveryPredictionByWhatItMeasured() async throws {
    struct Plan: Decodable {
      struct Point: Decodable { var ratio: Double }
      struct Row: Decodable { var cpuSeconds: Double }
      var calibration: [Point]?
      var rows: [Row]
    }
    try await Sandbox.with { sandbox in
      func plan(_ more: String...) async throws -> Plan {
        let arguments = ["plan", "parity-parameters-small", "--set", "width=8,64", "--json"]
        let result = await sandbox.quanta(arguments + more)
        #expect(result.status == 0, "\(result.output)")
        return try JSONDecoder().decode(Plan.self, from: Data(result.output.utf8))
      }
      let predicted = try await plan("--uncalibrated")
      let measured = try await plan()
      #expect(predicted.calibration == nil)
      let points = try #require(measured.calibration)
      #expect(points.count == 2 && points.allSatisfy { $0.ratio > 0 })
      for (row, before) in zip(measured.rows, predicted.rows) {
        #expect(points.contains { abs($0.ratio * before.cpuSeconds / row.cpuSeconds - 1) < 1e-9 })
      }
      #expect(sandbox.files.isEmpty, "timing leaves no trace")
    }
  }
}
