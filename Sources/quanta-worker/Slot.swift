import Glibc
import Posix
import SweepModel
import Wire

/// One place for a job: a child process that runs job after job.
///
/// A crash, a kill or the out-of-memory killer takes the child and one job with it, not the worker.
struct Slot {
  private let child: Child
  var peer: Peer
  /// The child's standard error: crash messages become lines of the job's log.
  let errors: Descriptor
  var current: Order.Assignment?
  /// When the attempt must be over, monotonic seconds.
  var deadline: Double?
  /// Why it was told to stop; nil while it was not.
  var stopping: Stopping?
  /// The last complaint on standard error, for the failure's message.
  var lastWords = ""

  struct Stopping {
    let cause: FailureCause
    let message: String
    /// When the child is killed, monotonic seconds.
    let killAt: Double
  }

  init(_ invocation: Invocation) throws(PosixError) {
    let (near, far) = try makeSocketPair()
    let (reading, writing) = try makePipe()
    child = try Child(
      invocation.arguments(for: .slot), program: Invocation.program, input: far, output: writing,
      errors: writing)
    peer = Peer(near)
    errors = reading
    errors.makeNonBlocking()
  }

  /// Hands over a job. A child that has died takes none: burying it tells that the attempt failed.
  mutating func start(_ assignment: Order.Assignment, at now: Double) {
    current = assignment
    deadline = assignment.timeoutSeconds.map { now + $0 }
    stopping = nil
    lastWords = ""
    try? peer.send(Order.start(assignment).frame)
  }

  /// Asks the child to end its job; it is killed if it has not within ten seconds.
  mutating func stop(_ cause: FailureCause, _ message: String, at now: Double) {
    guard let attempt = current?.attempt, stopping == nil else { return }
    stopping = Stopping(cause: cause, message: message, killAt: now + 10)
    try? peer.send(Order.stop(attempt).frame)
  }

  /// The child's number.
  var process: pid_t { child.process }

  /// Kills the child and whatever it has started: it leads a process group of its own.
  func kill() { _ = Glibc.kill(-process, SIGKILL) }

  /// Reaps the child, which has ended or is about to.
  func reap() -> SlotEnding {
    let ending = child.wait()
    peer.descriptor.close()
    errors.close()
    return SlotEnding(status: ending.status, ending.usage)
  }
}
