import Foundation
import SweepModel
import Testing
import Workloads

@testable import SweepFiles

/// `keep:` of sweep files.
@Suite struct KeepTests {
  private static let head = """
    name: a
    workload: sparse-parity
    settings: {width: 8, steps: 300}

    """

  private func sweep(_ text: String, _ overrides: String...) throws(FileError) -> Sweep {
    try SweepFile.parse(
      source: SweepSource(origin: "sweep.yaml", text: text, overrides: overrides),
      workloads: WorkloadRegistry.catalog)
  }

  private func failure(_ text: String, _ overrides: String...) -> String {
    do throws(FileError) {
      _ = try SweepFile.parse(
        source: SweepSource(origin: "sweep.yaml", text: text, overrides: overrides),
        workloads: WorkloadRegistry.catalog)
      return "read"
    } catch {
      return "\(error)"
    }
  }

  private func value(_ text: String, _ overrides: String...) throws -> Value? {
    try SweepFile.parse(
      source: SweepSource(origin: "sweep.yaml", text: text, overrides: overrides),
      workloads: WorkloadRegistry.catalog
    ).jobs.first?.parameters["keep"]
  }

  @Test(arguments: [
    ("weights", "weights"), ("{weights: final}", "weights"), ("{weights: 40}", "weights log 40"),
    ("{weights: [200, 0, 10, 10]}", "weights at 0 10 200"),
  ])
  func rule_inAnyForm_isOneParameter(keep: String, text: String) throws {
    #expect(try value(Self.head + "keep: \(keep)") == .text(text))
    #expect(WeightRule(text: text)?.text == text)
  }

  @Test(arguments: [
    ("keep=weights", "weights"), ("keep=final", "weights"), ("keep=40", "weights log 40"),
    ("keep=10,0", "weights at 0 10"), ("keep=[7]", "weights at 7"),
  ])
  func override_takesTheFilesPlace(override: String, text: String) throws {
    #expect(try value(Self.head, override) == .text(text))
    #expect(try value(Self.head + "keep: {weights: 3}", override) == .text(text))
    #expect(try sweep(Self.head, override).source.overrides == [override])
  }

  /// Golden: stored keys never change.
  @Test func key_withoutKeep_isWhatItWas_andAnotherWithIt() throws {
    let plain = try sweep(Self.head)
    let kept = try sweep(Self.head + "keep: weights")
    #expect(plain.jobs[0].parameters["keep"] == nil)
    #expect(
      plain.jobs[0].key == JobKey.of(plain.jobs[0].parameters, for: SparseParityKey.signature))
    var text = JobKey.canonicalText(
      workload: "sparse-parity", resultVersion: 1, parameters: kept.jobs[0].parameters)
    #expect(text.contains("\nkeep=weights\n"))
    text = text.replacingOccurrences(of: "keep=weights\n", with: "")
    #expect(JobKey.digest(of: Array(text.utf8)) == plain.jobs[0].key)
    #expect(kept.jobs[0].key != plain.jobs[0].key)
    #expect(kept.axes == plain.axes)
    let terms = SweepTerms(workload: "sparse-parity", job: kept.jobs[0].parameters)
    let signature = try #require(try WorkloadRegistry.catalog.signature(for: terms))
    #expect(JobKey.of(kept.jobs[0].parameters, for: signature) == kept.jobs[0].key)
  }

  @Test(arguments: [
    (
      "keep: all",
      "4:7: \"keep\" must be weights or a mapping, found \"all\"; write keep: weights, or {weights: "
        + "final}, {weights: 40} or {weights: [0, 100, 1000]}"
    ),
    ("keep: {weight: 3}", "4:8: unknown key \"weight\"; did you mean \"weights\"?"),
    (
      "keep: {weights: last}",
      "4:17: \"weights\" must be final, a number of steps or a list of steps"
    ),
    ("keep: {weights: 1}", "4:17: \"weights\" must be between 2 and 1000, found 1"),
    ("keep: {weights: [5, -1]}", "4:21: \"weights\" must be between 0 and 1000000000, found -1"),
    ("keep: {weights: []}", "4:17: \"weights\" must list 1 to 1000 steps"),
    (
      "keep: {weights: [5, 301]}",
      "4:7: Weights are to be kept after step 301, but jobs have 300 steps; list steps up to 300."
    ),
    (
      "keep: {weights: 40}\ngrid: {width: [9], keep: [weights]}",
      "\"keep\" of sparse-parity; it belongs at the top level"
    ),
    (
      "grid: {keep: [weights]}",
      "4:8: unknown parameter \"keep\" of sparse-parity; it belongs at the top level"
    ),
  ])
  func badRule_isRefusedAtItsPlace(text: String, words: String) {
    let found = failure(Self.head + text)
    #expect(found.contains(words), "\(found)")
  }

  @Test func settingOfThatName_belongsAtTheTop() {
    let text = Self.head.replacingOccurrences(of: "steps: 300", with: "steps: 300, keep: weights")
    #expect(
      failure(text).contains(
        "3:34: unknown parameter \"keep\" of sparse-parity; it belongs at the top level"),
      "\(failure(text))")
  }

  @Test func workloadWithoutWeights_refusesThem() {
    let selfTest = "name: a\nworkload: self-test\nsettings: {size: 3}\nkeep: weights"
    #expect(
      failure(selfTest).hasPrefix(
        "sweep.yaml:4:1: jobs of self-test have no weights to keep; remove \"keep\"; weights have "
          + "sparse-parity, compositional-parity, grokking-addition"), "\(failure(selfTest))")
    let command = "name: a\nrun: python3 train.py\nkeep: weights"
    #expect(
      failure(command).hasPrefix("sweep.yaml:3:1: the weights of a program are files of its own"),
      "\(failure(command))")
  }

  /// A program's parameter of that name is its own.
  @Test func parameterOfAProgram_mayHaveThatName() throws {
    let text = "name: a\nrun: python3 train.py ${args}\ngrid: {keep: [1, 2]}"
    #expect(try sweep(text).axes == ["keep"])
    #expect(try sweep(text, "keep=weights").jobs[0].parameters["keep"] == .text("weights"))
  }

  @Test func tooMuch_isRefusedWithWhatFits() {
    let text = """
      name: a
      workload: omnigrok-modadd
      settings: {steps: 100000}
      grid: {seed: [0, 1]}
      keep: {weights: 400}
      """
    let found = failure(text)
    #expect(
      found.hasPrefix("sweep.yaml:5:7: A job would keep ")
        && found.contains("of 1 MiB, and may keep 128 MiB; keep fewer, such as {weights: "),
      "\(found)")
    #expect(failure(text.replacingOccurrences(of: "400", with: "100")) == "read")
    let huge =
      "name: a\nworkload: omnigrok-teacher\nsettings: {steps: 9, width: 4096, depth: 5}\nkeep: weights"
    #expect(
      failure(huge).contains("; leave keep out, or make the network smaller."), "\(failure(huge))")
  }
}

/// The signature that jobs without `keep` have.
private enum SparseParityKey {
  static var signature: WorkloadSignature {
    guard let workload = WorkloadRegistry.workload(named: "sparse-parity") else {
      preconditionFailure("there is sparse-parity")
    }
    return workload.signature
  }
}
