import SweepModel
import Testing

@testable import SweepFiles

@Suite struct OverrideTests {
  private let text = """
    name: s
    workload: sparse-parity
    settings: {tasks: 10, bits: 20, steps: 500}
    grid:
      width: {log2space: [10, 500], count: 30, as: int}
      seed: [0, 1, 2]
    """

  @Test(arguments: [
    ("width=10,20", "width", [10, 20], ["width", "seed"]),
    ("width=10", "width", [10], ["width", "seed"]),
    ("width = [10, 20]", "width", [10, 20], ["width", "seed"]),
    ("seed=range(0,2)", "seed", [0, 1], ["width", "seed"]),
    ("seed=range(0, 10, 5)", "seed", [0, 5], ["width", "seed"]),
    ("steps=2000", "steps", [2000], ["width", "seed"]),
    ("steps=2e3,3_000", "steps", [2000, 3000], ["width", "seed", "steps"]),
    ("depth=4", "depth", [4], ["width", "seed"]),
    ("depth=2,4", "depth", [2, 4], ["width", "seed", "depth"]),
    ("width=log2space(10,500,3,int)", "width", [9, 70, 500], ["width", "seed"]),
  ])
  func parse_override_replacesAxisOrSetting(
    argument: String, name: String, expected: [Int], axes: [String]
  ) throws {
    let sweep = try parse(text, overrides: [argument])
    #expect(sweep.axes == axes)
    #expect(Set(values(name, of: sweep)) == Set(expected.map { Value.integer($0) }))
    #expect(sweep.source.overrides == [argument])
  }

  @Test func parse_overrides_applyInOrder() throws {
    let sweep = try parse(text, overrides: ["width=1,2", "seed=0", "width=3", "name=quick"])
    #expect(sweep.jobs.count == 1)
    #expect(sweep.name == "quick")
    #expect(sweep.jobs[0].parameters.integer("width") == 3)
  }

  @Test func parse_overrideOfZippedAxis_keepsTheLengthOrBecomesConstant() throws {
    let text = withHead("grid:\n  zip: {width: [1, 2], depth: [2, 3]}")
    #expect(try parse(text, overrides: ["width=5,6"]).jobs.count == 2)
    let constant = try parse(text, overrides: ["width=5"])
    #expect(values("width", of: constant) == [.integer(5), .integer(5)])
    #expect(values("depth", of: constant) == [.integer(2), .integer(3)])
    #expect(
      failure(text, overrides: ["width=5,6,7"])
        == "--set width=5,6,7: \"width\" has 3 values but \"depth\" has 2; axes under \"zip\" step "
        + "together")
  }

  @Test func parse_overrideOfPoints_takesOneValue() throws {
    let text = withHead("grid:\n  points: [{width: 1, seed: 0}, {width: 2, seed: 1}]")
    #expect(
      values("width", of: try parse(text, overrides: ["width=5"])) == [.integer(5), .integer(5)])
    #expect(
      failure(text, overrides: ["width=5,6"])
        == "--set width=5,6: \"width\" is listed under \"points\", so it takes one value here; edit "
        + "the points instead")
    #expect(
      failure(text, overrides: ["depth=2,3"])
        == "--set depth=2,3: the grid lists points, so \"depth\" takes one value here; edit the "
        + "points instead")
  }

  @Test func parse_badOverride_namesTheArgument() throws {
    for example in try errorExamples("override-errors") {
      #expect(failure(text, overrides: [example.text]) == "--set " + example.error)
    }
  }

  @Test func parse_unknownOverride_namesTheNearest() {
    let names = parity.parameters.map(\.name).joined(separator: ", ")
    #expect(
      failure(text, overrides: ["widht=3"])
        == "--set widht=3: unknown parameter \"widht\" of sparse-parity; did you mean \"width\"? "
        + "Expected one of: \(names), name")
  }

  @Test func parse_controlCharacterInOverride_isEscaped() {
    let found = failure(text, overrides: ["a\u{1B}=1"])
    #expect(found.hasPrefix("--set a\\u{1b}=1: unknown parameter \"a\\u{1b}\" of sparse-parity; "))
  }
}
