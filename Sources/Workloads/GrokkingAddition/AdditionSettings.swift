import Grokking
import Kernels
import SweepModel
import Training

/// A grokking-addition job's parameters.
struct AdditionSettings: TrainingSettings {
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
  let seed: UInt64
  let schedule: LogSchedule
  let goals: [Milestones.Goal]
  let tolerance: Double

  init(_ read: inout ParameterReader) {
    task = AdditionTask(
      symbols: read.integer(
        "p", 2...256, default: 10,
        "Numbers that are added; there are p(p+1)/2 samples i + j with i ≤ j."))
    trainNum = read.trainNum(32_895, default: 45, "Samples that train; the rest test.")
    objective = read.choice(
      "objective", default: .mse,
      "mse: the nearest of fixed random vectors names the sum; crossEntropy: 2p − 1 classes.")
    let targetLength = read.integer(
      "targetLength", 1...4096, default: 30,
      "Numbers of a sum's random vector; unused with crossEntropy.")
    dimension = read.integer("reprsDim", 1...256, default: 1, "Components of an embedding.")
    shape = DenseShape(
      inputs: dimension,
      widths: read.hidden(depth: "Linear layers of the decoder.")
        + [objective == .mse ? targetLength : task.sums], activation: .tanh)
    embeddingRate = read.real(
      "embeddingRate", 0...1000, default: 0.001, "AdamW's learning rate of the embeddings.",
      title: "Learning rate of the embeddings")
    decoderRate = read.real(
      "decoderRate", 0...1000, default: 0.0001, "AdamW's learning rate of the decoder.",
      title: "Learning rate of the decoder")
    embeddingDecay = read.real(
      "embeddingDecay", 0...1000, default: 0, "Decoupled weight decay of the embeddings.")
    decoderDecay = read.real(
      "decoderDecay", 0...1000, default: 0, "Decoupled weight decay of the decoder.",
      title: "Weight decay of the decoder")
    embeddingScale = read.real(
      "embeddingScale", 0...1000, default: 1,
      "Factor of the initial embeddings, which are uniform in ±1/2.")
    decoderScale = read.real(
      "decoderScale", 0...1000, default: 1,
      "Factor of the decoder's initial weights, which are uniform in ±1/√fan-in.", role: .abscissa)
    batch = min(
      trainNum,
      read.integer(
        "batch", 1...32_895, default: 45,
        "Training samples of a step, drawn anew without replacement; all where there are fewer."))
    let steps = read.steps()
    seed = read.seed("Seed of training set, target vectors, initial weights and batches.")
    let interval = read.logEvery(
      default: 10,
      "Steps between evaluations, hence the resolution of steps.train, steps.test and steps.rqi.")
    schedule = LogSchedule(
      interval: interval, steps: steps,
      detailedPoints: read.integer(
        "representationPoints", 1...1_000_000, default: 128,
        "Log-spaced steps at which all embeddings are kept."))
    let quality = { (threshold: Double) in
      Milestones.Goal(name: "rqi", threshold: threshold, isStrict: true)
    }
    goals =
      read.goals(train: 0.9, test: 0.9) + [
        quality(
          read.real(
            "rqiThreshold", 0...1, default: 0.95,
            "Representation quality that must be exceeded for steps.rqi."))
      ]
    tolerance = read.real(
      "tolerance", 0...100, exclusiveMinimum: true, default: Representation.tolerance,
      "Mean square below which a parallelogram of standardised embeddings counts as formed.")
  }

  /// What no single range can say.
  var problem: ParameterProblem? {
    let samples = task.symbols * (task.symbols + 1) / 2
    guard trainNum >= samples else { return nil }
    return ParameterProblem(
      parameter: "trainNum",
      message:
        "\(trainNum) training samples leave none of the \(samples) to test; lower trainNum "
        + "or raise p.")
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
