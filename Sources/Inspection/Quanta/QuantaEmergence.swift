package import Discovery
import Workloads

/// Losses of found quanta and of true subtasks over the steps of which a job has kept its weights.
package struct QuantaEmergence: Sendable {
  /// Ascending.
  package let steps: [Int]
  /// Mean loss of each quantum's samples after each step, bits; quanta by falling size.
  package let found: [[Double]]
  /// Mean loss of fresh samples of each subtask, bits; subtasks by falling frequency.
  package let truth: [[Double]]

  /// Fresh samples a subtask, on average.
  private static let samples = 64

  /// Follows the clusters of a study, with or without control columns, back through a network's
  /// history. Nil where fewer than two steps are kept, or nothing was found.
  package init?(_ study: QuantaStudy, history: [ParityNetwork], crew: Crew) {
    guard history.count > 1, let variant = study.variants.first else { return nil }
    let codes = study.network.study.codes
    let places = Dictionary(
      uniqueKeysWithValues: codes.enumerated().map { ($0.element, $0.offset) })
    let tasks = codes.count
    let fresh = study.network.study.samples(
      .even, count: Self.samples * tasks, from: AttributionStudy.firstHeldOut)
    let groups = fresh.tasks.map { places[$0] ?? 0 }
    steps = history.map(\.step)
    let columns = history.map { past in
      (
        Self.means(
          past, study.samples, variant.clusters.labels, variant.clusters.count, crew: crew),
        Self.means(past, fresh, groups, tasks, crew: crew)
      )
    }
    found = (0..<variant.clusters.count).map { row in columns.map { $0.0[row] } }
    truth = (0..<tasks).map { row in columns.map { $0.1[row] } }
  }

  private static let bitsPerNat = 1.442_695_040_888_963_4

  private static func means(
    _ network: ParityNetwork, _ samples: ParityStudy.Samples, _ groups: [Int], _ count: Int,
    crew: Crew
  ) -> [Double] {
    let losses = network.network.pass(samples.inputs, crew: crew).losses(samples.labels)
    var sums = [Double](repeating: 0, count: count)
    var sizes = sums
    for (group, loss) in zip(groups, losses) {
      sums[group] += loss * bitsPerNat
      sizes[group] += 1
    }
    return zip(sums, sizes).map { $1 > 0 ? $0 / $1 : .nan }
  }
}
