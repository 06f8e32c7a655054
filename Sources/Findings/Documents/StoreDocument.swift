package import Store

/// What a store holds, as `quanta store show --json` says it.
package struct StoreDocument: Encodable {
  private let store: String
  private let sweeps: Int
  private let jobs: Int
  private let results: Int
  private let curves: Int
  private let databaseBytes: Int
  private let curveBytes: Int
  private let logs: Int
  private let logBytes: Int
  private let checkpoints: Int
  private let checkpointBytes: Int
  private let unfinishedCheckpoints: Int
  private let unfinishedCheckpointBytes: Int
  private let dataSets: Int
  private let dataBytes: Int
  private let weights: Int
  private let weightBytes: Int
  private let unlistedResults: Int
  private let discardedResults: Int
  private let freeable: [Freeable.Row]

  package init(
    store: String, sweeps: Int, inventory: StoreInventory, files: StoreFiles, freeable: Freeable
  ) {
    self.store = store
    self.sweeps = sweeps
    jobs = inventory.jobs
    results = inventory.results
    curves = inventory.curves
    databaseBytes = files.database
    curveBytes = inventory.curveBytes
    logs = files.logs.count
    logBytes = files.logs.total
    checkpoints = files.checkpoints.count
    checkpointBytes = files.checkpoints.total
    unfinishedCheckpoints = files.drafts.count
    unfinishedCheckpointBytes = files.drafts.bytes
    dataSets = files.data.count
    dataBytes = files.data.values.reduce(0, +)
    weights = files.weights.count
    weightBytes = files.weights.values.reduce(0, +)
    unlistedResults = inventory.unlistedResults
    discardedResults = inventory.discarded
    self.freeable = freeable.rows
  }
}
