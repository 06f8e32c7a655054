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
  /// The attempt that it runs.
  var current: AttemptID?
  /// The attempt of which it has told a piece of a checkpoint, and waits before it tells the next.
  var toldPiece: AttemptID?
  /// The last complaint on standard error, for the failure's message.
  var lastWords = ""

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
  mutating func start(_ assignment: Order.Assignment) {
    current = assignment.attempt
    lastWords = ""
    try? peer.send(Order.start(assignment).frame)
  }

  /// Asks the child to end its job.
  mutating func stop() {
    if let current { try? peer.send(Order.stop(current).frame) }
  }

  /// Lets the child tell the next piece of a checkpoint.
  mutating func answerPiece() {
    guard let attempt = toldPiece else { return }
    toldPiece = nil
    try? peer.send(Order.acknowledge(attempt).frame)
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
    return SlotEnding(ending)
  }
}
