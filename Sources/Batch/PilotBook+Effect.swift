public import SweepModel

extension PilotBook {
  /// What the shell does, in this order.
  public enum Effect: Hashable, Sendable {
    /// Asks the system for so many allocations, not on some nodes.
    case submit(Int, excluding: [String])
    /// Asks the system for the state of all.
    case query
    /// Looks which pilots have a socket in the shared folder.
    case look
    /// Calls some off.
    case cancel([PilotName])
    /// A worker is there.
    case add(PilotName)
    /// A worker is gone for good.
    case remove(PilotName, as: Departure = .taken)
    /// Tells what an allocation printed that ended without having been a worker.
    case tellOutput(PilotName, state: String)
    /// Tells a person.
    case note(String)
    /// No more are asked for.
    case settle
  }
}
