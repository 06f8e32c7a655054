package import Store
package import SweepModel

/// How the sweeps of a store stand, as `quanta status --json` says it.
package struct StatusDocument: Encodable {
  private struct Row: Encodable {
    let name: String
    let workload: String
    let jobs: Int
    let states: [String: Int]
    /// Done jobs whose result a rerun contradicts.
    let quarantined: Int
  }
  private let store: String
  private let sweeps: [Row]
  private let live: RunStatus?

  package init(store: String, sweeps: [SweepRecord], live: RunStatus?) {
    self.store = store
    self.sweeps = sweeps.map { sweep in
      Row(
        name: sweep.name, workload: sweep.workload, jobs: sweep.counts.total,
        states: sweep.statesByWord, quarantined: sweep.quarantined)
    }
    self.live = live
  }
}

extension SweepRecord {
  /// How many jobs are in each state.
  var statesByWord: [String: Int] {
    Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.word, counts[$0]) })
  }
}
