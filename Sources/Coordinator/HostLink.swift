import Scheduler
import SweepModel
import Transport
import Wire

/// The coordinator's end of the link to one host, and what its worker said; how the host stands is in
/// the ``HostBook``.
struct HostLink {
  let transport: any Transport
  var link: (any Link)?
  var decoder = FrameDecoder()
  var conduct = Conduct()
  var logs = LogAllowance()
  /// Attempts that its worker said it holds, or was given since; nobody else's words count.
  var given: Set<AttemptID> = []
  var description: Report.WorkerDescription?
  /// The worker that it has reached, while that serves another link.
  var occupied: Report.Occupation?
  /// Why it was lost last, in words; nil since it greeted.
  var failure: LinkFailure?
  /// What its peer did that no worker does.
  var complaint = ""
  /// The protocol version in which it speaks; the oldest until it has spoken, which every worker reads.
  var version = Frame.oldestVersion
  /// It speaks in a newer one than this coordinator reads.
  var isNewer = false
  /// What its worker has told of the host, and a person has been told.
  var notes: Set<String> = []

  var name: String { transport.host.name }

  /// Checkpoints that may be under way from it at once.
  private static let mostArriving = 8

  /// The checkpoints that it is sending, last the one that grew last, and those that it is being sent.
  var arriving: [ArrivingCheckpoint] = []
  var leaving = LeavingCheckpoints()

  /// The link is gone, and with it what was under way.
  mutating func dropLink() {
    link = nil
    arriving = []
    leaving = LeavingCheckpoints()
  }

  /// Waits for the rest of a checkpoint; what has not grown for longest gives way.
  mutating func expectRest(of checkpoint: ArrivingCheckpoint) {
    arriving = arriving.suffix(Self.mostArriving - 1) + [checkpoint]
  }

  /// Ready for a new link.
  mutating func renew() {
    decoder = FrameDecoder()
    conduct = Conduct()
    version = Frame.oldestVersion
    isNewer = false
    occupied = nil
  }

  /// True when the worker runs another binary than this coordinator ships: it hands over what it
  /// holds and gets nothing new.
  func isOutdated(_ binary: WorkerBinary) -> Bool {
    description.map { $0.binaryHash != binary.hash } ?? false
  }

  func send(_ order: Order) { link?.send(order.frame(in: version).bytes) }
}
