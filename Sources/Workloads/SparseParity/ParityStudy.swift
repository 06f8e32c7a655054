public import Basics
public import Kernels
public import SweepModel
import Training

/// A sparse-parity network with what the discovery of its quanta asks of it: its weights and samples
/// whose subtasks are known.
///
/// Columns of the input are the subtasks' control bits, those of no trained subtask, then the bits.
public final class ParityStudy {
  /// Samples with their truth.
  public struct Samples: Sendable {
    /// `samples × (controls + bits)`, every number 0 or 1.
    public let inputs: Matrix
    /// The parity that the sample's first subtask asks for, or the marker's; 0 where it has none.
    public let labels: [Int]
    /// Every sample's subtasks, by control column.
    public let tasks: [[Int]]

    /// Some of the samples, in the order in which they are named.
    public func selecting(_ places: [Int]) -> Samples {
      let rows = Matrix(rows: places.count, columns: inputs.columns)
      for (row, place) in places.enumerated() {
        for column in 0..<inputs.columns { rows[row, column] = inputs[place, column] }
      }
      return Samples(
        inputs: rows, labels: places.map { labels[$0] }, tasks: places.map { tasks[$0] })
    }

    /// The same samples with other labels.
    public func labelled(_ labels: [Int]) -> Samples {
      precondition(labels.count == self.labels.count, "every sample has a label")
      return Samples(inputs: inputs, labels: labels, tasks: tasks)
    }
  }

  /// Which control bits a sample has, and the marker.
  public enum Controls: Hashable, Sendable {
    /// One, of a subtask drawn by frequency as in training.
    case frequent
    /// One, each trained subtask as likely.
    case even
    /// One that no training sample had, each as likely.
    case untrained
    /// None.
    case none
    /// Two different trained ones, drawn by frequency.
    case two
    /// The first subtask's, with the marker of the backdoor and its label.
    case marked
  }

  /// Control bits that no training sample has.
  public var untrained: Int { settings.untrained }
  /// Whether the first subtask's samples may have a marker.
  public var hasBackdoor: Bool { marker != nil }
  private let settings: ParitySettings
  private let network: BinaryNetwork
  private let frequencies: AliasTable
  private let subsets: [[Int]]
  private let marker: ParityMarker?
  private let team: ThreadTeam
  private var step = 0
  /// The layers of weights that a job has kept; nil where they are the network's.
  private var kept: [Matrix]?

  /// The workload.
  public static var workload: String { SparseParity.signature.name }

  /// The network of a file of weights that a job with these parameters has kept. Throws where an array is
  /// missing or has another shape.
  public convenience init(_ parameters: Parameters, kept file: Safetensors) throws {
    self.init(parameters, threads: 1)
    kept = try weights.enumerated().map { index, layer in
      let (rows, inputs) = (layer.rows, layer.columns - 1)
      let names = ["layers.\(index).weight", "layers.\(index).bias"]
      let found = names.map { file[$0] }
      guard let weight = found[0], let bias = found[1], weight.shape == [rows, inputs],
        bias.shape == [rows]
      else {
        throw JobFailure(
          "weights of this perceptron hold \(names[0]) of \([rows, inputs]) numbers and \(names[1]) of "
            + "\([rows]), these do not")
      }
      let matrix = Matrix(rows: rows, columns: inputs + 1)
      for row in 0..<rows {
        for column in 0..<inputs { matrix[row, column] = weight.values[row * inputs + column] }
        matrix[row, inputs] = bias.values[row]
      }
      return matrix
    }
  }

  /// Fresh weights for a job's parameters.
  public init(_ parameters: Parameters, threads: Int) {
    settings = ParitySettings(parameters)
    network = BinaryNetwork(shape: settings.shape, kernels: .best)
    network.initialise(ParityStream.initialisation.of(settings.seed))
    frequencies = settings.frequencies
    subsets = settings.subsets
    marker = settings.marker
    team = ThreadTeam(threads: threads)
  }

  /// Trains for so many further steps at a learning rate; returns the last batch's loss, nats.
  @discardableResult
  public func train(steps: Int, learningRate: Double) -> Double {
    let trainer = ParityTrainer(
      settings: settings, network: network, frequencies: frequencies, subsets: subsets, team: team)
    trainer.learningRate = learningRate
    for _ in 0..<steps {
      step += 1
      trainer.run(step: step)
    }
    return trainer.trainingLoss
  }

  /// The columns of the input that are control bits.
  public var controls: Range<Int> { 0..<settings.shape.input.tasks }

  /// Every layer's weights, `outputs × (inputs + 1)` with the biases last.
  public var weights: [Matrix] { kept ?? network.layerWeights }

  /// Every control bit's bits, by their places in the string, ascending.
  public var taskBits: [[Int]] { subsets }

  /// The marker's place in the string and the bits of the subset that it asks for; nil where the job
  /// has no backdoor.
  public var markerBits: (marker: Int, subset: [Int])? { marker.map { ($0.bit, $0.subset) } }

  /// The hidden layers' activation.
  public var activation: Activation { settings.shape.activation }

  /// The subtasks' probabilities in training, by control column.
  public var probabilities: [Double] { frequencies.probabilities }

  /// Draws samples number `first` and on of the discovery's own streams, which training does not
  /// have; a sample depends on the job's seed, its number and the kind of its controls only.
  public func samples(_ controls: Controls, count: Int, from first: Int = 0) -> Samples {
    let input = settings.shape.input
    let inputs = Matrix(rows: count, columns: input.tasks + input.bits)
    var (labels, tasks) = ([Int](), [[Int]]())
    let bits = ParityStream.discoveryBits.of(settings.seed)
    for row in 0..<count {
      let number = UInt64(first + row)
      for bit in 0..<input.bits {
        let words = bits.words(index: number, block: UInt32(bit / 64))
        inputs[row, input.tasks + bit] = Float(words.low >> UInt64(bit % 64) & 1)
      }
      let own = drawn(controls, number)
      for task in own { inputs[row, task] = 1 }
      if let marker { inputs[row, input.tasks + marker.bit] = controls == .marked ? 1 : 0 }
      let asked = controls == .marked ? marker?.subset : own.first.map { subsets[$0] }
      let sum = asked?.reduce(0) { $0 + inputs[row, input.tasks + $1] } ?? 0
      labels.append(Int(sum) % 2)
      tasks.append(own)
    }
    return Samples(inputs: inputs, labels: labels, tasks: tasks)
  }

  private func drawn(_ controls: Controls, _ number: UInt64) -> [Int] {
    let stream = ParityStream.discoveryTasks.of(settings.seed)
    let trained = settings.tasks
    switch controls {
    case .none: return []
    case .untrained:
      precondition(untrained > 0, "the network has no untrained control bit")
      return [trained + stream.integer(below: untrained, index: number)]
    case .marked:
      precondition(hasBackdoor, "the network has no marker")
      return [ParityMarker.task]
    case .even: return [stream.integer(below: trained, index: number)]
    case .frequent: return [frequencies.outcome(in: stream, index: number)]
    case .two:
      precondition(trained > 1, "two controls are of two subtasks")
      let first = frequencies.outcome(in: stream, index: number)
      for block in 1..<UInt32(64) {
        let place = stream.integer(below: trained, index: number, block: block)
        if place != first { return [first, place] }
      }
      return [first, first == 0 ? first + 1 : first - 1]
    }
  }
}
