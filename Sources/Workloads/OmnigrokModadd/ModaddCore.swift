import Basics
import Kernels
import SweepModel
import Training

/// Some prompts x, y, = with their sums modulo p.
struct ModaddSet: Sendable {
  /// Samples.
  let count: Int
  /// Three places in the streams of ``ModaddTokens`` a sample.
  let tokens: Buffer<Int32>
  /// The classes of each block's samples.
  let labels: [Buffer<Int32>]

  /// Takes the pairs (n / p, n mod p) of some numbers n.
  init(_ numbers: [Int], modulus: Int) {
    count = numbers.count
    tokens = Buffer(count: max(1, 3 * count))
    labels = stride(from: 0, to: count, by: ModaddBlock.capacity).map { _ in
      Buffer(count: ModaddBlock.capacity)
    }
    for (sample, number) in numbers.enumerated() {
      let (x, y) = (number / modulus, number % modulus)
      tokens[3 * sample] = Int32(x)
      tokens[3 * sample + 1] = Int32(modulus + y)
      tokens[3 * sample + 2] = Int32(2 * modulus)
      labels[sample / ModaddBlock.capacity][sample % ModaddBlock.capacity] = Int32(
        (x + y) % modulus)
    }
  }

  /// First samples and counts of the blocks.
  var blocks: [(first: Int, count: Int)] {
    stride(from: 0, to: count, by: ModaddBlock.capacity).map {
      ($0, min(ModaddBlock.capacity, count - $0))
    }
  }
}

/// What trains one job: the transformer, both sets, and room for one block of samples.
final class ModaddCore: TrainingCore {
  typealias Record = ScaledRecord<ModaddSettings>

  let settings: ModaddSettings
  let group: ParameterGroup
  let kernels: KernelSet
  let train, test: ModaddSet

  private let team: ThreadTeam
  private let weights, gradients: ModaddFactors
  private let tokens: ModaddTokens
  private let block: ModaddBlock
  /// The weights to begin with; nil for drawn ones.
  private var start: ModaddStart?
  /// The norm of the weights at the start.
  private var initialNorm = 0.0

  convenience init(_ settings: ModaddSettings, in context: any JobContext) throws {
    self.init(settings: settings, threads: context.threads)
    start = try settings.start.map { try ModaddStart(context.content(of: $0), settings.shape) }
  }

  /// Builds a core with parameters of zero.
  init(settings: ModaddSettings, threads: Int, kernels: KernelSet = .best) {
    self.settings = settings
    self.kernels = kernels
    team = ThreadTeam(threads: max(1, threads))
    group = ParameterGroup(count: settings.shape.vectorCount)
    weights = ModaddFactors(settings.shape, group.parameters)
    gradients = ModaddFactors(settings.shape, group.gradients)
    tokens = ModaddTokens(settings.shape, kernels: kernels)
    block = ModaddBlock(settings.shape, kernels: kernels, team: team)
    let numbers = settings.order
    train = ModaddSet(Array(numbers[..<settings.trainNum]), modulus: settings.shape.modulus)
    test = ModaddSet(Array(numbers[settings.trainNum...]), modulus: settings.shape.modulus)
  }

  /// Takes the weights to begin with, or draws some.
  func initialise() {
    group.clear()
    if let start { start.fill(weights) } else { draw() }
    initialNorm = group.norm
  }

  /// Draws fresh weights: normal numbers with each factor's standard deviation, biases zero.
  private func draw() {
    let stream = ModaddStream.weights.of(settings.seed)
    for (index, place) in settings.shape.places.enumerated() where place.deviation > 0 {
      for row in 0..<place.rows {
        for column in 0..<place.columns {
          let number = stream.normal(
            index: UInt64(row * place.columns + column), block: UInt32(index))
          group.parameters[place.offset + row * Matrix.padded(place.columns) + column] = Float(
            number * place.deviation * settings.training.scale)
        }
      }
    }
  }

  var batchCount: Int { train.count }
  var testSampleCount: Int { train.count + test.count }

  /// The training set's mean loss, with the gradients of all parameters in `group`.
  @discardableResult
  func passes() -> Double {
    let attention = tokens.attention(train.tokens)
    tokens.forward(weights, attention: attention, team: team)
    tokens.clearGradients()
    var loss = 0.0
    for (index, (first, count)) in train.blocks.enumerated() {
      block.forward(
        first: first, count: count, weights, tokens, attention: attention, trains: true)
      loss += DenseLoss(
        outputs: block.logits, gradients: block.logitGradients, count: count, of: train.count
      ).crossEntropy(labels: train.labels[index], kernels: kernels, team: team)
      block.backward(
        first: first, count: count, weights, gradients: gradients, tokens, attention: attention,
        isFirst: index == 0)
    }
    tokens.backward(weights, gradients: gradients, attention: attention, team: team)
    return loss
  }

  func run(step: Int) {
    passes()
    group.update(
      settings.training.coefficients(step: step, beta2: settings.beta2), kernels: kernels,
      team: team)
    if settings.training.isConstrained { group.constrain(norm: initialNorm) }
  }

  func evaluate() -> ScaledEvaluation {
    ScaledEvaluation(
      train: evaluate(train), test: evaluate(test), norm: group.norm, initialNorm: initialNorm)
  }

  var tensors: [Safetensors.Tensor] { weights.tensors }

  func write(to writer: inout ByteWriter) {
    group.write(to: &writer)
    writer.write(initialNorm)
  }

  func read(from reader: inout ByteReader) throws(ByteDamage) {
    try group.read(from: &reader)
    initialNorm = try reader.norm()
  }

  /// The mean loss and accuracy of a set.
  func evaluate(_ set: ModaddSet) -> (loss: Double, accuracy: Double) {
    let attention = tokens.attention(set.tokens)
    tokens.forward(weights, attention: attention, team: team)
    var loss = 0.0
    var hits = 0
    for (index, (first, count)) in set.blocks.enumerated() {
      block.forward(
        first: first, count: count, weights, tokens, attention: attention, trains: false)
      let found = DenseLoss(
        outputs: block.logits, gradients: nil, count: count, of: set.count)
      loss += found.crossEntropy(labels: set.labels[index], kernels: kernels, team: team)
      hits += found.hits(labels: set.labels[index])
    }
    return (loss, Double(hits) / Double(set.count))
  }
}
