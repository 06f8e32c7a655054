import SweepModel
import Testing

@testable import Workloads

@Suite struct SparseParitySignatureTests {
  private func message(_ changes: [String: Value]) -> String? {
    SparseParity.signature.validate(smallParity(changes)).map { "\($0.parameter): \($0.message)" }
  }

  @Test func validation_ofPossibleParameters_findsNothing() {
    #expect(message([:]) == nil)
    #expect(message(["tasks": .integer(435)]) == nil)
    #expect(message(["regime": .text("fixed"), "samples": .integer(7)]) == nil)
  }

  @Test func validation_ofASubsetLongerThanTheString_saysSo() {
    #expect(
      message(["subset": .integer(31)])
        == "subset: A subset of 31 bits does not fit a string of 30 bits; lower subset or raise "
        + "bits.")
  }

  @Test func validation_ofMoreTasksThanSubsets_saysHowManyExist() {
    #expect(
      message(["tasks": .integer(436)])
        == "tasks: 436 subtasks need as many different subsets, but only 435 subsets of 2 of 30 "
        + "bits exist; lower tasks or raise bits.")
  }

  @Test func validation_ofControlBitsAndMarkers_countsTheirSubsets() {
    #expect(message(["untrained": .integer(423)]) == nil)
    #expect(
      message(["untrained": .integer(424)])
        == "tasks: 12 subtasks and 424 besides need as many different subsets, but only 435 "
        + "subsets of 2 of 30 bits exist; lower tasks or raise bits.")
    #expect(message(["tasks": .integer(405), "backdoor": .real(0.1)]) == nil)
    #expect(message(["tasks": .integer(406), "backdoor": .real(0.1)])?.hasPrefix("tasks") == true)
    #expect(
      message(["subset": .integer(30), "tasks": .integer(1), "backdoor": .real(0.1)])?
        .contains("a string of 29 bits (and the marker)") == true)
    #expect(
      message(["tasks": .integer(65_536), "untrained": .integer(1)])?.hasPrefix("untrained: ")
        == true)
  }

  @Test func validation_ofTheFixedRegimeWithoutSamples_asksForThem() {
    #expect(
      message(["regime": .text("fixed")])
        == "samples: The fixed regime needs the size of its data set; set samples to 1 or more.")
  }

  @Test func validation_ofEarlyStoppingOnline_saysWhereItBelongs() {
    #expect(
      message(["earlyStop": .flag(true)])
        == "earlyStop: Early stopping belongs to the fixed regime; set regime to fixed or "
        + "earlyStop to false.")
  }

  @Test func theory_ofTheAxes_isThePapers() {
    let parameters = smallParity()
    let theory = { SparseParity.signature.theory($0, parameters) }
    #expect(theory("parameters")?.value == 0.4)
    #expect(theory("parameters")?.formula == "α")
    for axis in ["samples", "step", "steps"] {
      #expect(theory(axis)?.value == 0.4 / 1.4)
      #expect(theory(axis)?.formula == "α/(1+α)")
    }
    #expect(theory("width") == nil)
  }

  @Test func estimate_ofThePublishedSweep_hasItsSizes() {
    let published = parityParameters(["width": .integer(9), "steps": .integer(200_000)])
    let estimate = SparseParity.signature.estimate(published)
    #expect(estimate.modelParameters == 5429)
    #expect(estimate.samples == 4_000_000_000)
    let wide = parityParameters(["width": .integer(500), "steps": .integer(200_000)])
    let wideEstimate = SparseParity.signature.estimate(wide)
    #expect(wideEstimate.modelParameters == 301_502)
    #expect(wideEstimate.cpuSeconds > 10 * estimate.cpuSeconds)
    #expect(wideEstimate.memoryBytes > estimate.memoryBytes)
    #expect(estimate.usefulThreads == 1)
    #expect(wideEstimate.usefulThreads > 8)
  }

  @Test func estimate_ofAFixedSetOfFiveMillion_needsNoMemoryForIt() {
    let parameters = parityParameters([
      "width": .integer(500), "steps": .integer(10), "regime": .text("fixed"),
      "samples": .integer(5_000_000),
    ])
    let estimate = SparseParity.signature.estimate(parameters)
    #expect(estimate.samples == 5_000_000)
    #expect(estimate.memoryBytes < 100_000_000)
  }
}
