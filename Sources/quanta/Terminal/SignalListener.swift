import Dispatch
import Foundation

/// Listens for one signal, from the moment that it exists.
///
/// Dispatch begins to listen some time after a source is resumed. The signal is blocked until then, or a
/// Ctrl-C in that moment would be lost.
final class SignalListener {
  private let source: any DispatchSourceSignal
  private let number: Int32

  /// Calls `handler` on `queue` for each such signal.
  init(_ number: Int32, on queue: DispatchQueue, _ handler: @escaping @Sendable () -> Void) {
    self.number = number
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    defer { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    let listens = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { listens.signal() }
    source.setEventHandler(handler: handler)
    source.resume()
    listens.wait()
  }

  /// From here on the signal ends the process as usual.
  func end() {
    source.cancel()
    signal(number, SIG_DFL)
  }
}
