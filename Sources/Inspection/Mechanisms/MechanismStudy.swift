package import Discovery
package import Findings
package import Grokking
import Store
package import SweepModel
import Synchronization
import Workloads

/// What a run that adds modulo p has learned by each step at which its weights were kept.
package struct MechanismStudy: Sendable {
  /// The job.
  package let job: JobRecord
  /// The measures by step, by the key frequencies of the last one.
  package let rows: [ProgressMeasures]
  /// Numbers x·p + y of the training pairs.
  package let trainingPairs: [Int]
  /// The units of the last step.
  package let frequencies: NeuronFrequencies
  /// The phases.
  package let phases: GrokkingPhases

  /// Studies every job of a sweep that has kept weights.
  ///
  /// - Parameters:
  ///   - key: The key frequencies; those of the units at the end if absent.
  ///   - threshold: see ``Grokking/NeuronFrequencies``.
  ///   - onStep: Called after each step, with how many of how many are done.
  package static func all(
    of results: SweepResults, key: [Int]?, threshold: Double, rule: GrokkingPhases.Rule,
    crew: Crew, onStep: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> [MechanismStudy] {
    guard results.record.workload == KeptAddition.workload else {
      throw CommandError(
        "\(results.record.name) runs \(results.record.workload); mechanisms are measured in "
          + "networks of \(KeptAddition.workload)",
        remedy: "`quanta presets` lists modadd-mechanisms, which keeps the weights that this needs")
    }
    let kept = try KeptNetworks(results)
    let total = kept.jobs.reduce(0) { $0 + $1.snapshots.count }
    var done = 0
    return try kept.jobs.map { entry in
      defer { done += entry.snapshots.count }
      let before = done
      return try MechanismStudy(
        entry, kept, key: key, threshold: threshold, rule: rule, crew: crew
      ) { onStep(before + $0, total) }
    }
  }

  private init(
    _ entry: KeptNetworks.Kept, _ kept: KeptNetworks, key: [Int]?, threshold: Double,
    rule: GrokkingPhases.Rule, crew: Crew, onStep: @escaping @Sendable (Int) -> Void
  ) throws {
    job = entry.job
    let addition = KeptAddition(entry.job.job.parameters)
    guard addition.modulus % 2 == 1 else {
      throw CommandError(
        "\(entry.job.job.key.short): p = \(addition.modulus) is even",
        remedy: "frequencies are measured for odd p")
    }
    let networks = try entry.snapshots.map {
      ($0.step, try addition.network(try kept.file($0)))
    }
    let pairs = addition.trainingPairs
    trainingPairs = pairs
    // The last one names the key frequencies.
    let last = CircuitSnapshot(
      networks[networks.count - 1].1, step: networks[networks.count - 1].0,
      threshold: threshold)
    let chosen = key ?? last.frequencies.key
    let found = Mutex([ProgressMeasures?](repeating: nil, count: networks.count))
    let done = Atomic(0)
    crew.run(items: networks.count) { item, _ in
      let isLast = item == networks.count - 1
      let snapshot =
        isLast
        ? last : CircuitSnapshot(networks[item].1, step: networks[item].0, threshold: threshold)
      let measures = snapshot.measures(key: chosen, trainingPairs: pairs)
      found.withLock { $0[item] = measures }
      onStep(done.add(1, ordering: .relaxed).newValue)
    }
    rows = found.withLock { $0.compactMap(\.self) }
    frequencies = last.frequencies
    phases = GrokkingPhases(rows, rule)
  }

  /// The step from which on the units' frequencies are those of the end; nil where only the end has them.
  package var stableSince: Int? {
    guard let last = rows.last else { return nil }
    let rest = rows.reversed().prefix { $0.ownFrequencies == last.ownFrequencies }
    return rest.count > 1 ? rest.last?.step : nil
  }
}
