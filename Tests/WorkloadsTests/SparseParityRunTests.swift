import SweepModel
import Testing

@testable import Workloads

@Suite struct SparseParityRunTests {
  static let variants: [[String: Value]] = [
    [:],
    ["width": .integer(5)],
    ["depth": .integer(3), "batch": .integer(1500)],
    ["activation": .text("tanh")],
    ["activation": .text("sigmoid"), "depth": .integer(4), "batch": .integer(1100)],
    ["activation": .text("gelu"), "depth": .integer(3)],
    ["regime": .text("fixed"), "samples": .integer(5000), "weightDecay": .real(0.1)],
    ["regime": .text("fixed"), "samples": .integer(77)],
    ["untrained": .integer(2), "backdoor": .real(0.3)],
  ]

  private func run(_ parameters: Parameters, threads: Int = 1) throws -> JobResult {
    try SparseParity.run(parameters, in: MemoryContext(threads: threads))
  }

  @Test(arguments: variants)
  func result_forAnyNumberOfThreads_isTheSameBits(changes: [String: Value]) throws {
    let single = try run(smallParity(changes))
    for threads in [2, 3, 8] {
      #expect(try run(smallParity(changes), threads: threads) == single, "\(threads) threads")
    }
  }

  @Test(arguments: variants)
  func result_afterRandomKillsAndResumes_isTheSameBits(changes: [String: Value]) throws {
    let seed = UInt64.random(in: 0..<1 << 32)
    print("result_afterRandomKillsAndResumes: seed \(seed)")
    var state = seed
    func draw(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    let parameters = smallParity(changes)
    let expected = try run(parameters)
    var checkpoint: [UInt8]?
    var kills = 0
    while true {
      let context = MemoryContext(
        threads: 1 + draw(3), checkpoint: checkpoint, stopsAfter: 1 + draw(12),
        checkpointInterval: 1 + draw(4))
      context.isKill = draw(2) == 0
      do {
        let result = try SparseParity.run(parameters, in: context)
        #expect(result == expected, "seed \(seed)")
        break
      } catch  where error is JobStopped || error is Killed {
        kills += 1
        checkpoint = context.checkpoint
      }
    }
    #expect(kills > 0, "seed \(seed)")
  }

  @Test func result_ofOtherSeeds_differs() throws {
    let first = try run(smallParity())
    let second = try run(smallParity(["seed": .integer(4)]))
    #expect(first.scalar("loss.final") != second.scalar("loss.final"))
  }

  @Test func result_ofAnOnlineRun_holdsTheContractsScalarsAndCurves() throws {
    let context = MemoryContext()
    let result = try SparseParity.run(smallParity(), in: context)
    #expect(
      result.scalars.map(\.name) == [
        "loss.final", "loss.final.se", "loss.min", "loss.min.step", "accuracy.final",
        "train.loss.final", "subtasks.learned", "parameters", "samples", "steps", "stopped.early",
      ])
    #expect(result.scalar("parameters") == Double((12 + 30 + 1) * 37 + 2 * 38))
    #expect(result.scalar("samples") == 48_300)
    #expect(result.scalar("steps") == 23)
    #expect(result.scalar("stopped.early") == 0)
    #expect(
      result.curves.map(\.name) == [
        "loss", "loss.se", "accuracy", "train.loss", "loss.subtasks", "accuracy.subtasks",
      ])
    let loss = try #require(result.curve("loss"))
    #expect(loss.steps == [5, 10, 15, 20, 23])
    #expect(
      loss.values.last.map(Double.init).map { abs($0 - (result.scalar("loss.final") ?? 0)) < 1e-6 }
        == true)
    let subtasks = try #require(result.curve("loss.subtasks"))
    #expect(subtasks.columns == 12)
    #expect(subtasks.steps == loss.steps)
    #expect(context.reports.map(\.step) == loss.steps)
    #expect(context.reports.allSatisfy { $0.total == 23 && $0.metric == "loss" })
    #expect(context.checks == 23)
  }

  @Test func loss_ofTheSubtasks_averagesToTheLossByFrequency() throws {
    let result = try run(smallParity(["alpha": .real(1), "offset": .real(2.5)]))
    let subtasks = try #require(result.curve("loss.subtasks"))
    let weights = (1...12).map { 1 / ((Double($0) + 2.5) * (Double($0) + 2.5)) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, subtasks.row(4)).reduce(0) { $0 + $1.0 * Double($1.1) } / total
    #expect(abs(mean - (result.scalar("loss.final") ?? 0)) < 1e-6)
  }

  @Test func training_ofAnEasyProblem_learnsEverySubtask() throws {
    let result = try run(
      smallParity([
        "tasks": .integer(3), "bits": .integer(8), "steps": .integer(1500),
        "logEvery": .integer(500), "batch": .integer(256),
      ]))
    #expect(result.scalar("subtasks.learned") == 3)
    #expect(result.scalar("loss.final") ?? 1 < 0.05)
    #expect(result.scalar("accuracy.final") ?? 0 > 0.99)
  }

  @Test func evaluation_asPublished_drawsAThousandSamplesAndMore() throws {
    let changes: [String: Value] = ["steps": .integer(1), "evaluation": .text("published")]
    let result = try run(smallParity(changes))
    let coarse = try run(smallParity(["steps": .integer(1)]))
    let error = try #require(result.scalar("loss.final.se"))
    let coarseError = try #require(coarse.scalar("loss.final.se"))
    #expect(error > 0 && error < coarseError / 10)
  }

  @Test func fixedRegime_withFewSamples_fitsThemButDoesNotGeneralise() throws {
    let result = try run(
      smallParity([
        "regime": .text("fixed"), "samples": .integer(40), "steps": .integer(800),
        "logEvery": .integer(100),
      ]))
    #expect(result.scalar("samples") == 40)
    #expect(result.scalar("train.loss.final") ?? 1 < 0.01)
    #expect(result.scalar("loss.final") ?? 0 > 1)
    #expect(result.scalar("loss.min") ?? 9 < result.scalar("loss.final") ?? 0)
  }

  @Test func earlyStop_onAnOverfittedSet_stopsAfterStepFourThousand() throws {
    let result = try run(
      smallParity([
        "regime": .text("fixed"), "samples": .integer(40), "steps": .integer(6000),
        "logEvery": .integer(50), "earlyStop": .flag(true), "width": .integer(8),
        "subtaskPoints": .integer(3), "evaluationSamples": .integer(100),
      ]))
    #expect(result.scalar("stopped.early") == 1)
    let steps = result.scalar("steps") ?? 0
    #expect(steps >= 4500 && steps < 6000)
    #expect(result.curve("loss")?.steps.last == Int(steps))
    #expect(result.curve("loss.subtasks")?.steps.last == Int(steps))
  }

  @Test func training_thatDiverges_failsAndSaysWhatToLower() {
    let changes: [String: Value] = ["learningRate": .real(1000), "weightDecay": .real(1000)]
    let expected = JobFailure(
      "Training diverged: the loss is no finite number after step 5. "
        + "Lower learningRate or weightDecay.")
    #expect(throws: expected) { try run(smallParity(changes)) }
  }
}
