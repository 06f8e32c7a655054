import Grokking
import SweepModel
import Testing

@testable import Workloads

@Suite struct GrokkingAdditionTests {
  private func run(_ changes: [String: Value]) throws -> JobResult {
    try GrokkingAddition.run(
      parameters(of: GrokkingAddition.self, changes), in: MemoryContext())
  }

  @Test func result_ofARun_holdsItsScalarsAndCurves() throws {
    let result = try run(["steps": .integer(25), "representationPoints": .integer(2)])
    #expect(
      result.scalars.map(\.name) == [
        "loss.final", "accuracy.final", "train.loss.final", "train.accuracy.final", "rqi.final",
        "accuracy.all", "accuracy.predicted", "accuracy.ideal", "freedom", "mode.slowest",
        "steps.train", "steps.train.reached", "steps.test", "steps.test.reached", "steps.rqi",
        "steps.rqi.reached", "parameters", "samples", "steps",
      ])
    // 10 embeddings, 1 → 200 → 200 → 30.
    #expect(result.scalar("parameters") == Double(10 + 400 + 40_200 + 6030))
    // Nothing is reached within 25 steps: censored at the end.
    for name in ["steps.train", "steps.test", "steps.rqi"] {
      #expect(result.scalar(name) == 25 && result.scalar("\(name).reached") == 0)
    }
    #expect(
      result.curves.map(\.name) == [
        "loss", "accuracy", "train.loss", "train.accuracy", "rqi", "effective.loss",
        "representation",
      ])
    #expect(result.curve("loss")?.steps == [10, 20, 25])
    #expect(result.curve("representation")?.columns == 10)
    #expect(result.curve("representation")?.steps == [10, 25])
  }

  /// `Tests/Peers/grokking_reference.py` trained from the same numbers in PyTorch.
  @Test func training_besidePyTorchFromTheSameNumbers_agrees() throws {
    let result = try run(["steps": .integer(1000), "seed": .integer(3)])
    let golden: [(step: Int, loss: Float, embedding: Float)] = [
      (10, 0.97963232, 0.056945), (100, 0.86988986, -0.050665), (300, 0.79899168, -0.293107),
      (600, 0.69726294, -0.616834), (1000, 0.49735016, -1.100580),
    ]
    let losses = try #require(result.curve("train.loss"))
    let embeddings = try #require(result.curve("representation"))
    for (step, loss, embedding) in golden {
      let found = losses.values[step / 10 - 1]
      #expect(abs(found - loss) < 2e-5, "loss after step \(step)")
      if let row = embeddings.steps.firstIndex(of: step), let last = embeddings.row(row).last {
        #expect(abs(last - embedding) < 2e-5, "embedding after step \(step)")
      }
    }
    #expect(embeddings.steps.contains(1000))
  }

  @Test func validation_withoutTestSamples_saysHowManyThereAre() {
    let problem = GrokkingAddition.signature.validate(
      parameters(of: GrokkingAddition.self, ["trainNum": .integer(55), "steps": .integer(1)]))
    #expect(problem?.parameter == "trainNum")
    #expect(
      problem?.message
        == "55 training samples leave none of the 55 to test; lower trainNum or raise p.")
  }

  @Test func training_thatDiverges_failsAndSaysWhatToLower() {
    #expect(throws: JobFailure.self) {
      try run([
        "steps": .integer(400), "decoderRate": .real(1000), "decoderDecay": .real(1000),
      ])
    }
  }

  /// Fig. 3: accuracy over all samples lies on the accuracy that the embeddings predict; a run may
  /// also name a few sums rightly that no parallelogram explains.
  @Test(arguments: [20, 30, 45])
  func accuracy_predictedFromEmbeddings_isTheMeasuredOne(trainNum: Int) throws {
    var deviation = 0.0
    for seed in 0..<2 {
      let result = try run([
        "trainNum": .integer(trainNum), "steps": .integer(5000), "logEvery": .integer(100),
        "seed": .integer(seed),
      ])
      let measured = try #require(result.scalar("accuracy.all"))
      let predicted = try #require(result.scalar("accuracy.predicted"))
      deviation += abs(measured - predicted) / 2
      #expect(abs(measured - predicted) <= 0.1, "seed \(seed)")
      #expect(predicted <= (result.scalar("accuracy.ideal") ?? 0) + 0.1, "seed \(seed)")
    }
    #expect(deviation <= 0.05)
  }

  /// Fig. 4b: RQI 0.95 is never reached with 20 samples, and by most seeds with 50, neither at once nor
  /// later than step 2 500.
  @Test func quality_withFewAndManySamples_isReachedAsPublished() throws {
    var reached = 0
    for seed in 0..<4 {
      let few = try run([
        "trainNum": .integer(20), "steps": .integer(5000), "logEvery": .integer(20),
        "seed": .integer(seed),
      ])
      #expect(few.scalar("steps.rqi.reached") == 0, "seed \(seed)")
      let many = try run([
        "trainNum": .integer(50), "steps": .integer(2500), "logEvery": .integer(20),
        "seed": .integer(seed),
      ])
      if many.scalar("steps.rqi.reached") == 1 { reached += 1 }
      #expect(many.scalar("steps.rqi") ?? 0 > 200, "seed \(seed)")
    }
    #expect(reached >= 3)
  }
}
