import Posix

/// A command with a pipe on one machine: a child process of ours, or one that libssh or the system's
/// `ssh` starts over there. A ``WorkerPlace`` says which command.
///
/// Not thread-safe: the thread that makes one uses and releases it; releasing ends it.
protocol Channel: AnyObject {
  /// What a person can do where a command that is asked for does not run.
  var shellRemedy: String { get }
  /// True when sshd hung up before any key was exchanged, as it does at random while more
  /// connections than its MaxStartups are new: another try soon may well succeed.
  var wasDropped: Bool { get }

  /// Connects, verifies the host's key, authenticates, as far as there is a way to go, and starts
  /// the place's shell; `onStage` hears of each stage that was passed.
  func start(
    _ place: WorkerPlace, _ timeouts: SSHTimeouts, limit: Deadline,
    _ onStage: (ChannelStage) -> Void
  ) throws(LinkFailure)

  /// Asks the person at the terminal for what a failed start lacked; true when another
  /// channel, which may ask, can get further.
  func canAsk(after failure: LinkFailure) -> Bool

  /// Reads what is there without waiting; empty when there is nothing now.
  ///
  /// Throws `lost` when the connection broke.
  func read(_ stream: ChannelStream) throws(LinkFailure) -> ArraySlice<UInt8>

  /// Writes as much as can be taken now; returns how much.
  func write(_ bytes: ArraySlice<UInt8>) throws(LinkFailure) -> Int

  /// Tells the far end that nothing more is sent.
  func sendEnd() throws(LinkFailure)

  /// True once the far end closed its output and all of it was read.
  var isAtEnd: Bool { get }

  /// Throws `lost` when the connection is gone though no call has said so.
  func checkConnected() throws(LinkFailure)

  /// The command's exit status; nil when it ended by a signal or says none within two seconds.
  ///
  /// Throws `lost` when it was the connection that ended.
  func exitStatus() throws(LinkFailure) -> Int32?

  /// Sleeps until something may have happened.
  func wait(until deadline: Deadline)
}

/// Which stream of the far end.
enum ChannelStream: Int32 {
  case output = 0
  case errors = 1
}
