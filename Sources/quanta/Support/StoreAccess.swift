import ArgumentParser
import Basics
import Dispatch
import Foundation
import Store
import SweepModel

/// What to do when another run or command has the store.
struct QueueOptions: ParsableArguments {
  @Flag(name: .long, help: "End with an error when something else has the store; do not wait.")
  var noWait = false
}

/// Opens stores for commands that write to them.
enum StoreAccess {
  /// Between two looks at whether the store is free, microseconds.
  private static let interval: UInt32 = 200_000

  /// Opens the store for a run; see ``open(_:sweep:waits:creating:allowsNetworkFileSystem:)``.
  static func openForRun(
    _ options: LaunchOptions, sweep: String, waits: Bool
  ) throws -> (store: LedgerStore, waited: Bool) {
    try open(
      options.store.directory, sweep: sweep, waits: waits,
      allowsNetworkFileSystem: options.forceNetworkStore)
  }

  /// Opens the store for whoever writes to it, who waits behind others, first come, first served; true
  /// when that was needed.
  ///
  /// - Parameter sweep: the sweep that a run is about; nil for other commands.
  static func open(
    _ directory: String, sweep: String? = nil, waits: Bool, creating: Bool = true,
    allowsNetworkFileSystem: Bool = false
  ) throws -> (store: LedgerStore, waited: Bool) {
    let layout = StoreLayout(directory: directory)
    var place: StoreQueue?
    var said = ""
    var signals: LeavingSignals?
    defer { signals?.cancel() }
    while true {
      let isMyTurn = place.map { $0.ahead == 0 } ?? (!waits || StoreQueue.count(layout) == 0)
      if isMyTurn {
        do throws(StoreError) {
          let store = try LedgerStore.open(
            at: layout.directory, now: Date().timeIntervalSince1970, creating: creating,
            allowsNetworkFileSystem: allowsNetworkFileSystem)
          return (store, place != nil)
        } catch {
          guard error.code == .locked, waits else { throw error }
        }
      }
      if place == nil {
        place = try StoreQueue(layout)
        signals = LeavingSignals()
      }
      let text = notice(layout, sweep: sweep, ahead: place?.ahead ?? 0)
      if text != said, !text.isEmpty {
        Console.error(text)
        said = text
      }
      usleep(interval)
    }
  }

  private static func notice(_ layout: StoreLayout, sweep: String?, ahead: Int) -> String {
    guard let holder = StoreQueue.holder(layout) else { return "" }
    let running = (try? StoreReader.open(at: layout.directory)).flatMap(liveStatus)
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
  static func withLedger<Result>(
    _ directory: String, _ queue: QueueOptions, creating: Bool = false,
    _ body: (LedgerStore) throws -> Result
  ) throws -> Result {
    let store = try open(directory, waits: !queue.noWait, creating: creating).store
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

/// Ctrl-C and SIGTERM while a run waits for its turn: it leaves, and has changed nothing.
private final class LeavingSignals {
  private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "quanta.queue"))
      source.setEventHandler {
        Console.error("left the queue; nothing was changed")
        Foundation.exit(ExitStatus.interrupted.rawValue)
      }
      source.resume()
      sources.append(source)
    }
  }

  /// From here on a signal ends the process as usual.
  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
