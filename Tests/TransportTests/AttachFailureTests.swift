import SweepModel
import Testing

@testable import Transport

/// What is said of a worker that is gone: what ended it, once, and nothing that may be untrue.
@Suite struct AttachFailureTests {
  private func failure(
    _ ending: AttachEnding, errors: String = "", hasReceived: Bool = true
  ) -> LinkFailure {
    attachFailure(host: "h1", ending, errors: errors, hasReceived: hasReceived)
  }

  @Test func endedWorker_isSaidToHaveEnded() {
    #expect(failure(.status(0)).message == "h1: the worker there has ended, or was killed")
    #expect(failure(.status(0)).code == .lost)
  }

  @Test func killedPipe_namesTheSignalOnce() {
    #expect(
      failure(.init(shellStatus: 137)).message
        == "h1: the pipe to the worker was ended by signal 9 (SIGKILL)")
    #expect(failure(.signal(nil)).message == "h1: the pipe to the worker was ended by a signal")
    #expect(
      failure(.status(1), errors: "read: gone").message
        == "h1: the pipe to the worker was ended with exit status 1; it said: read: gone")
  }

  @Test func attachThatNeverSpoke_didNotStartTheWorker() {
    let silent = failure(.signal(nil), hasReceived: false)
    #expect(silent.code == .worker)
    #expect(
      silent.message == "h1: the worker did not start: what starts it was ended by a signal")
    #expect(failure(.init(shellStatus: 126), hasReceived: false).code == .worker)
  }
}
