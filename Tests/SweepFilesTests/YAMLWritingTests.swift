import Foundation
import SweepModel
import Testing

@testable import SweepFiles

/// YAML as people write it: anchors, merge keys, comments, keys of their own, other programs' files.
@Suite struct YAMLWritingTests {
  @Test func parse_mergeKeys_areFilledInAndOwnKeysWin() throws {
    let sweep = try parse(
      """
      x-base: &base {tasks: 10, bits: 20, steps: 5}
      x-more: &more {<<: *base, steps: 7, batch: 3}
      x-last: &last {batch: 9, depth: 4}
      name: s
      workload: sparse-parity
      settings:
        <<: [*more, *last]
        bits: 30
      grid: {width: [1, 2]}
      """)
    let job = try #require(sweep.jobs.first)
    let expected = ["tasks": 10, "bits": 30, "steps": 7, "batch": 3, "depth": 4]
    for (name, value) in expected { #expect(job.parameters[name] == .integer(value), "\(name)") }
  }

  @Test func parse_mergedGrid_keepsTheOrderInWhichItIsWritten() throws {
    let merged = try parse(
      withHead("x-axes: &axes {width: [1, 2], seed: [0, 1]}\ngrid: {<<: *axes, depth: [2, 3]}"))
    #expect(merged.axes == ["width", "seed", "depth"])
    let replaced = try parse(
      withHead("x-axes: &axes {width: [1, 2], seed: [0, 1]}\ngrid: {<<: *axes, width: [5]}"))
    #expect(replaced.axes == ["seed", "width"])
    #expect(values("width", of: replaced) == [.integer(5), .integer(5)])
  }

  @Test(arguments: ["x-", "x-anything", "x-base"])
  func parse_extensionKeys_meanNothingAtTheTopAndAreRefusedBelow(key: String) throws {
    #expect(try parse(withHead("\(key): [1, {a: 2}]")).jobs.count == 1)
    #expect(failure(withHead("grid: {width: [1], \(key): 2}")).contains("unknown parameter"))
    let cluster = try ClusterFile.parse(text: "\(key): 1\nhosts: [local]", origin: "c")
    #expect(cluster.hosts.count == 1)
  }

  @Test func parse_asterisksInCommentsAndTexts_areNoAliases() throws {
    let comments = (1...100).map { "# *note \($0)* and **more**, - *a" }.joined(separator: "\n")
    let texts = (1...100).map { " *\($0) words" }.joined()
    let sweep = try parse(
      "\(comments)\n" + withHead("description: \"a\(texts)\"\n\(comments)\ngrid: {width: [1]}"))
    #expect(sweep.jobs.count == 1)
  }

  @Test func parse_manyAliasesOfLittle_areAllowed() throws {
    let uses = (1...200).map { "x-\($0): *one" }.joined(separator: "\n")
    #expect(try parse(withHead("x-0: &one [1, 2]\n\(uses)")).jobs.count == 1)
  }

  @Test func parse_aliasesThatMultiply_areCountedBeforeTheyAreUsed() {
    let half = (1...19).map { "a\($0): &a\($0) {x: *a\($0 - 1), y: *a\($0 - 1)}\n" }.joined()
    #expect(failure("a0: &a0 {}\n\(half)").contains("more than 1000000 values"))
    let keys = (1...40).map { "? &k\($0) [*k\($0 - 1), *k\($0 - 1)]\n: 1\n" }.joined()
    #expect(failure("? &k0 [1]\n: 1\n\(keys)").contains("1000000 values"))
    let merges = (1...40).map { "m\($0): &m\($0) {<<: *m\($0 - 1), a\($0): *m\($0 - 1)}\n" }
    #expect(failure("m0: &m0 {}\n\(merges.joined())").contains("1000000 values"))
  }

  @Test func parse_aliasesThatNest_areBoundedInDepth() {
    let level = String(repeating: "[", count: 900)
    let end = String(repeating: "]", count: 900)
    let text = "a0: &a0 \(level)\(end)\na1: &a1 \(level)*a0\(end)\n"
    #expect(failure(text).contains("nested too deeply"))
  }

  @Test func parse_severalErrors_areAllShownInTheOrderOfTheFile() {
    #expect(
      failure(
        """
        name: s
        workload: sparse-parity
        settings: {tasks: 10, bits: many, taks: 2}
        grid: {width: [0], depth: 2}
        steeps: 4
        retries: often
        """) == """
          sweep.yaml:3:29: "bits" must be a whole number, found "many"
          sweep.yaml:3:35: unknown parameter "taks" of sparse-parity; did you mean "tasks"? Expected \
          one of: alpha, offset, tasks, bits, subset, width, depth, activation, batch, steps, regime, \
          samples, learningRate, weightDecay, logEvery, seed, earlyStop, checkpointEvery
          sweep.yaml:4:16: "width" must be between 1 and 1000000, found 0
          sweep.yaml:5:1: unknown key "steeps"; expected one of: name, description, workload, \
          settings, grid, parameters, method, resources, retries, keep, fits
          sweep.yaml:6:10: "retries" must be a whole number, found "often"; write for example 3 or {max: \
          3, backoff: 30s}
          """)
  }

  @Test func parse_everythingWrong_showsTwentyAndTheRest() {
    let lines = failure(withHead((1...50).map { "wrong\($0): 1" }.joined(separator: "\n")))
      .split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines.last == "sweep.yaml: and 30 more")
  }

  @Test func parse_keyGivenAgain_isToldThereNamingTheFirst() {
    #expect(
      failure(withHead("grid: {width: [1]}\nretries: 1\ngrid: {width: [2]}"))
        == "sweep.yaml:6:1: the key \"grid\" is given a second time in this mapping "
        + "(first at line 4); keep one")
  }

  @Test func parse_filesOfWeightsAndBiases_nameAllForeignKeysAtOnce() {
    let text = failure(
      """
      name: s
      workload: sparse-parity
      program: train.py
      method: bayes
      metric: {name: loss, goal: minimize}
      parameters: {width: {values: [1, 2]}}
      early_terminate: {type: hyperband}
      """)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].hasPrefix(
        "sweep.yaml:3:1: \"program\", \"metric\" and \"early_terminate\" are for W&B"))
    #expect(lines[1].hasPrefix("sweep.yaml:4:9: \"method\" must be grid, found \"bayes\""))
  }

  @Test func parse_methodGrid_isAccepted() throws {
    let sweep = try parse(
      withHead("method: grid\nparameters: {width: {values: [1, 2]}, seed: {value: 3}}"))
    #expect(sweep.jobs.count == 2)
  }

  @Test func parse_retries_isANumberOrAMapping() throws {
    #expect(try parse(withHead("retries: 0")).retries.maximum == 0)
    #expect(try parse(withHead("retries: 7")).retries.maximum == 7)
    let policy = try parse(withHead("retries: {max: 2, backoff: 1 min}")).retries
    #expect(policy.maximum == 2)
    #expect(policy.backoffSeconds == 60)
  }

  @Test func parse_rounding_isPythons() throws {
    let sweep = try parse(
      withHead("grid: {width: {log2space: [8, 128], count: 5, as: round}}"))
    #expect(values("width", of: sweep) == [8, 16, 32, 64, 128].map { .integer($0) })
    // 1.5, 2.5, 3.5: a half goes to the even neighbour.
    let halves = try parse(
      withHead("grid: {width: {linspace: [1.5, 3.5], count: 3, as: round, unique: true}}"))
    #expect(values("width", of: halves) == [.integer(2), .integer(4)])
  }
}
