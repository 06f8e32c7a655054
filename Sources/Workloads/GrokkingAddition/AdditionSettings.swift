import Grokking
import Kernels
import SweepModel
import Training

/// A grokking-addition job's parameters as numbers.
struct AdditionSettings: Sendable {
  /// What is minimised.
  enum Objective: String, CaseIterable {
    /// Mean squared error against a sum's random vector.
    case mse
    /// Cross-entropy over all sums.
    case crossEntropy
  }

  let task: AdditionTask
  let trainNum: Int
  let objective: Objective
  let dimension: Int
  let shape: DenseShape
  let embeddingRate: Double
  let decoderRate: Double
  let embeddingDecay: Double
  let decoderDecay: Double
  let embeddingScale: Double
  let decoderScale: Double
  let batch: Int
  let schedule: LogSchedule
  let goals: [Milestones.Goal]
  let tolerance: Double
  let seed: UInt64

  /// Reads complete and valid parameters; traps on others.
  init(_ parameters: Parameters) {
    task = AdditionTask(symbols: parameters.integer("p"))
    trainNum = parameters.integer("trainNum")
    objective = parameters.choice("objective")
    dimension = parameters.integer("reprsDim")
    let hidden = Array(
      repeating: parameters.integer("width"), count: parameters.integer("depth") - 1)
    let outputs = objective == .mse ? parameters.integer("targetLength") : task.sums
    shape = DenseShape(inputs: dimension, widths: hidden + [outputs], activation: .tanh)
    embeddingRate = parameters.real("embeddingRate")
    decoderRate = parameters.real("decoderRate")
    embeddingDecay = parameters.real("embeddingDecay")
    decoderDecay = parameters.real("decoderDecay")
    embeddingScale = parameters.real("embeddingScale")
    decoderScale = parameters.real("decoderScale")
    batch = min(parameters.integer("batch"), trainNum)
    schedule = LogSchedule(
      interval: parameters.integer("logEvery"), steps: parameters.integer("steps"),
      detailedPoints: parameters.integer("representationPoints"))
    goals = [
      Milestones.Goal(name: "train", threshold: parameters.real("trainThreshold")),
      Milestones.Goal(name: "test", threshold: parameters.real("testThreshold")),
      Milestones.Goal(
        name: "rqi", threshold: parameters.real("rqiThreshold"), isStrict: true),
    ]
    tolerance = parameters.real("tolerance")
    seed = UInt64(bitPattern: Int64(parameters.integer("seed")))
  }

  /// Trainable parameters: embeddings and decoder.
  var parameterCount: Int { task.symbols * dimension + shape.parameterCount }

  /// The training set, ascending places in the task's samples.
  var trainingSet: [Int] {
    task.trainingSet(count: trainNum, from: AdditionStream.trainingSet.of(seed))
  }
}

/// The independent random streams of a job's seed.
enum AdditionStream: UInt32 {
  case trainingSet = 1
  case targets
  case embeddings
  case decoder
  case batches

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
