/// One allocation as `squeue` tells of it.
public struct QueueEntry: Hashable, Sendable {
  /// The format that ``init(_:)`` reads: job, place in the array, state, node, reason.
  static let format = "%F|%K|%T|%B|%r"

  /// The array's job and the place in it.
  let pilot: PilotName
  /// The state, in Slurm's word.
  let state: String
  /// The node; empty while there is none.
  let node: String
  /// Why it waits, in Slurm's word.
  let reason: String

  /// Reads a line; nil for what is none, such as a warning.
  public init?(_ line: some StringProtocol) {
    let fields = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count == 5, let job = Int(fields[0]), let index = Int(fields[1]) else {
      return nil
    }
    pilot = PilotName(job: job, index: index)
    state = String(fields[2])
    node = fields[3] == "n/a" ? "" : String(fields[3])
    reason = String(fields[4])
  }

  /// How it stands: a word that is not known is neither an end nor a beginning.
  enum Phase: Hashable {
    case pending
    case running
    case ended
    case unknown
  }

  var phase: Phase {
    switch state {
    case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT",
      "RESV_DEL_HOLD":
      .pending
    case "RUNNING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": .running
    // On its way out: it may yet be requeued, and is asked for again.
    case "COMPLETING": .unknown
    case "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL",
      "DEADLINE", "OUT_OF_MEMORY", "REVOKED", "LAUNCH_FAILED", "RECONFIG_FAIL":
      .ended
    default: .unknown
    }
  }
}
