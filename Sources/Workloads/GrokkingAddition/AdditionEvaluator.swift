import Grokking
import Kernels
import Training

/// What an evaluation finds.
struct AdditionEvaluation: TrainingEvaluation {
  /// Mean losses over training and test samples; nats with cross-entropy.
  var trainLoss = 0.0
  var testLoss = 0.0
  /// Training and test samples that are named rightly.
  var trainHits = 0
  var testHits = 0
  /// The embeddings as they are, `symbols × dimension`.
  var embeddings: [Double] = []
  /// Their quality index.
  var quality = 0.0
  /// Their effective loss over the parallelograms of the training set, once standardised.
  var effectiveLoss = 0.0

  var loss: Double { testLoss }
  var isFinite: Bool { trainLoss.isFinite && testLoss.isFinite }
}

/// Evaluates a job: both sets through the decoder, and the embeddings by themselves.
final class AdditionEvaluator {
  private let settings: AdditionSettings
  private let kernels: KernelSet
  private let sets: [(data: AdditionData, pass: DensePass, scores: Matrix)]
  private let vectors: Matrix
  private let offsets: Buffer<Float>
  private let parallelograms: [Parallelogram]
  private let effectiveLoss: EffectiveLoss

  init(
    settings: AdditionSettings, trainingSet: [Int], vectors: Matrix, kernels: KernelSet
  ) {
    self.settings = settings
    self.kernels = kernels
    self.vectors = vectors
    let (task, known) = (settings.task, Set(trainingSet))
    let testSet = task.samples.indices.filter { !known.contains($0) }
    sets = [trainingSet, testSet].map { places in
      (
        AdditionData(task, places: places, vectors: vectors),
        DensePass(shape: settings.shape, samples: places.count, trains: false),
        Matrix(rows: task.sums, columns: places.count)
      )
    }
    // The nearest vector y has the largest z·y − |y|²/2.
    offsets = Buffer(count: Matrix.padded(vectors.rows))
    for row in 0..<vectors.rows {
      let square = (0..<vectors.columns).reduce(0 as Float) {
        $0 + vectors[row, $1] * vectors[row, $1]
      }
      offsets[row] = -square / 2
    }
    parallelograms = task.parallelograms
    effectiveLoss = EffectiveLoss(
      task.parallelograms(among: trainingSet), symbols: task.symbols)
  }

  func evaluate(
    _ network: DenseNetwork, embeddings: Buffer<Float>, team: ThreadTeam
  ) -> AdditionEvaluation {
    let found = sets.map { data, pass, scores in
      data.addEmbeddings(embeddings, into: pass.inputs)
      network.forward(pass, team: team)
      return score(data, pass.outputs, scores, team)
    }
    let values = embeddings.elements(0..<settings.task.symbols * settings.dimension)
      .map(Double.init)
    let representation = Representation(values, dimension: settings.dimension)
    return AdditionEvaluation(
      trainLoss: found[0].loss, testLoss: found[1].loss, trainHits: found[0].hits,
      testHits: found[1].hits, embeddings: values,
      quality: representation.quality(parallelograms, tolerance: settings.tolerance),
      effectiveLoss: effectiveLoss.value(representation.embeddings))
  }

  private func score(
    _ data: AdditionData, _ outputs: Matrix, _ scores: Matrix, _ team: ThreadTeam
  ) -> (loss: Double, hits: Int) {
    let count = outputs.columns
    let loss = DenseLoss(outputs: outputs, gradients: nil, count: count)
    guard settings.objective == .mse else {
      let value = loss.crossEntropy(labels: data.sums, kernels: kernels, team: team)
      return (value, loss.hits(labels: data.sums))
    }
    kernels.multiply(
      MatrixProduct(vectors, outputs, starts: offsets, result: scores), 0..<scores.rows)
    let nearest = DenseLoss(outputs: scores, gradients: nil, count: count)
    return (loss.meanSquare(targets: data.targets), nearest.hits(labels: data.sums))
  }
}
