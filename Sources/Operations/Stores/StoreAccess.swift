import Basics
import Findings
import Foundation
package import Store
import SweepModel

/// Who waits for a store that something else has.
package protocol StoreWaiter: AnyObject {
  /// Waiting begins, or its reason is another one; empty where nobody knows who has the store.
  func wait(_ reason: String)

  /// The store is there, or cannot be opened.
  func end()
}

/// Opens stores for commands that write to them.
package enum StoreAccess {
  /// Between two looks at whether the store is free, microseconds.
  private static let interval: UInt32 = 200_000

  /// Opens the store for whoever writes to it, who waits behind others, first come, first served; true
  /// when that was needed.
  ///
  /// - Parameters:
  ///   - sweep: the sweep that a run is about; nil for other commands.
  ///   - waiter: who is told while it waits; nil to refuse a store that something else has.
  package static func open(
    _ directory: String, sweep: String? = nil, waiter: (any StoreWaiter)?, creating: Bool = true,
    allowsNetworkFileSystem: Bool = false
  ) throws -> (store: LedgerStore, waited: Bool) {
    let layout = StoreLayout(directory: directory)
    var place: StoreQueue?
    var said = ""
    defer { if place != nil { waiter?.end() } }
    while true {
      let isMyTurn = place.map { $0.ahead == 0 } ?? (waiter == nil || StoreQueue.count(layout) == 0)
      if isMyTurn {
        do throws(StoreError) {
          let store = try LedgerStore.open(
            at: layout.directory, now: Date().timeIntervalSince1970, creating: creating,
            allowsNetworkFileSystem: allowsNetworkFileSystem)
          return (store, place != nil)
        } catch {
          guard error.code == .locked, waiter != nil else { throw error }
        }
      }
      let isFirst = place == nil
      if isFirst { place = try StoreQueue(layout) }
      let text = notice(layout, sweep: sweep, ahead: place?.ahead ?? 0)
      if isFirst || (text != said && !text.isEmpty) {
        waiter?.wait(text)
        said = text
      }
      usleep(interval)
    }
  }

  private static func notice(_ layout: StoreLayout, sweep: String?, ahead: Int) -> String {
    guard let holder = StoreQueue.holder(layout) else { return "" }
    let running = (try? StoreReader.open(at: layout.directory)).flatMap(\.liveStatus)
    // A command that holds the lock without a run leaves the last run's status as it was.
    let isFresh = running.map { abs($0.writtenAt - Date().timeIntervalSince1970) < 30 } ?? false
    let others = ahead > 0 ? ", and \(counted(ahead, "other")) that came before" : ""
    let whom = isFresh ? "sweep \(running?.sweep ?? "") (\(holder))" : "\(holder)"
    let end = "; Ctrl-C leaves the queue"
    return running?.sweep == sweep && isFresh
      ? "\(sweep ?? "") is running already (\(holder)): waiting for its end\(others), then going on with "
        + "what is left\(end)"
      : "queued behind \(whom)\(others)\(end)"
  }

  /// Runs `body` on the store once no run has it; an error of it closes the store too. Where there is
  /// no store, `creating` makes one.
  package static func withLedger<Result>(
    _ directory: String, waiter: (any StoreWaiter)?, creating: Bool = false,
    _ body: (LedgerStore) throws -> Result
  ) throws -> Result {
    let store = try open(directory, waiter: waiter, creating: creating).store
    let result: Result
    do {
      result = try body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
    return result
  }
}
