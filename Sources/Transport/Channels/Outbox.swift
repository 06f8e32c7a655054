import Posix
import Synchronization

/// The bytes that wait for a pipe, and the wish to close it: what a link's owner and its thread
/// share.
///
/// Any thread appends; one thread, the pipe's, takes. It holds bytes without bound: whoever
/// needs a bound counts acknowledgements above the transport.
final class Outbox: Sendable {
  private struct State {
    var chunks: [[UInt8]] = []
    var head = 0
    var offset = 0
    var closeRequested = false
    var ended = false

    /// Forgets the first `count` bytes, all of one chunk.
    mutating func drop(_ count: Int) {
      guard head < chunks.count else { return }
      offset += count
      guard offset >= chunks[head].count else { return }
      chunks[head] = []
      head += 1
      offset = 0
      // Moving the rest down only when half is used keeps the cost per chunk constant.
      if head == chunks.count || head > 64 && head * 2 > chunks.count {
        chunks.removeFirst(head)
        head = 0
      }
    }
  }

  private let state = Mutex(State())
  /// Wakes the pipe's thread when there is something new to do.
  let waker = Waker()

  /// Queues bytes; they are dropped after the end or after a request to close.
  func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    let isNews = state.withLock { state in
      guard !state.ended, !state.closeRequested else { return false }
      state.chunks.append(bytes)
      return true
    }
    if isNews { waker.wake() }
  }

  /// Asks the pipe's thread to send what is queued and then to end.
  func requestClose() {
    state.withLock { $0.closeRequested = true }
    waker.wake()
  }

  /// True once somebody asked for the end.
  var isCloseRequested: Bool { state.withLock { $0.closeRequested } }

  /// True when no bytes wait.
  var isEmpty: Bool { state.withLock { $0.head == $0.chunks.count } }

  /// Offers the first bytes that wait, at most `limit`, to `write`, which returns how many it
  /// took. Called by the pipe's thread only; `write` runs outside the lock.
  func withFront<Failure>(
    limit: Int, _ write: (ArraySlice<UInt8>) throws(Failure) -> Int
  ) throws(Failure) {
    let front: ArraySlice<UInt8>? = state.withLock { state in
      guard state.head < state.chunks.count else { return nil }
      let chunk = state.chunks[state.head]
      return chunk[state.offset..<min(chunk.count, state.offset + limit)]
    }
    guard let front else { return }
    let taken = try write(front)
    state.withLock { $0.drop(taken) }
  }

  /// Drops everything and refuses more: the pipe is gone.
  func end() {
    state.withLock { $0 = State(closeRequested: $0.closeRequested, ended: true) }
  }
}

/// The link that transports with a thread of their own hand out.
///
/// A link that nobody keeps closes itself, since nobody could send or close any more.
final class QueueLink: Link {
  private let outbox: Outbox

  /// Creates the owner's side of an outbox.
  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  deinit {
    outbox.requestClose()
  }

  /// Queues bytes; never blocks.
  func send(_ bytes: [UInt8]) {
    outbox.append(bytes)
  }

  /// Sends what is queued, then closes; the thread gives up on a far end that takes nothing.
  func close() {
    outbox.requestClose()
  }
}
