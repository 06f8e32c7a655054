public import SweepModel
public import Wire

/// What happens to a worker. Links are named by numbers that its shell gives out, each once.
public enum WorkerInput: Hashable, Sendable {
  /// A link came.
  case linked(Int)
  /// Something came on a link, if only a part of an order.
  case heard(Int)
  /// An order came on a link.
  case ordered(Int, Order)
  /// A link is gone; all that came on it has been handed in.
  case unlinked(Int)
  /// A slot has told something; `isCrowded` when the link served takes no more than it must.
  case reported(Report, isCrowded: Bool)
  /// The process that ran an attempt is gone, or never was: why, by itself.
  case died(AttemptID, FailureCause, message: String)
  /// The disk has answered to ``WorkerEffect/write(_:_:)``: nil when the outcome is durable.
  case written(AttemptID, trouble: String?)
  /// Somebody asks this worker to end, whatever it does.
  case askedToEnd
  /// The machine is about to be taken away.
  case leaves
  /// Time has passed, or all that came has been handed in; `isFlushed` when nothing waits to be sent
  /// on the link served.
  case turn(isFlushed: Bool)
}

/// What the shell of a worker does, in this order.
public enum WorkerEffect: Hashable, Sendable {
  /// Says hello on a link, with every attempt that is held.
  case greet(Int, held: [AttemptID])
  /// Sends a report.
  case send(Int, Report)
  /// Ends a link: what has come on it already is handed in, then ``WorkerInput/unlinked(_:)``.
  case close(Int)
  /// Has a slot run an attempt.
  case begin(Order.Assignment)
  /// Asks a slot to end its attempt at the next step.
  case stop(AttemptID)
  /// Kills the process that runs an attempt.
  case kill(AttemptID)
  /// Keeps an outcome on the disk; ``WorkerInput/written(_:trouble:)`` answers.
  case write(AttemptID, Report.Outcome)
  /// Removes an outcome from the disk and, unless another attempt needs it, its job's checkpoint.
  case forget(AttemptID, withCheckpoint: Bool)
  /// Tells a person.
  case note(String)
  /// The worker ends; of all jobs only those of these attempts may go on from their checkpoints.
  case end(resumable: [AttemptID])
}
