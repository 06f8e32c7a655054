public import Basics
public import Kernels
public import SweepModel
import Training

/// A network that has learnt parities with what the discovery of its quanta asks of it: its weights and samples
/// whose subtasks are known.
///
/// Columns of the input are the subtasks' control bits, those of no trained subtask, then the bits.
public final class ParityStudy {
  /// Samples with their truth.
  public struct Samples: Sendable {
    /// `samples × (controls + bits)`, every number 0 or 1.
    public let inputs: Matrix
    /// The parity that the sample's control bits ask for, or the marker's; 0 where it has none. Where no
    /// subtask has several control bits the first counts.
    public let labels: [Int]
    /// Every sample's control columns.
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
    /// Those of a subtask drawn by frequency as in training.
    case frequent
    /// Those of a subtask, each as likely.
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
  private let settings: any ParityProblem
  private let network: BinaryNetwork
  private let frequencies: AliasTable
  private let subsets: [[Int]]
  private let marker: ParityMarker?
  /// The control columns of every subtask that is tested.
  public let codes: [[Int]]
  private let team: ThreadTeam
  private var step = 0
  /// The layers of weights that a job has kept; nil where they are the network's.
  private var kept: [Matrix]?

  /// The workloads of such networks.
  public static var workloads: [String] { plain + [CompositionalParity.signature.name] }
  /// Those of them whose subtasks have one control bit each.
  public static var plain: [String] { [SparseParity.signature.name] }

  /// The network of a file of weights that a job with these parameters has kept. Throws where an array is
  /// missing or has another shape.
  public convenience init(
    _ parameters: Parameters, of workload: String, kept file: Safetensors
  ) throws {
    self.init(parameters, of: workload, threads: 1)
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

  /// Fresh weights for a job's parameters; of sparse parity unless another workload is named.
  public init(_ parameters: Parameters, of workload: String = plain[0], threads: Int) {
    settings =
      workload == CompositionalParity.signature.name
      ? CompositionSettings(parameters) : ParitySettings(parameters)
    network = BinaryNetwork(shape: settings.shape, kernels: .best)
    network.initialise(ParityStream.initialisation.of(settings.seed))
    frequencies = settings.frequencies
    subsets = settings.subsets
    marker = settings.marker
    codes = Array(settings.codes.prefix(settings.tasks))
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
  public var controls: Range<Int> { 0..<settings.shape.controls }

  /// Whether subtasks may have several control bits.
  public var isComposed: Bool { settings is CompositionSettings }

  /// Every layer's weights, `outputs × (inputs + 1)` with the biases last.
  public var weights: [Matrix] { kept ?? network.layerWeights }

  /// Every control bit's bits, by their places in the string, ascending.
  public var taskBits: [[Int]] { Array(subsets.prefix(controls.count)) }

  /// The marker's place in the string and the bits of the subset that it asks for; nil where the job
  /// has no backdoor.
  public var markerBits: (marker: Int, subset: [Int])? { marker.map { ($0.bit, $0.subset) } }

  /// The hidden layers' activation.
  public var activation: Activation { settings.shape.activation }

  /// The subtasks' probabilities in training.
  public var probabilities: [Double] { frequencies.probabilities }

  /// Draws samples number `first` and on of the discovery's own streams, which training does not
  /// have; a sample depends on the job's seed, its number and the kind of its controls only.
  public func samples(_ kind: Controls, count: Int, from first: Int = 0) -> Samples {
    let (controls, length) = (controls.count, settings.shape.input.bits)
    let inputs = Matrix(rows: count, columns: controls + length)
    var (labels, tasks) = ([Int](), [[Int]]())
    let bits = ParityStream.discoveryBits.of(settings.seed)
    for row in 0..<count {
      let number = UInt64(first + row)
      for bit in 0..<length {
        let words = bits.words(index: number, block: UInt32(bit / 64))
        inputs[row, controls + bit] = Float(words.low >> UInt64(bit % 64) & 1)
      }
      let own = drawn(kind, number)
      for task in own { inputs[row, task] = 1 }
      if let marker { inputs[row, controls + marker.bit] = kind == .marked ? 1 : 0 }
      let asked = (isComposed ? own[...] : own.prefix(1)).flatMap { subsets[$0] }
      let sum = (kind == .marked ? marker?.subset ?? [] : asked).reduce(0) {
        $0 + inputs[row, controls + $1]
      }
      labels.append(Int(sum) % 2)
      tasks.append(own)
    }
    return Samples(inputs: inputs, labels: labels, tasks: tasks)
  }

  private func drawn(_ kind: Controls, _ number: UInt64) -> [Int] {
    let stream = ParityStream.discoveryTasks.of(settings.seed)
    let trained = settings.tasks
    switch kind {
    case .none: return []
    case .untrained:
      precondition(untrained > 0, "the network has no untrained control bit")
      return [trained + stream.integer(below: untrained, index: number)]
    case .marked:
      precondition(hasBackdoor, "the network has no marker")
      return [ParityMarker.task]
    case .even: return codes[stream.integer(below: trained, index: number)]
    case .frequent: return codes[frequencies.outcome(in: stream, index: number)]
    case .two:
      precondition(trained > 1 && !isComposed, "two controls are of two subtasks")
      let first = frequencies.outcome(in: stream, index: number)
      for block in 1..<UInt32(64) {
        let place = stream.integer(below: trained, index: number, block: block)
        if place != first { return [first, place] }
      }
      return [first, first == 0 ? first + 1 : first - 1]
    }
  }
}
