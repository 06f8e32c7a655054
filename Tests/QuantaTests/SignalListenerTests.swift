import Dispatch
import Foundation
import Testing

@testable import quanta

@Suite struct SignalListenerTests {
  /// A Ctrl-C in the first moment was lost in 38 of 40 tries.
  @Test func signal_rightAfterTheListenerExists_isHeard() {
    let heard = DispatchSemaphore(value: 0)
    let listener = SignalListener(SIGUSR2, on: DispatchQueue(label: "test")) { heard.signal() }
    kill(getpid(), SIGUSR2)
    #expect(heard.wait(timeout: .now() + 60) == .success)
    listener.end()
  }
}
