import SweepModel

/// How the program ended that holds a link's far end.
enum AttachEnding: Hashable, Sendable {
  /// By itself, with an exit status.
  case status(Int32)
  /// By a signal; nil when nobody says by which.
  case signal(Int32?)

  /// From 128 on, a shell's status tells of a signal.
  init(shellStatus status: Int32) {
    self = (129...192).contains(status) ? .signal(status - 128) : .status(status)
  }

  /// Such as `with exit status 1`, after "was ended".
  fileprivate var words: String {
    switch self {
    case .status(let status): "with exit status \(status)"
    case .signal(let number?): "by signal \(number)" + (number == 9 ? " (SIGKILL)" : "")
    case .signal(nil): "by a signal"
    }
  }
}

/// Why a link's far end is gone that nobody asked to end: `worker` when it failed before it said
/// anything, else `lost`.
func attachFailure(
  host: String, _ ending: AttachEnding, errors: String, hasReceived: Bool
) -> LinkFailure {
  let said = errors.isEmpty ? "" : "; it said: \(errors)"
  if ending != .status(0), !hasReceived {
    return LinkFailure(
      .worker, "\(host): the worker did not start: what starts it was ended \(ending.words)\(said)",
      remedy: "run `quanta workers check`; a folder mounted noexec or an old kernel may be why")
  }
  // Its end of the pipe closes without a complaint when the worker itself is gone.
  let what =
    ending == .status(0)
    ? "the worker there has ended, or was killed"
    : "the pipe to the worker was ended \(ending.words)"
  return LinkFailure(
    .lost, "\(host): \(what)\(said)",
    remedy:
      "it is attached again, or started anew: finished results wait on its disk, unfinished jobs "
      + "go on from their checkpoints")
}
