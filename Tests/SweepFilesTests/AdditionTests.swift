import Basics
import SweepModel
import Testing

@testable import SweepFiles

/// `--add`: points beyond the grid, and which overrides still count.
@Suite struct AdditionTests {
  private let product = withHead("grid:\n  width: [8, 16]\n  seed: [0, 1]")

  private func points(_ text: String, _ overrides: [String], _ names: [String]) throws -> [String] {
    try parse(text, overrides: overrides).jobs.map { job in
      names.map { job.parameters[$0]?.description ?? "" }.joined(separator: "/")
    }
  }

  @Test(arguments: [
    (["+seed=3,4"], ["8/3", "8/4", "16/3", "16/4"]),
    (["+width=5,seed=0"], ["5/0"]),
    (["+width=5,6,seed=0"], ["5/0", "6/0"]),
    (["+width=5"], ["5/0", "5/1"]),
    (["+seed=range(2,4)"], ["8/2", "8/3", "16/2", "16/3"]),
    (["+width=[5,6],seed=[9]"], ["5/9", "6/9"]),
    (["+seed=2", "+width=5"], ["8/2", "16/2", "5/0", "5/1", "5/2"]),
    (["+width=5,seed=0", "+seed=7"], ["5/0", "8/7", "16/7", "5/7"]),
    (["+seed=0,1"], []), (["+width=8,seed=1"], []),
  ])
  func addition_toAProduct_isCombinedWithTheOtherAxes(overrides: [String], added: [String]) throws {
    #expect(
      try points(product, overrides, ["width", "seed"]) == ["8/0", "8/1", "16/0", "16/1"] + added)
  }

  @Test func addition_ofASetting_makesItAnAxisAndKeepsThePoints() throws {
    let sweep = try parse(product, overrides: ["+depth=4"])
    #expect(sweep.axes == ["width", "seed", "depth"])
    #expect(values("depth", of: sweep) == [2, 2, 2, 2, 4, 4, 4, 4].map { .integer($0) })
    #expect(try parse(product).jobs.map(\.key) == sweep.jobs.prefix(4).map(\.key))
  }

  @Test func addition_toExcludedZippedAndSinglePoints_followsThem() throws {
    let excluded = withHead(
      "grid:\n  width: [8, 16]\n  depth: [2, 3]\n  seed: [0]\n  exclude: [{width: 8, depth: 3}]")
    #expect(
      try points(excluded, ["+seed=1"], ["width", "depth", "seed"]).suffix(3)
        == ["8/2/1", "16/2/1", "16/3/1"])
    let zipped = withHead("grid:\n  zip: {width: [8, 16], depth: [2, 3]}\n  seed: [0, 1]")
    #expect(
      try points(zipped, ["+width=5,6,depth=7,8"], ["width", "depth", "seed"]).suffix(4)
        == ["5/7/0", "6/8/0", "5/7/1", "6/8/1"])
    let single = withHead("grid:\n  points: [{width: 8, seed: 1}, {width: 16, seed: 2}]")
    #expect(
      try points(single, ["+seed=5"], ["width", "seed"]) == ["8/1", "16/2", "8/5", "16/5"])
  }

  /// Whatever is added in whatever order: the grid's own jobs come first, no job comes twice, and
  /// the overrides that are kept make the same jobs again.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func additions_atRandom_extendTheGridAndSettle(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let words = [
      "seed=2", "seed=0,5", "width=5,seed=0", "width=5", "depth=3", "depth=2,3,seed=1", "alpha=0.5",
      "width=5,6,depth=4", "seed=range(0,4)", "seed=[7,8],width=9", "steps=7", "sed=1", "seed",
    ]
    let own = try parse(product).jobs.map(\.key)
    for _ in 0..<300 {
      let overrides = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        "+" + (words.randomElement(using: &random) ?? "")
      }
      do throws(FileError) {
        let sweep = try parse(product, overrides: overrides)
        #expect(sweep.jobs.prefix(own.count).map(\.key) == own)
        #expect(Set(sweep.jobs.map(\.key)).count == sweep.jobs.count)
        let again = try SweepFile.parse(source: sweep.source, workloads: [parity])
        #expect(again.jobs == sweep.jobs && again.axes == sweep.axes, "\(overrides)")
        #expect(again.source.overrides == sweep.source.overrides)
      } catch {
        #expect(overrides.contains { ["+sed=1", "+seed"].contains($0) }, "\(error)")
      }
    }
  }

  @Test(arguments: [
    ("+sed=3", "unknown parameter \"sed\" of sparse-parity; did you mean \"seed\""),
    ("+seed", "an \"=\" is missing"), ("+seed=", "the value is missing"),
    ("+seed=3,seed=4", "\"seed\" is named twice"), ("+seed=3,3", "\"seed\" has 3 twice"),
    ("+seed=x", "\"seed\" must be a whole number"), ("+=3", "the parameter's name is missing"),
    ("+name=other", "a sweep has one name"), ("+seed=-1", "--add seed=-1: "),
    ("+width=range(1,1000001),seed=0,1", "more points than a sweep may have jobs"),
    ("+subset=40", "subset 40 exceeds bits 20"),
  ])
  func addition_ofNonsense_isRefusedByItsArgument(argument: String, message: String) {
    let text = failure(product, overrides: [argument])
    #expect(text.hasPrefix("--add \(argument.dropFirst()): "), "\(text)")
    #expect(text.contains(message), "\(text)")
  }

  @Test func addition_ofAPartOfAZip_namesTheOthers() {
    let zipped = withHead("grid:\n  zip: {width: [8, 16], depth: [2, 3]}")
    #expect(
      failure(zipped, overrides: ["+width=5"])
        == "--add width=5: \"width\" and \"depth\" step together under \"zip\"; name all of them, "
        + "such as --add width=…,depth=…")
    #expect(failure(zipped, overrides: ["+width=5,6,depth=2"]).contains("equally many values"))
  }

  @Test(arguments: [
    (["steps=300", "steps=300", "steps=300"], ["steps=300"]),
    (["seed=range(0,2)", "seed=0,1", "seed=0,1,2"], ["seed=0,1,2"]),
    (["seed=0", "steps=5", "seed=1"], ["steps=5", "seed=1"]),
    (["+seed=3", "+seed=3"], ["+seed=3"]), (["+seed=0"], []),
    (["+seed=3", "seed=0,1"], ["seed=0,1"]),
    (["+width=5,seed=0", "seed=0,1"], ["seed=0,1"]),
    (["+seed=3", "steps=7"], ["steps=7", "+seed=3"]),
    (["+seed=3", "+seed=3,4", "+seed=4"], ["+seed=3", "+seed=3,4"]),
  ])
  func overrides_ofOneKey_keepTheLast(given: [String], kept: [String]) throws {
    let sweep = try parse(product, overrides: given)
    #expect(sweep.source.overrides == kept)
    let again = try SweepFile.parse(source: sweep.source, workloads: [parity])
    #expect(again.jobs == sweep.jobs)
  }

  @Test(arguments: [
    (
      "grid:\n  width: [8, 16]\n  seed: [0, 1]\n  exclude: [{width: 8, seed: 7}]",
      "sweep.yaml:7:24: \"exclude\" matches no point: \"seed\" is never 7; it has 0, 1; mend the "
        + "value or remove the exclusion"
    ),
    (
      "grid:\n  width: [8, 16]\n  seed: [0, 1]\n  exclude: [{width: 8, seed: [1, 7, 9]}]",
      "sweep.yaml:7:24: \"exclude\" matches no point there: \"seed\" is never 7, 9; it has 0, 1; "
        + "mend the value or remove it"
    ),
    (
      "grid:\n  width: [8, 16]\n  seed: [0, 1]\n  exclude: [{seed: {range: [5, 9]}}]",
      "sweep.yaml:7:14: \"exclude\" matches no point: \"seed\" is never 5, 6, 7, …; it has 0, 1; "
        + "mend the value or remove the exclusion"
    ),
    (
      "grid:\n  zip: {width: [8, 16], depth: [2, 3]}\n  exclude: [{width: 8, depth: 3}]",
      "sweep.yaml:6:14: \"exclude\" matches no point: \"width\" and \"depth\", which step together, "
        + "never have these values; mend the values or remove the exclusion"
    ),
    (
      "grid:\n  points: [{width: 8, seed: 1}, {width: 9}]",
      "sweep.yaml:5:33: this point does not say \"seed\", which other points name; add \"seed: …\" to "
        + "it"
    ),
    (
      "grid:\n  width: [8, 16]\n  points: [{seed: 1}]",
      "sweep.yaml:6:12: this point does not say \"width\", which the grid varies; add \"width: …\" "
        + "to it"
    ),
  ])
  func grid_thatCannotBeMeant_isAnErrorAtItsPlace(grid: String, message: String) throws {
    #expect(failure(withHead(grid)) == message)
    // What a store keeps from before goes on as it did.
    let stored = SweepSource(origin: "sweep.yaml", text: withHead(grid))
    _ = try SweepFile.parse(source: stored, workloads: [parity], isStored: true)
  }

  @Test func exclusion_thatAnOverrideOvertakes_isNoError() throws {
    let text = withHead("grid:\n  width: [8, 16]\n  seed: [0, 2]\n  exclude: [{width: 8, seed: 2}]")
    #expect(try parse(text, overrides: ["seed=0"]).jobs.count == 2)
    #expect(
      failure(withHead("grid:\n  seed: [0, 1]\n  exclude: [{seed: {range: [1, 7]}}]")) == "valid")
  }
}
