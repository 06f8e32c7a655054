import SweepModel
import Testing

@testable import SweepFiles

@Suite struct SweepNameTests {
  @Test(arguments: [
    ("last", "must not be \"last\", which is the latest sweep to every command"),
    ("runs.csv", "must not end in \".csv\", found \"runs.csv\": commands take that for a table"),
    ("RUNS.CSV", "must not end in \".csv\", found \"RUNS.CSV\": commands take that for a table"),
    ("a.yaml", "must not end in \".yaml\", found \"a.yaml\": commands take that for a file"),
    ("a.yml", "must not end in \".yml\", found \"a.yml\": commands take that for a file"),
    (
      "grokking-decay",
      "must not be that of a preset, found \"grokking-decay\", which is a sweep of grokking-addition"
    ),
  ])
  func name_thatCommandsTakeForSomethingElse_isRefusedButOpensWhereStored(
    name: String, problem: String
  ) throws {
    let text = "name: \(name)\nworkload: sparse-parity\nsettings: {tasks: 10, bits: 20, steps: 5}"
    #expect(
      failure(text) == "sweep.yaml:1:7: \"name\" \(problem); give the sweep another name")
    #expect(
      failure(withHead(""), overrides: ["name=\(name)"])
        == "--set name=\(name): \"name\" \(problem); give the sweep another name")
    #expect(SweepFile.problem(ofName: name, for: "sparse-parity") == problem)
    #expect(failure(text, overrides: ["name=fine"]) == "valid")
    let stored = SweepSource(origin: "sweep.yaml", text: text)
    let sweep = try SweepFile.parse(source: stored, workloads: [parity], isStored: true)
    #expect(sweep.name == name)
  }

  @Test func name_ofAPreset_isFreeForWhatWasMadeFromIt() {
    let name = "parity-parameters-small"
    #expect(failure(withHead("description: mine"), overrides: ["name=\(name)"]) == "valid")
    #expect(failure(withHead(""), overrides: ["name=last-2", "steps=5"]) == "valid")
    for preset in Presets.all {
      #expect(SweepFile.problem(ofName: preset.name, for: preset.workload) == nil, "\(preset.name)")
    }
  }

  @Test func name_thatNoFileCanHave_isRefusedWithTheReason() {
    for (name, words) in [
      ("\"\"", "must not be empty"), ("../a", "letters A–Z"), ("a/b", "letters A–Z"),
      ("-x", "must begin with"), (".x", "must begin with"), ("[a]", "must be a name, found a list"),
      ("~", "must be a name, found nothing"), ("naïve", "letters A–Z"),
    ] {
      let text = failure("name: \(name)\nworkload: sparse-parity")
      #expect(text.hasPrefix("sweep.yaml:1:7: \"name\" ") && text.contains(words), "\(text)")
    }
    #expect(
      failure(withHead(""), overrides: ["name="])
        == "--set name=: the value is missing; write --set name=NAME")
  }

  @Test func set_ofOneKeyTwiceOnOneCommandLine_isRefused() throws {
    #expect(throws: Never.self) { try SweepFile.check(overrides: ["seed=1", "width=2"]) }
    let error = #expect(throws: FileError.self) {
      try SweepFile.check(overrides: ["seed=1", "width=2", "seed = 3,4"])
    }
    #expect(
      error?.description
        == "--set seed = 3,4: \"seed\" is set a second time (first by --set seed=1); keep one")
  }
}
