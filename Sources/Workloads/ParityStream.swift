import Kernels

/// The independent random streams of a job's seed.
enum ParityStream: UInt32 {
  case subsets = 1
  case initialisation
  case trainingTasks
  case trainingBits
  case shuffles
  case testBits
  case discoveryTasks
  case discoveryBits
  case markers

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
