import Glibc

/// Wakes one thread that sleeps in poll(2): a pair of connected sockets.
///
/// Any thread may call `wake`; the sleeping thread polls `descriptor` for reading and calls
/// `clear` when it wakes. Both descriptors are close-on-exec and live as long as the waker.
package final class Waker: Sendable {
  private let ends: (ours: Descriptor, theirs: Descriptor)?

  /// Creates a waker.
  package init() {
    ends = try? makeSocketPair()
    ends?.ours.makeNonBlocking()
  }

  /// What the sleeping thread polls for reading; -1 when the process is out of descriptors.
  package var descriptor: Int32 { ends?.ours.number ?? -1 }

  /// Wakes the thread; a wake that nobody waits for is kept until the next wait.
  package func wake() {
    var byte: UInt8 = 1
    _ = send(ends?.theirs.number ?? -1, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
  }

  /// Forgets all wakes so far.
  package func clear() {
    while let bytes = try? ends?.ours.readSome(64), !bytes.isEmpty {}
  }
}
