import Basics
import Kernels
import SweepModel
import Training

/// The two experiments of *Omnigrok* (arXiv:2210.01117) on a perceptron with mean squared error:
/// ordinary training from weights scaled by α, and the reduced landscape, where every step is
/// followed by a rescaling of all weights and biases that holds their norm at its initial value.
final class ScaledTraining {
  /// How a network is trained.
  struct Settings: Sendable {
    let shape: DenseShape
    /// α, the factor of PyTorch's default initial weights.
    let scale: Double
    /// True for the reduced landscape.
    let isConstrained: Bool
    let learningRate: Double
    let weightDecay: Double

    /// Reads the parameters that ``specs`` names.
    init(_ parameters: Parameters, shape: DenseShape) {
      self.shape = shape
      scale = parameters.real("alpha")
      isConstrained = parameters.text("mode") == "landscape"
      learningRate = parameters.real("learningRate")
      weightDecay = parameters.real("weightDecay")
    }
  }

  let settings: Settings
  let network: DenseNetwork
  let team: ThreadTeam
  /// The norm of the weights as they were drawn.
  private(set) var initialNorm = 0.0

  /// Builds a network of zeros.
  init(settings: Settings, threads: Int) {
    self.settings = settings
    team = ThreadTeam(threads: max(1, threads))
    network = DenseNetwork(shape: settings.shape, kernels: .best)
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
      AdamWCoefficients(
        step: step, learningRate: settings.learningRate, beta1: 0.9, beta2: 0.999,
        epsilon: 1e-8, weightDecay: settings.weightDecay),
      kernels: network.kernels, team: team)
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
    initialNorm = try reader.double()
    guard initialNorm.isFinite, initialNorm >= 0 else {
      throw reader.damage("\(initialNorm) is no norm")
    }
  }

  /// The parameters of every such workload; the defaults are the workload's.
  static func specs(
    learningRate: Double, initial: String = "uniform in ±1/√fan-in"
  ) -> [ParameterSpec] {
    [
      ParameterSpec(
        "mode", .choice(["grokking", "landscape"]), default: .text("grokking"),
        "grokking: ordinary training; landscape: the weights' norm is held at its initial value."),
      ParameterSpec(
        "alpha", .real(0...10_000, exclusiveMinimum: true), default: .real(1),
        "Factor α of the initial weights, which are \(initial)."),
      ParameterSpec(
        "learningRate", .real(0...1000, exclusiveMinimum: true), default: .real(learningRate),
        "AdamW's learning rate."),
      ParameterSpec(
        "weightDecay", .real(0...1000), default: .real(0), "Decoupled weight decay."),
    ]
  }
}
