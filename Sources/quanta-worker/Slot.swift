import Glibc
import SweepModel
import Wire

/// One place for a job: a child process that runs job after job.
///
/// A crash, a kill or the out-of-memory killer takes the child and one job with it, not the worker.
struct Slot {
  let process: pid_t
  var peer: Peer
  /// The child's standard error: crash messages become lines of the job's log.
  let errors: Descriptor
  /// The attempt that it runs.
  var current: AttemptID?
  /// The last complaint on standard error, for the failure's message.
  var lastWords = ""

  init(_ invocation: Invocation) throws(PosixError) {
    let (near, far) = try UnixSocket.pair()
    let (reading, writing) = try makePipe()
    process = try spawnSelf(
      invocation.arguments(for: .slot), descriptors: [far.number, writing.number, writing.number])
    far.close()
    writing.close()
    peer = Peer(near)
    errors = reading
    errors.makeNonBlocking()
  }

  /// Hands over a job. A child that has died takes none: burying it tells that the attempt failed.
  mutating func start(_ assignment: Order.Assignment) {
    current = assignment.attempt
    lastWords = ""
    try? peer.send(Order.start(assignment).frame)
  }

  /// Asks the child to end its job.
  mutating func stop() {
    if let current { try? peer.send(Order.stop(current).frame) }
  }

  /// Kills the child and whatever it has started: it leads a process group of its own.
  func kill() { _ = Glibc.kill(-process, SIGKILL) }

  /// Reaps the child, which has ended or is about to.
  func reap() -> SlotEnding {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    peer.descriptor.close()
    errors.close()
    return SlotEnding(status: status, usage)
  }
}
