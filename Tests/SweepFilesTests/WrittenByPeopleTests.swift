import SweepModel
import Testing

@testable import SweepFiles

/// Sweep files as people write them: what they mean, or what to write instead.
@Suite struct WrittenByPeopleTests {
  /// What stands for the grid, and the values of the axis `width` that it means.
  @Test(arguments: [
    ("grid: {width: [1_000, 2e3]}", [1000, 2000]), ("grid: {width: [10.0, 20]}", [10, 20]),
    ("grid:\n  width:\t[1, 2]\t# note", [1, 2]), ("x-w: &w [1, 2]\ngrid: {width: *w}", [1, 2]),
    ("x-a: &a {width: [1]}\nx-b: &b {width: [2]}\ngrid: {<<: [*a, *b]}", [1]),
    ("x-a: &a {width: [1]}\ngrid: {<<: *a, width: [3]}", [3]),
    ("grid: {\"width\": [1, 2]}", [1, 2]), ("parameters: {width: {values: [1, 2]}}", [1, 2]),
    ("method: grid\nparameters: {width: {value: 5}}", [5]), ("grid: {width: +7}", [7]),
    ("grid:\n  width:\n  - 1\n  # between\n  - 2\n", [1, 2]),
  ])
  func grid_asPeopleWriteIt_meansWhatTheyMean(grid: String, widths: [Int]) throws {
    for text in [
      withHead("\(grid)\n"), "\u{FEFF}" + withHead(grid),
      withHead(grid).split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\r\n"),
    ] {
      let decoded = try TextFile.decode(Array((text + "\n").utf8), file: "sweep.yaml")
      let complete = decoded.replacing("bits: 20", with: "bits: 20, steps: 5")
      #expect(values("width", of: try parse(complete)) == widths.map(Value.integer), "\(grid)")
    }
  }

  @Test(arguments: [
    ("width: \"10\"", "found the quoted text \"10\"; remove the quotes: 10"),
    ("width: 010", "found \"010\"; leading zeros mean base 8 to some programs"),
    ("width: [0o10]", "must be a whole number, found \"0o10\""),
    ("width: 1, 2, 3", "found \"1, 2, 3\"; write a list: [1, 2, 3]"),
    ("width: 1 2 3", "found \"1 2 3\"; write a list: [1, 2, 3]"),
    ("width: range(1, 10)", "write {range: [1, 10]}"),
    ("width: np.arange(0,8,2)", "write {range: [0, 8, 2]}"),
    ("width: [[1, 2]]", "must be a whole number, found a list"),
    ("width: []", "\"width\" has no values"), ("width: [null]", "found nothing"),
    ("width: [2026-11-28]", "found \"2026-11-28\""), ("width: [1:30]", "found \"1:30\""),
    ("width: [.nan]", "must be a finite number, found .nan"),
    ("learningRate: [-.inf]", "must be a finite number, found -.inf"),
    ("width: [99999999999999999999]", "does not fit in 64 bits"),
    ("learningRate: [1e-3, 0.001]", "has 0.001 twice"),
    ("learningRate: 10%", "must be a number, found \"10%\""),
    ("width: ${W}", "must be a whole number, found \"${W}\""),
    ("earlyStop: [on]", "found \"on\"; write true"), ("earlyStop: No", "found \"No\"; write false"),
    ("regime: [no]", "unknown \"regime\" \"no\""),
    ("width: {grid_search: [1]}", "unknown key \"grid_search\""),
    ("width: {distribution: normal, mu: 0}", "\"distribution\" and \"mu\" are for W&B"),
    ("\u{A0}width: [1]", "unknown parameter \"\\u{a0}width\""),
  ])
  func value_thatIsNone_isToldWhatToWrite(line: String, words: String) {
    let text = failure(withHead("grid:\n  \(line)"))
    #expect(text.hasPrefix("sweep.yaml:5:") && text.contains(words), "\(text)")
  }

  @Test(arguments: [
    ("matrix: {width: [1]}", "unknown key \"matrix\"; what varies stands under grid"),
    ("seeds: 5", "unknown key \"seeds\"; write seed: [0, 1, 2] under grid"),
    ("resources: {cpus: 4}", "unknown key \"cpus\"; write threads"),
    ("resources: {mem: 4GiB}", "unknown key \"mem\"; write memory"),
    ("resources: {walltime: 1h}", "unknown key \"walltime\"; write timeout"),
    ("resources: {gpus: 1}", "unknown key \"gpus\"; write gpu: the GPUs of a job"),
  ])
  func key_ofAnotherProgram_isToldItsNameHere(line: String, words: String) {
    #expect(failure(withHead(line)).contains(words), "\(failure(withHead(line)))")
  }
}
