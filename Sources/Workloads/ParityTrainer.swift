import Kernels
import Training

/// The training loop's step: draw a batch, forward, backward, AdamW.
final class ParityTrainer: @unchecked Sendable {
  /// Samples that one item of a phase draws and passes forward; a multiple of 64.
  static let chunk = 1024

  let settings: any ParityProblem
  let network: BinaryNetwork
  /// The mean loss of the last step's batch before its update, nats.
  private(set) var trainingLoss = 0.0
  /// Takes the place of the job's learning rate; nil for that.
  var learningRate: Double?

  private let team: ThreadTeam
  private let drawing: BatchDrawing
  private let marker: ParityMarker?
  private let isArranged: Bool
  private let state: PassState
  private let scratch: [Buffer<Float>]
  private let lossSums: Buffer<Double>
  private let gradientSums: Buffer<Double>

  private var current: ParityBatches.Batch
  private var coefficients: AdamWCoefficients?

  init(
    settings: any ParityProblem, network: BinaryNetwork, frequencies: AliasTable, subsets: [[Int]],
    team: ThreadTeam
  ) {
    self.settings = settings
    self.network = network
    self.team = team
    marker = settings.marker
    current = settings.batch(step: 1)
    let samples = ParitySamples(
      layout: settings.shape.input, frequencies: frequencies, subsets: subsets,
      taskStream: ParityStream.trainingTasks.of(settings.seed),
      bitStream: ParityStream.trainingBits.of(settings.seed))
    let batch = BinaryBatch(
      layout: settings.shape.input, samples: settings.batchCapacity, transposed: true)
    state = PassState(shape: settings.shape, batch: batch, trains: true)
    drawing = BatchDrawing(samples: samples, batch: batch, kernels: network.kernels)
    scratch = (0..<team.threads).map { _ in network.updateScratch() }
    lossSums = Buffer(count: (batch.capacity + Self.chunk - 1) / Self.chunk)
    gradientSums = Buffer(count: lossSums.count)
    isArranged = settings.arranged != nil
    if let tasks = settings.arranged { drawing.arrange(tasks: tasks[...]) }
  }

  /// Does step `step`, counted from 1.
  func run(step: Int) {
    current = settings.batch(step: step)
    let count = current.count
    let chunks = (count + Self.chunk - 1) / Self.chunk
    draw()
    team.run(items: chunks) { [self] item, _ in passForward(item) }
    coefficients = settings.optimiser.coefficients(
      step: step, learningRate: learningRate)
    team.run(items: network.sumItems(state)) { [self] item, worker in
      network.sumGradients(item, state, scratch: scratch[worker])
    }
    team.run(items: network.updateItems) { [self] item, worker in
      network.update(item, state, coefficients: coefficients, scratch: scratch[worker])
    }
    var loss = 0.0
    var gradient = 0.0
    for item in 0..<chunks {
      loss += lossSums[item]
      gradient += gradientSums[item]
    }
    network.updateBiases(marginGradient: gradient, coefficients: coefficients)
    trainingLoss = loss / Double(count)
  }

  private func range(_ item: Int) -> Range<Int> {
    item * Self.chunk..<min(current.count, (item + 1) * Self.chunk)
  }

  private func draw() {
    guard !isArranged else { return drawing.number(from: current.first) }
    drawing.choose(count: current.count, from: current.first, through: current.permutation)
    team.run(items: drawing.chunks) { [self] item, _ in drawing.drawTasks(item) }
    drawing.arrange()
    team.run(items: drawing.chunks) { [self] item, _ in drawing.sort(item) }
  }

  private func passForward(_ item: Int) {
    let places = range(item)
    drawing.drawBits(places)
    marker?.set(drawing.batch, places, number: drawing.number)
    network.forward(state, samples: places)
    let sums = network.lossGradients(state, samples: places, batchCount: current.count)
    lossSums[item] = sums.loss
    gradientSums[item] = sums.marginGradient
  }
}
