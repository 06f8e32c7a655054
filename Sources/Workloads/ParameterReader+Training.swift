import Kernels
import SweepModel
import Training

// Declarations that several workloads share.

extension ParameterReader {
  /// The steps of a job.
  mutating func steps() -> Int { integer("steps", 1...1_000_000_000, "Optimiser steps.") }

  /// Steps between evaluations.
  mutating func logEvery(default interval: Int, _ summary: String) -> Int {
    integer("logEvery", 1...1_000_000_000, default: interval, summary)
  }

  /// AdamW's learning rate.
  mutating func learningRate(default rate: Double) -> Double {
    real(
      "learningRate", 0...1000, exclusiveMinimum: true, default: rate, "AdamW's learning rate.")
  }

  /// Units of the hidden layers of a perceptron, one number a layer.
  mutating func hidden(
    default units: Int = 200, width: String = "Units in each hidden layer.",
    depth: String = "Linear layers."
  ) -> [Int] {
    let width = integer("width", 1...4096, default: units, width, title: "Hidden width")
    return Array(repeating: width, count: integer("depth", 1...16, default: 3, depth) - 1)
  }

  /// Training samples, with the title of an axis over them.
  mutating func trainNum(_ most: Int, default count: Int, _ summary: String) -> Int {
    integer("trainNum", 1...most, default: count, summary, title: "Training samples")
  }

  /// The accuracies of training and test samples at which `steps.train` and `steps.test` count as
  /// reached.
  mutating func goals(train: Double, test: Double) -> [Milestones.Goal] {
    [("train", "Training", train), ("test", "Test", test)].map { name, title, threshold in
      Milestones.Goal(
        name: name,
        threshold: real(
          "\(name)Threshold", 0...1, default: threshold,
          "\(title) accuracy at which steps.\(name) counts as reached."))
    }
  }
}
