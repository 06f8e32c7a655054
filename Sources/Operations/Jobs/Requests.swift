import Findings
import Foundation
package import Store
package import SweepModel

/// Asks the coordinator that runs on a store for something, or changes the store where none runs.
package struct Requests {
  private let reader: StoreReader

  package init(_ reader: StoreReader) { self.reader = reader }

  /// Leaves a request in the mailbox if a coordinator runs and waits until it is taken.
  ///
  /// Returns false when no coordinator runs.
  package func sendIfRunning(_ request: Request) throws -> Bool {
    let live = LiveFile(reader.layout)
    guard live.isCoordinatorAlive else { return false }
    if let holder = StoreHolder(reader.layout), holder.isSuspended {
      throw CommandError(
        "the run is suspended (process \(holder.process)) and hears nobody",
        remedy: "`fg` in its terminal, or `kill -CONT \(holder.process)`, lets it go on")
    }
    let mailbox = Mailbox(reader.layout)
    try mailbox.post(request)
    for _ in 0..<200 {
      if mailbox.isEmpty { return true }
      guard live.isCoordinatorAlive else { break }
      usleep(50_000)
    }
    _ = try mailbox.take()
    guard live.isCoordinatorAlive else { return false }
    throw CommandError(
      "the coordinator does not answer", remedy: "is its machine frozen? `quanta status` tells")
  }

  /// Throws when the coordinator that runs here is about another sweep than this one.
  package func checkRuns(_ sweep: String) throws {
    guard let live = reader.liveStatus, live.sweep != sweep else { return }
    throw CommandError(
      "the coordinator on \(reader.layout.directory) runs \(live.sweep), not \(sweep)",
      remedy: "wait for it, or stop it with Ctrl-C")
  }

  /// Waits until none of these jobs is where it was: what a coordinator has taken out of its mailbox is
  /// in the ledger an instant later, and who looks at the jobs next shall see it.
  private func waitUntilMoved(from before: [JobKey: JobState]) throws {
    for _ in 0..<100 {
      let now = try reader.states(of: Array(before.keys))
      guard before.contains(where: { now[$0.key] == $0.value }),
        LiveFile(reader.layout).isCoordinatorAlive
      else { return }
      usleep(50_000)
    }
  }

  /// Moves jobs to a state: through the coordinator where one runs, else in the store itself.
  package func move(_ keys: [JobKey], to state: JobState, asking request: Request, reason: String)
    throws
  {
    let before = try reader.states(of: keys)
    if try sendIfRunning(request) { return try waitUntilMoved(from: before) }
    let store = try LedgerStore.open(
      at: reader.layout.directory, now: Date().timeIntervalSince1970, creating: false)
    let entries = try store.ledger(forJobs: keys)
    var changes: [LedgerChange] = []
    for entry in entries {
      if let open = entry.open {
        changes.append(.ended(open.attempt, .cancelled, message: reason))
      }
      changes.append(.moved(entry.job.key, state, reason: reason))
    }
    try store.commit(changes, at: Date().timeIntervalSince1970)
    try store.close()
  }
}
