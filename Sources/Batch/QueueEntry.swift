public import SweepModel

/// One allocation as a batch system tells of it.
public struct QueueEntry: Hashable, Sendable {
  /// The job and the place in its array.
  public let pilot: PilotName
  /// How it stands.
  public let phase: BatchSystem.Phase
  /// The same in the system's word.
  let state: String
  /// The node; empty while there is none.
  let node: String
  /// Why it waits, in the system's words, or its state where it gives none.
  let reason: String

  /// An entry.
  public init(
    pilot: PilotName, phase: BatchSystem.Phase, state: String, node: String = "",
    reason: String = ""
  ) {
    (self.pilot, self.phase, self.state) = (pilot, phase, state)
    (self.node, self.reason) = (node, reason)
  }
}
