import SweepModel
import Testing

@testable import SweepFiles

@Suite struct SweepErrorTests {
  @Test func parse_badSweep_saysWhatAndWhere() throws {
    for example in try errorExamples("sweep-errors") {
      #expect(failure(withHead(example.text)) == "sweep.yaml:" + example.error)
    }
  }

  @Test func parse_badFile_saysWhatAndWhere() throws {
    for example in try errorExamples("file-errors") {
      #expect(failure(example.text) == example.error)
    }
  }

  @Test func parse_tabIndentation_advisesSpaces() {
    #expect(
      failure("name: a\n\tworkload: b")
        == "sweep.yaml:2:1: not valid YAML: found a tab character that violates indentation "
        + "(while scanning a plain scalar from line 1); indent with spaces; YAML allows no tabs "
        + "there")
  }

  @Test func parse_controlCharacter_isPlaced() {
    #expect(
      failure("name: a\nb: \u{1}")
        == "sweep.yaml:2:4: the character U+1 is not allowed in YAML; is it a text file?")
  }

  @Test func parse_longName_isRefused() {
    let name = String(repeating: "x", count: 101)
    let text = "name: \(name)\nworkload: sparse-parity"
    #expect(failure(text).hasPrefix("sweep.yaml:1:7: \"name\" must have at most 100 characters"))
  }

  @Test func parse_productBeyond64Bits_isRefused() {
    let axes = ["width", "steps", "batch", "bits2"].dropLast().map {
      "\($0): {range: [1, 1000000]}"
    }
    let text = withHead(
      "grid: {\(axes.joined(separator: ", ")), seed: {range: [1, 1000000]}}")
    #expect(
      failure(text) == "sweep.yaml:4:1: the grid has more points than 64 bits can count; a sweep "
        + "may have at most 1000000 jobs")
  }

  @Test func parse_aliasBomb_isBounded() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(failure(text) == "sweep.yaml:6:45: more than 1000000 values")
  }

  @Test func parse_fewAliasesOfMuch_areBounded() {
    let list = Array(repeating: "x", count: 100_000).joined(separator: ",")
    let text = "a: &a [\(list)]\nb: [\(Array(repeating: "*a", count: 20).joined(separator: ", "))]"
    #expect(failure(text).hasSuffix("more than 1000000 values"))
  }

  @Test func parse_deepNesting_isBounded() {
    let flow = String(repeating: "[", count: 100_000)
    #expect(failure("name: " + flow).contains("nested too deeply"))
    let block = String(repeating: "- ", count: 100_000)
    #expect(failure(block).contains("nested too deeply"))
    for part in ["a: [", "[a: ", "{a: ", "? ", "- a: ", "&a [", "!!seq ["] {
      for count in [150, 1024, 100_000] {
        let text = failure("name: [" + String(repeating: part, count: count))
        #expect(text.hasPrefix("sweep.yaml:1:"), "\(part): \(text)")
      }
    }
  }
}
