import Kernels
import Training

/// What an evaluation finds; losses in bits.
struct ParityEvaluation: TrainingEvaluation {
  /// Σ pᵢ·Lᵢ over the subtasks.
  var loss = 0.0
  /// The mean loss of the last step's batch.
  var trainingLoss = 0.0
  /// The standard error of `loss` over draws of the test set.
  var standardError = 0.0
  /// Σ pᵢ·Aᵢ.
  var accuracy = 0.0
  /// Mean loss of each subtask.
  var subtaskLosses: [Float] = []
  /// Fraction of each subtask's samples that are classified rightly.
  var subtaskAccuracies: [Float] = []
}

/// The job's fixed test set, drawn once: a number of samples for every subtask, so that
/// Σ pᵢ·Lᵢ is the expected loss with little noise (stratified sampling). Bits stay packed.
final class ParityTestSet: Sendable {
  /// Samples in a block, which one item of an evaluation passes forward; a multiple of 64.
  static let blockCount = 1024
  /// Factor from nats to bits, 1 / ln 2.
  static let bitsPerNat = 1.442_695_040_888_963_4

  private let network: BinaryNetwork
  private let team: ThreadTeam
  private let probabilities: [Double]
  private let counts: [Int]
  private let blocks: [Block]
  private let lenders: [PassState]
  private let sums: TaskSums

  /// Samples with what an evaluation writes for each.
  private struct Block: Sendable {
    let batch: BinaryBatch
    let margins: Buffer<Float>
    let losses: Buffer<Float>
    let sums: RunSums
  }

  init(
    settings: any ParityProblem, network: BinaryNetwork, frequencies: AliasTable, subsets: [[Int]],
    team: ThreadTeam
  ) {
    self.network = network
    self.team = team
    probabilities = Array(frequencies.probabilities.prefix(settings.tasks))
    counts = probabilities.map { settings.testSamples(probability: $0) }
    let stream = ParityStream.testBits.of(settings.seed)
    let samples = ParitySamples(
      layout: settings.shape.input, frequencies: frequencies, subsets: subsets,
      taskStream: stream, bitStream: stream)
    let tasks = counts.enumerated().flatMap {
      Array(repeating: UInt16($0.offset), count: $0.element)
    }
    let marker = settings.marker
    blocks = stride(from: 0, to: tasks.count, by: Self.blockCount).map { first in
      let places = first..<min(tasks.count, first + Self.blockCount)
      return Self.block(tasks[places], samples, marker, network.kernels)
    }
    lenders = (0..<team.threads).map { _ in
      let batch = BinaryBatch(
        layout: settings.shape.input, samples: Self.blockCount, transposed: false)
      return PassState(shape: settings.shape, batch: batch, trains: false)
    }
    sums = TaskSums(tasks: probabilities.count)
  }

  /// Draws the samples whose tasks are given; a sample's number is its place in the test set.
  private static func block(
    _ tasks: ArraySlice<UInt16>, _ samples: ParitySamples, _ marker: ParityMarker?,
    _ kernels: KernelSet
  ) -> Block {
    let batch = BinaryBatch(layout: samples.layout, samples: tasks.count, transposed: false)
    BatchDrawing(samples: samples, batch: batch, kernels: kernels)
      .draw(tasks: tasks, from: tasks.startIndex)
    marker?.set(batch, 0..<tasks.count, number: nil)
    return Block(
      batch: batch, margins: Buffer(count: batch.capacity), losses: Buffer(count: batch.capacity),
      sums: RunSums(batch))
  }

  /// The number of test samples.
  var sampleCount: Int { counts.reduce(0, +) }

  /// Evaluates the network as it stands.
  func evaluate() -> ParityEvaluation {
    team.run(items: blocks.count) { [self] item, worker in
      let block = blocks[item]
      let state = PassState(
        batch: block.batch, margins: block.margins, borrowing: lenders[worker])
      network.forward(state, samples: 0..<block.batch.count)
      network.losses(state, samples: 0..<block.batch.count, into: block.losses)
      block.sums.sum(block.batch, losses: block.losses, margins: block.margins)
    }
    sums.clear()
    for block in blocks { sums.add(block.sums) }
    return summary()
  }

  private func summary() -> ParityEvaluation {
    var evaluation = ParityEvaluation()
    var variance = 0.0
    for (task, probability) in probabilities.enumerated() {
      let count = Double(counts[task])
      let mean = sums.losses[task] / count
      let accuracy = Double(sums.hits[task]) / count
      let spread = max(0, sums.squares[task] / count - mean * mean)
      evaluation.loss += probability * mean * Self.bitsPerNat
      evaluation.accuracy += probability * accuracy
      variance += probability * probability * spread / max(1, count - 1)
      evaluation.subtaskLosses.append(Float(mean * Self.bitsPerNat))
      evaluation.subtaskAccuracies.append(Float(accuracy))
    }
    evaluation.standardError = variance.squareRoot() * Self.bitsPerNat
    return evaluation
  }
}
