import Foundation
import Reports
import SweepModel
import Testing

@testable import Workloads

/// Our training against independent training in PyTorch: `Reference/parity_reference.py` trained
/// the same problem in the published manner and wrote `Reference/parity_reference.json`.
///
/// Set `QUANTA_PARITY_CURVES` to a path to get our curves there in the same format, and
/// `QUANTA_PARITY_FIGURE` to get the figure of both.
@Suite struct ParityAgreementTests {
  /// Loss curves of several seeds, in bits.
  struct Curves: Codable {
    struct Run: Codable {
      var seed: Int
      var steps: [Int]
      var loss: [Double]
    }

    var configuration: [String: Double]
    var runs: [Run]
  }

  private func reference() throws -> Curves {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let file = folder.appending(path: "Reference/parity_reference.json")
    return try JSONDecoder().decode(Curves.self, from: Data(contentsOf: file))
  }

  private func train(_ configuration: [String: Double], seed: Int) throws -> Curves.Run {
    var changes: [String: Value] = ["seed": .integer(seed), "evaluationBase": .integer(1024)]
    for (name, value) in configuration {
      changes[name] = name == "alpha" ? .real(value) : .integer(Int(value))
    }
    let result = try SparseParity.run(parityParameters(changes), in: MemoryContext())
    let curve = try #require(result.curve("loss"))
    return Curves.Run(seed: seed, steps: curve.steps, loss: curve.values.map(Double.init))
  }

  private func figure(ours: [Curves.Run], theirs: [Curves.Run]) -> Figure {
    let families = [("Quanta", ours), ("PyTorch", theirs)].map { name, runs in
      CurveFamily(name: name, x: runs[0].steps.map(Double.init), runs: runs.map(\.loss))
    }
    return CurvesFigure.agreement(
      title: "Sparse parity: Quanta and PyTorch", families: families,
      caption: "Mean test loss over seeds of two independent programs; bands are ±1 standard "
        + "deviation over seeds.")
  }

  private func statistics(_ values: [Double]) -> (mean: Double, squaredError: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, variance / count)
  }

  /// Welch's t at every logged step: the difference of the mean losses over seeds divided by its
  /// standard error. Twenty correlated points with about 20 degrees of freedom stay below 4 with
  /// probability above 0.99 when both train alike; the means must also lie within 0.03 bits.
  @Test func loss_againstPyTorchOverSeeds_hasTheSameMeanCurve() throws {
    let expected = try reference()
    let runs = try (0..<12).map { try train(expected.configuration, seed: $0) }
    if let path = ProcessInfo.processInfo.environment["QUANTA_PARITY_CURVES"] {
      let curves = Curves(configuration: expected.configuration, runs: runs)
      try JSONEncoder().encode(curves).write(to: URL(filePath: path))
    }
    if let path = ProcessInfo.processInfo.environment["QUANTA_PARITY_FIGURE"] {
      try Data(figure(ours: runs, theirs: expected.runs).svg.utf8).write(to: URL(filePath: path))
    }
    let steps = try #require(expected.runs.first?.steps)
    #expect(expected.runs.count >= 8)
    #expect((runs + expected.runs).allSatisfy { $0.steps == steps })
    for (index, step) in steps.enumerated() {
      let ours = statistics(runs.map { $0.loss[index] })
      let theirs = statistics(expected.runs.map { $0.loss[index] })
      let difference = ours.mean - theirs.mean
      let t = difference / (ours.squaredError + theirs.squaredError).squareRoot()
      #expect(abs(t) < 4, "step \(step): \(ours.mean) and \(theirs.mean) bits, t = \(t)")
      #expect(abs(difference) < 0.03, "step \(step): \(ours.mean) and \(theirs.mean) bits")
    }
    // Several subtasks have switched on by the end, so the comparison covers learning.
    #expect(statistics(runs.map { $0.loss.last ?? 1 }).mean < 0.5)
  }
}
