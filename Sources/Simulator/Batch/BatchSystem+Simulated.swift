import Batch
import SweepModel

// What the simulated batch system says, in Slurm's words.

extension BatchSystem {
  /// What these mean.
  static let simulated: BatchSystem = {
    var system = BatchSystem(name: "simulated", title: "the simulated system")
    system.states = [
      "PENDING": .pending, "RUNNING": .running, "COMPLETED": .ended, "FAILED": .failed,
      "TIMEOUT": .ended, "CANCELLED": .cancelled, "PREEMPTED": .cancelled, "NODE_FAIL": .lost,
    ]
    var array = Saying(["job array specification"], "", isFinal: true)
    array.asksTooMany = true
    var limit = Saying(["maxsubmit"], "", isFinal: false)
    limit.isLimit = true
    var nodes = Saying(["node configuration is not available"], "", isFinal: true)
    nodes.lacksNodes = true
    var silence = Saying(["socket timed out"], "", isFinal: false)
    silence.isSilence = true
    system.refusals = [
      array, limit, nodes, silence, Saying(["invalid partition"], "", isFinal: true),
      Saying(["temporarily unable"], "", isFinal: false),
    ]
    return system
  }()
}

extension QueueEntry {
  /// An allocation as it tells of it.
  init(_ pilot: PilotName, _ state: String, node: Int?, reason: String = "None") {
    self.init(
      pilot: pilot, phase: BatchSystem.simulated.states[state] ?? .unknown, state: state,
      node: node.map { "n\($0)" } ?? "", reason: reason)
  }
}
