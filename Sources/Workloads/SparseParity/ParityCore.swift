import Kernels
import Training

/// What trains and evaluates one job: its network, its trainer and its test set on one team.
struct ParityCore {
  let network: BinaryNetwork
  let trainer: ParityTrainer
  let testSet: ParityTestSet

  /// Builds a core with a network of zeros.
  init(settings: ParitySettings, threads: Int) {
    network = BinaryNetwork(shape: settings.shape, kernels: .best)
    let team = ThreadTeam(threads: max(1, threads))
    let frequencies = AliasTable(weights: settings.frequencyWeights)
    let subsets = ParitySubsets.draw(
      settings.shape.input.tasks, size: settings.subset, bits: settings.shape.input.bits,
      from: ParityStream.subsets.of(settings.seed))
    trainer = ParityTrainer(
      settings: settings, network: network, frequencies: frequencies, subsets: subsets, team: team)
    testSet = ParityTestSet(
      settings: settings, network: network, frequencies: frequencies, subsets: subsets, team: team)
  }
}
