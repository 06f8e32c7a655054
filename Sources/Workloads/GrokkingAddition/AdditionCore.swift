import Basics
import Grokking
import Kernels
import SweepModel
import Training

/// What trains one job: its embeddings, its decoder and the samples of a step.
final class AdditionCore: TrainingCore {
  typealias Record = AdditionRecord

  private let settings: AdditionSettings
  private let trainingSet: [Int]
  private let embeddings: ParameterGroup
  private let network: DenseNetwork

  private let team: ThreadTeam
  private let pass: DensePass
  private var batch: AdditionData
  private let evaluator: AdditionEvaluator

  /// Builds a core with parameters of zero.
  init(_ settings: AdditionSettings, in context: any JobContext) {
    self.settings = settings
    trainingSet = settings.trainingSet
    team = ThreadTeam(threads: max(1, context.threads))
    embeddings = ParameterGroup(count: settings.task.symbols * settings.dimension)
    network = DenseNetwork(shape: settings.shape, kernels: .best)
    pass = DensePass(
      shape: settings.shape, samples: settings.batch, trains: true, inputGradients: true)
    let vectors = Self.targetVectors(settings)
    batch = AdditionData(settings.task, count: settings.batch, vectors: vectors)
    if settings.batch == settings.trainNum { batch.replace(with: trainingSet) }
    evaluator = AdditionEvaluator(
      settings: settings, trainingSet: trainingSet, vectors: vectors, kernels: network.kernels)
  }

  /// Each sum's random normal vector, `sums × outputs`.
  private static func targetVectors(_ settings: AdditionSettings) -> Matrix {
    let vectors = Matrix(rows: settings.task.sums, columns: settings.shape.outputs)
    let stream = AdditionStream.targets.of(settings.seed)
    for sum in 0..<vectors.rows {
      for place in 0..<vectors.columns {
        vectors[sum, place] = Float(stream.normal(index: UInt64(place), block: UInt32(sum)))
      }
    }
    return vectors
  }

  var batchCount: Int { settings.batch }
  /// An evaluation looks at all samples.
  var testSampleCount: Int { settings.task.samples.count }

  func initialise() {
    embeddings.clear()
    let stream = AdditionStream.embeddings.of(settings.seed)
    for place in 0..<settings.task.symbols * settings.dimension {
      let uniform = stream.uniform(index: UInt64(place)) - 0.5
      embeddings.parameters[place] = Float(uniform * settings.embeddingScale)
    }
    network.initialise(
      AdditionStream.decoder.of(settings.seed), scale: settings.decoderScale)
  }

  func run(step: Int) {
    if settings.batch < settings.trainNum { draw(step) }
    batch.addEmbeddings(embeddings.parameters, into: pass.inputs)
    network.forward(pass, team: team)
    let loss = DenseLoss(
      outputs: pass.outputs, gradients: pass.outputGradients, count: settings.batch)
    switch settings.objective {
    case .mse: _ = loss.meanSquare(targets: batch.targets)
    case .crossEntropy:
      _ = loss.crossEntropy(labels: batch.sums, kernels: network.kernels, team: team)
    }
    network.backward(pass, team: team)
    if let gradients = pass.inputGradients {
      batch.sumGradients(gradients, into: embeddings.gradients)
    }
    update(embeddings, step, settings.embeddingRate, settings.embeddingDecay)
    update(network.group, step, settings.decoderRate, settings.decoderDecay)
  }

  /// Takes a step's samples, a random part of the training set.
  private func draw(_ step: Int) {
    let chosen = AdditionStream.batches.of(settings.seed).subset(
      of: settings.trainNum, size: settings.batch, index: UInt64(step))
    batch.replace(with: chosen.map { trainingSet[$0] })
  }

  private func update(_ group: ParameterGroup, _ step: Int, _ rate: Double, _ decay: Double) {
    group.update(
      AdamWCoefficients(
        step: step, learningRate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
        weightDecay: decay), kernels: network.kernels, team: team)
  }

  func evaluate() -> AdditionEvaluation {
    evaluator.evaluate(network, embeddings: embeddings.parameters, team: team)
  }

  var tensors: [Safetensors.Tensor] {
    let (symbols, dimension) = (settings.task.symbols, settings.dimension)
    return [
      Safetensors.Tensor(
        "embedding.weight", shape: [symbols, dimension],
        embeddings.parameters.elements(0..<symbols * dimension))
    ] + network.tensors("decoder.")
  }

  func write(to writer: inout ByteWriter) {
    embeddings.write(to: &writer)
    network.group.write(to: &writer)
  }

  func read(from reader: inout ByteReader) throws(ByteDamage) {
    try embeddings.read(from: &reader)
    try network.group.read(from: &reader)
  }
}
