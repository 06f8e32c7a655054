/// How a host has left a run for good.
public enum Departure: Sendable, Hashable {
  /// Whoever lends it took it away: its time was over, others came first, a person called it off, its
  /// machine failed.
  case taken
  /// It ended, and nobody says why: what ran there may have ended it.
  case ended
}
