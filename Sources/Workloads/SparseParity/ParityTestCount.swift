import Kernels
import Synchronization
import Training

/// How many test samples a job has in all subtasks: a power for each of them, so that a grid of a million
/// widths remembers what they have in common. Any thread.
struct ParityTestCount: Hashable {
  private let alpha: Double
  private let offset: Double
  private let tasks: Int
  private let evaluation: ParitySettings.Evaluation
  private let evaluationSamples: Int
  private let evaluationBase: Int

  /// A grid has few; when there are more, all are forgotten.
  private static let remembered = 4096
  private static let known = Mutex<[ParityTestCount: Int]>([:])

  /// The test samples of a job.
  static func of(_ settings: ParitySettings) -> Int {
    let key = ParityTestCount(
      alpha: settings.alpha, offset: settings.offset, tasks: settings.tasks,
      evaluation: settings.evaluation, evaluationSamples: settings.evaluationSamples,
      evaluationBase: settings.evaluationBase)
    if let count = known.withLock({ $0[key] }) { return count }
    let weights = settings.frequencyWeights
    let total = weights.reduce(0, +)
    let count = weights.reduce(0) { $0 + settings.testSamples(probability: $1 / total) }
    known.withLock { known in
      if known.count >= remembered { known.removeAll() }
      known[key] = count
    }
    return count
  }
}
