import Findings
import Store
import SweepModel
import Testing

@testable import Operations

/// Jobs that go on at hosts without a coordinator: whoever goes on must reach those hosts.
struct LeftRunningTests {
  private func left(on workers: [String]) throws -> LeftRunning {
    let stored = try StoredSweep(
      """
      name: widths
      workload: self-test
      settings: {steps: 3}
      grid: {size: [10, 20, 40]}
      """, done: false)
    let store = try LedgerStore.open(at: stored.folder, now: 2)
    for (place, (job, worker)) in zip(stored.sweep.jobs, workers).enumerated() {
      let attempt = AttemptID(job: job.key, number: 1, token: place + 1)
      try store.commit([.leased(attempt, worker: worker)], at: 3)
    }
    try store.close()
    let reader = try StoreReader.open(at: stored.folder)
    let record = try reader.sweep(named: "widths")
    let left = try LeftRunning(record, reader: reader)
    return try #require(left)
  }

  @Test func workersOnHosts_hintAndWarning_nameClusterAndWhatIsMissed() throws {
    let left = try left(on: ["h1", "h2", "local"])
    #expect(left.clusterHint.contains("--cluster"))
    #expect(left.unreached(by: ["h1", "h2", "local"]) == nil)
    let text = try #require(left.unreached(by: ["local", "h2"]))
    #expect(text.contains("the worker on h1, which this run does not reach"), "\(text)")
  }

  @Test func workersHere_needNoCluster() throws {
    let left = try left(on: ["local"])
    #expect(left.clusterHint.isEmpty)
    #expect(left.unreached(by: ["local"]) == nil)
  }
}
