import Dispatch
import Foundation
import Operations

/// Waits for a store at the terminal: Ctrl-C and SIGTERM leave the queue, and nothing was changed.
final class QueueSignals: StoreWaiter {
  private var listeners: [SignalListener] = []

  func wait(_ reason: String) {
    if listeners.isEmpty { watch() }
    if !reason.isEmpty { Console.error(reason) }
  }

  private func watch() {
    let queue = DispatchQueue(label: "quanta.queue")
    listeners = [SIGINT, SIGTERM].map { number in
      SignalListener(number, on: queue) {
        Console.error("left the queue; nothing was changed")
        Foundation.exit(ExitStatus.interrupted.rawValue)
      }
    }
  }

  /// From here on a signal ends the process as usual.
  func end() {
    for listener in listeners { listener.end() }
  }
}
