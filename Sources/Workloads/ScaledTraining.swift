import Basics
import Kernels
import SweepModel
import Training

/// The two experiments of *Omnigrok* (arXiv:2210.01117) on a perceptron with mean squared error:
/// ordinary training from weights scaled by α, and the reduced landscape, where every step is
/// followed by a rescaling of all weights and biases that holds their norm at its initial value.
final class ScaledTraining {
  /// How a network is trained.
  struct Settings: ParameterSet {
    /// What happens to the weights' norm.
    enum Mode: String, CaseIterable {
      case grokking
      case landscape
    }

    /// α, the factor of PyTorch's default initial weights.
    let scale: Double
    /// True for the reduced landscape.
    let isConstrained: Bool
    let learningRate: Double
    let weightDecay: Double

    init(_ read: inout ParameterReader) { self.init(&read, learningRate: 0.001) }

    /// Reads what every such workload has; default and initial weights are the workload's.
    init(
      _ read: inout ParameterReader, learningRate rate: Double,
      initial: String = "uniform in ±1/√fan-in"
    ) {
      let mode: Mode = read.choice(
        "mode", default: .grokking,
        "grokking: ordinary training; landscape: the weights' norm is held at its initial value.")
      isConstrained = mode == .landscape
      scale = read.real(
        "alpha", 0...10_000, exclusiveMinimum: true, default: 1,
        "Factor α of the initial weights, which are \(initial).", role: .abscissa)
      learningRate = read.learningRate(default: rate)
      weightDecay = read.real("weightDecay", 0...1000, default: 0, "Decoupled weight decay.")
    }

    /// AdamW at a step.
    func coefficients(step: Int, beta2: Double = 0.999) -> AdamWCoefficients {
      AdamWCoefficients(
        step: step, learningRate: learningRate, beta1: 0.9, beta2: beta2, epsilon: 1e-8,
        weightDecay: weightDecay)
    }
  }

  /// What to do when the loss is no number any more.
  static let remedy = "Lower learningRate, weightDecay or alpha."

  let settings: Settings
  let network: DenseNetwork
  let team: ThreadTeam
  /// The norm of the weights as they were drawn.
  private(set) var initialNorm = 0.0

  /// Builds a network of zeros.
  init(_ settings: Settings, shape: DenseShape, threads: Int) {
    self.settings = settings
    team = ThreadTeam(threads: max(1, threads))
    network = DenseNetwork(shape: shape, kernels: .best)
  }

  /// Draws fresh weights.
  func initialise(_ stream: RandomStream) {
    network.initialise(stream, scale: settings.scale)
    initialNorm = network.group.norm
  }

  /// Does step `step`, counted from 1, on a pass whose inputs are filled.
  func run(step: Int, _ pass: DensePass, targets: Matrix, count: Int) {
    network.forward(pass, team: team)
    _ = DenseLoss(outputs: pass.outputs, gradients: pass.outputGradients, count: count)
      .meanSquare(targets: targets)
    network.backward(pass, team: team)
    network.group.update(
      settings.coefficients(step: step), kernels: network.kernels, team: team)
    if settings.isConstrained { network.group.constrain(norm: initialNorm) }
  }

  /// Appends weights, moments and the initial norm to a checkpoint.
  func write(to writer: inout ByteWriter) {
    network.group.write(to: &writer)
    writer.write(initialNorm)
  }

  /// Takes up what a checkpoint holds; when it throws, the weights are undefined.
  func read(from reader: inout ByteReader) throws(ByteDamage) {
    try network.group.read(from: &reader)
    initialNorm = try reader.norm()
  }

  /// An evaluation of the network as it stands.
  func evaluation(
    train: (loss: Double, accuracy: Double), test: (loss: Double, accuracy: Double)
  ) -> ScaledEvaluation {
    ScaledEvaluation(
      train: train, test: test, norm: network.group.norm, initialNorm: initialNorm)
  }
}

extension ByteReader {
  /// A norm in a checkpoint.
  mutating func norm() throws(ByteDamage) -> Double {
    let norm = try double()
    guard norm.isFinite, norm >= 0 else { throw damage("\(norm) is no norm") }
    return norm
  }
}
