package import Glibc
import Synchronization

/// Wakes one thread that sleeps in poll(2): a pair of connected sockets.
///
/// Any thread may call `wake`; the sleeping thread polls `descriptor` for reading and calls
/// `clear` when it wakes. Both descriptors are close-on-exec and live as long as the waker.
package final class Waker: Sendable {
  /// What the sleeping thread polls for reading; -1 when the process is out of descriptors.
  package let descriptor: Int32
  private let sender: Int32

  /// Creates a waker.
  package init() {
    let pair = makeSocketPair()
    descriptor = pair?.ours ?? -1
    sender = pair?.theirs ?? -1
  }

  deinit {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    Glibc.close(sender)
  }

  /// Wakes the thread; a wake that nobody waits for is kept until the next wait.
  package func wake() {
    var byte: UInt8 = 1
    _ = Glibc.send(sender, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
  }

  /// Forgets all wakes so far.
  package func clear() {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      while Glibc.recv(descriptor, buffer.baseAddress, 64, Int32(MSG_DONTWAIT)) > 0 {}
    }
  }
}

/// A connected pair of stream sockets, close-on-exec from the first instant (which pipe(2) is
/// not, and a concurrent posix_spawn would inherit it). Our end does not block; theirs does.
/// Nil when the process is out of descriptors.
package func makeSocketPair() -> (ours: Int32, theirs: Int32)? {
  var pair: [Int32] = [-1, -1]
  let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { return nil }
  _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
  return (pair[0], pair[1])
}

/// Sleeps until one of the descriptors is ready or the deadline passes.
///
/// Returns false at the deadline. Interruptions by signals count as readiness.
@discardableResult
package func waitForEvents(_ descriptors: inout [pollfd], until deadline: Deadline) -> Bool {
  let count = descriptors.withUnsafeMutableBufferPointer { buffer in
    Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), deadline.pollTimeout)
  }
  return count != 0
}
