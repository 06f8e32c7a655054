import Basics
import Kernels
import SweepModel
import Training

/// What trains and evaluates one job: its network, its trainer and its test set on one team.
final class ParityCore<Settings: ParityProblem>: TrainingCore {
  typealias Record = ParityRecord<Settings>
  /// Buffers that a checkpoint keeps: parameters and moments.
  static var bufferCount: Int { 3 }

  private let settings: Settings
  private let network: BinaryNetwork
  private let trainer: ParityTrainer
  private let testSet: ParityTestSet

  /// Builds a core with a network of zeros.
  init(_ settings: Settings, in context: any JobContext) {
    self.settings = settings
    network = BinaryNetwork(shape: settings.shape, kernels: .best)
    let team = ThreadTeam(threads: max(1, context.threads))
    let (frequencies, subsets) = (settings.frequencies, settings.subsets)
    trainer = ParityTrainer(
      settings: settings, network: network, frequencies: frequencies, subsets: subsets, team: team)
    testSet = ParityTestSet(
      settings: settings, network: network, frequencies: frequencies, subsets: subsets, team: team)
  }

  var batchCount: Int { settings.batchCapacity }
  var testSampleCount: Int { testSet.sampleCount }

  /// What a checkpoint keeps of the network.
  private var state: [Buffer<Float>] {
    [network.parameters, network.firstMoments, network.secondMoments]
  }

  func initialise() {
    for buffer in state { buffer.fill(0..<buffer.count, with: 0) }
    network.initialise(ParityStream.initialisation.of(settings.seed))
  }

  func run(step: Int) { trainer.run(step: step) }

  func evaluate() -> ParityEvaluation {
    var evaluation = testSet.evaluate()
    evaluation.trainingLoss = trainer.trainingLoss * ParityTestSet.bitsPerNat
    return evaluation
  }

  var tensors: [Safetensors.Tensor] { network.tensors }

  func write(to writer: inout ByteWriter) {
    for buffer in state { writer.write(buffer) }
  }

  func read(from reader: inout ByteReader) throws(ByteDamage) {
    for buffer in state { try reader.read(into: buffer) }
    guard network.hasTrueSums else {
      throw reader.damage("its weights of several control bits are not the sums of those of one")
    }
    network.prepare()
  }
}
