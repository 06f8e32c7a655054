import Dispatch
import Foundation
import Operations

/// Waits for a store at the terminal: Ctrl-C and SIGTERM leave the queue, and nothing was changed.
final class QueueSignals: StoreWaiter {
  private var sources: [any DispatchSourceSignal] = []

  func wait(_ reason: String) {
    if sources.isEmpty { watch() }
    if !reason.isEmpty { Console.error(reason) }
  }

  private func watch() {
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
  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
