import SweepModel
import Testing

@testable import Workloads

@Suite struct OmnigrokTeacherTests {
  private func run(_ changes: [String: Value]) throws -> JobResult {
    try OmnigrokTeacher.run(parameters(of: OmnigrokTeacher.self, changes), in: MemoryContext())
  }

  @Test func result_ofARun_holdsItsScalarsAndCurves() throws {
    let result = try run(["steps": .integer(120)])
    #expect(
      result.scalars.map(\.name) == [
        "loss.final", "loss.min", "accuracy.final", "accuracy.max", "train.loss.final",
        "train.loss.min", "train.accuracy.final", "train.accuracy.max", "norm.initial",
        "norm.final", "steps.train", "steps.train.reached", "steps.test", "steps.test.reached",
        "steps.test.nineTenths", "parameters", "samples", "steps",
      ])
    // 5 → 100 → 100 → 5.
    #expect(result.scalar("parameters") == Double(600 + 10_100 + 505))
    #expect(
      result.curves.map(\.name) == ["loss", "accuracy", "train.loss", "train.accuracy", "norm"])
    #expect(result.curve("loss")?.steps == [50, 100, 120])
  }

  @Test func norm_inTheReducedLandscape_staysWhereItBegan() throws {
    for alpha in [0.2, 1, 6] {
      let result = try run([
        "steps": .integer(300), "alpha": .real(alpha), "mode": .text("landscape"),
      ])
      let initial = try #require(result.scalar("norm.initial"))
      // Weights uniform in ±α/√fan-in have the mean square α²/(3·fan-in).
      let meanSquares = 600.0 / 5 + 10_100.0 / 100 + 505.0 / 100
      let expected = alpha * (meanSquares / 3).squareRoot()
      #expect(abs(initial / expected - 1) < 0.05)
      for norm in result.curve("norm")?.values ?? [] {
        #expect(abs(Double(norm) / initial - 1) < 1e-5)
      }
      let free = try run(["steps": .integer(300), "alpha": .real(alpha)])
      #expect(free.scalar("norm.initial") == initial)
      #expect(abs((free.scalar("norm.final") ?? 0) / initial - 1) > 1e-4)
    }
  }

  /// Training loss is shaped like an L, test loss like a U with its minimum at α between 0.3 and 2.
  @Test func landscape_againstTheNorm_isAnLAndAU() throws {
    let alphas = [0.1, 0.251, 0.631, 1.585, 3.981, 10]
    let results = try alphas.map { alpha in
      try run([
        "steps": .integer(10_000), "alpha": .real(alpha), "mode": .text("landscape"),
        "logEvery": .integer(1000), "seed": .integer(0),
      ])
    }
    let train = results.map { $0.scalar("train.loss.final") ?? .nan }
    let test = results.map { $0.scalar("loss.final") ?? .nan }
    let best = try #require(test.indices.min { test[$0] < test[$1] })
    #expect((0.3...2).contains(alphas[best]), "test \(test)")
    #expect(test[0] > 5 * test[best] && test[5] > 5 * test[best], "test \(test)")
    #expect(train[0] > 50 * train[3], "train \(train)")
    #expect(train[5] < train[0] / 50 && train[4] < train[0] / 50, "train \(train)")
  }
}
