import SweepModel

extension PilotBook {
  /// One allocation.
  struct Pilot: Hashable, Sendable {
    enum State: Hashable, Sendable {
      case pending
      case running
      case gone
    }

    var state = State.pending
    /// Its life that has become a worker of the run.
    var name: PilotName?
    /// It has been a worker at some time.
    var hasBegun = false
    /// When it was asked for, seconds.
    let since: Double
    var node = ""
    /// Why it waits, in the system's words.
    var reason = ""
    var beganAt = 0.0
    /// When its link was lost; nil once the system has said that it runs nonetheless.
    var lostAt: Double?
    /// Earlier lives are over, whatever they have left in the shared folder.
    var firstRestarts = 0
    /// When it was taken for gone, and whether the system was asked for that.
    var goneAt = 0.0
    var isCalledOff = false
    /// Its processes stand still, for too long: it is no worker until the system says that it runs.
    var isSuspended = false

    /// Its worker has a link, as far as anybody has told: it lives, whatever the system says.
    var isLinked: Bool { name != nil && lostAt == nil }

    /// True where its time is over, or nearly so.
    func isOver(of settings: Settings, at now: Double) -> Bool {
      guard let name else { return false }
      let seconds =
        settings.seconds - BatchRequest.secondsEarly(of: settings.seconds, index: name.index)
      return now >= beganAt + seconds - BatchRequest.secondsToLeave(of: seconds) - 10
    }

    /// How it has left, as its system tells of it at a moment.
    func departure(
      _ phase: BatchSystem.Phase, of settings: Settings, at now: Double
    ) -> Departure {
      let isTaken = phase == .cancelled || phase == .lost || isCalledOff
      return isTaken || isOver(of: settings, at: lostAt ?? now) ? .taken : .ended
    }
  }
}
