import CPosix
package import Glibc

/// A pipe, both ends closed on exec.
public func makePipe() throws(PosixError) -> (reading: Descriptor, writing: Descriptor) {
  var ends: [Int32] = [-1, -1]
  guard quanta_pipe(&ends) == 0 else { throw PosixError(call: "pipe") }
  return (Descriptor(number: ends[0]), Descriptor(number: ends[1]))
}

/// Two connected stream sockets, closed on exec.
public func makeSocketPair() throws(PosixError) -> (ours: Descriptor, theirs: Descriptor) {
  var pair: [Int32] = [-1, -1]
  let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw PosixError(call: "socketpair") }
  return (Descriptor(number: pair[0]), Descriptor(number: pair[1]))
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
