import SweepModel
import Testing

@testable import Workloads

@Suite struct OmnigrokImagesTests {
  private let small = "4x4x10-60-30-" + String(repeating: "b", count: 64)

  private func run(_ changes: [String: Value]) throws -> JobResult {
    let base: [String: Value] = [
      "images": .text(small), "trainNum": .integer(50), "batch": .integer(20),
      "width": .integer(24), "steps": .integer(200),
    ]
    return try OmnigrokImages.run(
      parameters(of: OmnigrokImages.self, base.merging(changes) { $1 }), in: MemoryContext())
  }

  @Test func result_ofARun_holdsItsScalarsAndCurves() throws {
    let result = try run(["logGrowth": .real(0.5)])
    // 16 → 24 → 24 → 10.
    #expect(result.scalar("parameters") == Double(17 * 24 + 25 * 24 + 25 * 10))
    #expect(result.scalar("samples") == 50 && result.scalar("steps") == 200)
    #expect(
      result.curves.map(\.name) == ["loss", "accuracy", "train.loss", "train.accuracy", "norm"])
    #expect(
      result.curve("loss")?.steps
        == [1, 2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 94, 141, 200])
    for (name, best) in [("loss", "min"), ("accuracy", "max")] {
      for set in ["", "train."] {
        let values = try #require(result.curve(set + name)).values
        let extreme = name == "loss" ? values.min() : values.max()
        #expect(result.scalar("\(set)\(name).\(best)").map(Float.init) == extreme)
        #expect(result.scalar("\(set)\(name).final").map(Float.init) == values.last)
      }
    }
    let accuracy = try #require(result.curve("accuracy"))
    let goal = 0.9 * (accuracy.values.last ?? 0)
    let first = try #require(accuracy.values.firstIndex { $0 >= goal })
    #expect(result.scalar("steps.test.nineTenths") == Double(accuracy.steps[first]))
  }

  /// `Tests/Peers/images_reference.py` trained from the same numbers in PyTorch.
  @Test func training_besidePyTorchFromTheSameNumbers_agrees() throws {
    let result = try run([
      "trainNum": .integer(60), "batch": .integer(60), "steps": .integer(500), "alpha": .real(3),
      "weightDecay": .real(0.5), "seed": .integer(5), "logGrowth": .real(9),
      "logEvery": .integer(10),
    ])
    let golden: [(step: Int, train: Float, test: Float, norm: Float)] = [
      (1, 0.61099154, 0.65168977, 13.447674), (10, 0.44618592, 0.48029932, 13.379211),
      (100, 0.09188072, 0.09719279, 12.800432), (500, 0.08739400, 0.09101293, 10.659307),
    ]
    for (step, train, test, norm) in golden {
      for (name, value) in [("train.loss", train), ("loss", test), ("norm", norm)] {
        let curve = try #require(result.curve(name))
        let index = try #require(curve.steps.firstIndex(of: step), "step \(step)")
        #expect(abs(curve.values[index] / value - 1) < 2e-5, "\(name) after step \(step)")
      }
    }
  }

  /// The batches of an epoch take every image once, in another order than the epoch before.
  @Test(arguments: [(50, 20, [20, 20, 10]), (7, 7, [7]), (9, 200, [9]), (8, 4, [4, 4])])
  func batches_ofAnEpoch_takeEveryImageOnce(_ count: Int, _ size: Int, _ sizes: [Int]) {
    let batches = EpochBatches(count: count, size: size, stream: ImageStream.shuffles.of(1))
    let epochs = (0..<3).map { epoch in
      (1...sizes.count).map { batches.samples(step: epoch * sizes.count + $0) }
    }
    for epoch in epochs {
      #expect(epoch.map(\.count) == sizes)
      #expect(epoch.joined().sorted() == Array(0..<count))
    }
    #expect(Set(epochs.map { Array($0.joined()) }).count == 3)
  }

  @Test func training_onFewImages_remembersThemAll() throws {
    let result = try run(["steps": .integer(5000), "learningRate": .real(0.01)])
    #expect((result.scalar("train.accuracy.final") ?? 0) > 0.95)
    #expect((result.scalar("train.loss.final") ?? 1) < 0.02)
  }

  @Test func norm_inTheReducedLandscape_staysWhereItBegan() throws {
    let result = try run(["mode": .text("landscape"), "alpha": .real(3)])
    let initial = try #require(result.scalar("norm.initial"))
    for norm in result.curve("norm")?.values ?? [] {
      #expect(abs(Double(norm) / initial - 1) < 1e-5)
    }
  }

  @Test func signature_moreImagesThanTheSetHas_isAProblem() {
    let validate = OmnigrokImages.signature.validate
    func problem(_ count: Int) -> ParameterProblem? {
      validate(
        parameters(
          of: OmnigrokImages.self,
          ["images": .text(small), "trainNum": .integer(count), "steps": 1]))
    }
    #expect(problem(60) == nil)
    #expect(problem(61)?.parameter == "trainNum")
    #expect(problem(61)?.message.contains("has 60 training images, 61 are asked for") == true)
  }

  @Test func run_whereTheDataSetIsMissing_failsAndSaysSo() {
    struct Bare: JobContext {
      let threads = 1
      let isCheckpointDue = false
      func loadCheckpoint() -> [UInt8]? { nil }
      func saveCheckpoint(_ bytes: [UInt8]) {}
      func checkStop() {}
      func report(step: Int, of total: Int, metric: String, value: Double) {}
      func log(_ line: String) {}
    }
    let failure = #expect(throws: JobFailure.self) {
      try OmnigrokImages.run(
        parameters(of: OmnigrokImages.self, ["steps": .integer(1)]), in: Bare())
    }
    #expect(failure?.message == "No data set is here.")
  }
}
