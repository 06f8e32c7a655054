package import Findings
import Foundation
package import Store

extension LedgerStore {
  /// Removes what was shown and is still nobody's. The database first: files whose jobs it no longer
  /// needs are found again if this is cut short.
  package func prune(_ seen: Freeable, logs: Bool, discarded: Bool) throws {
    _ = try prune(
      unlisted: seen.unlistedResults.sorted(), discarded: discarded,
      at: Date().timeIntervalSince1970)
    let now = try Freeable(StoreReader.open(at: layout.directory))
    let files = StoreFiles(layout)
    for key in seen.strayLogs.intersection(now.strayLogs) { try files.removeLogs(of: key) }
    for key in seen.strayCheckpoints.intersection(now.strayCheckpoints) {
      try files.removeCheckpoint(of: key)
    }
    files.removeDrafts()
    for hash in seen.strayData.intersection(now.strayData) { try files.removeData(hash) }
    // Those of discarded results are nobody's once these are gone.
    let named = try StoreReader.open(at: layout.directory).weightHashes()
    let unnamed = Set(files.weights.keys).subtracting(named)
    for hash in discarded ? unnamed : unnamed.intersection(seen.strayWeights) {
      try files.removeWeights(hash)
    }
    if logs {
      for key in seen.logsOfDone.intersection(now.logsOfDone) { try files.removeLogs(of: key) }
    }
    try compact()
  }
}
