import Coordinator
import Findings
package import SweepModel

/// Who follows a run; told on the run's thread.
package protocol RunAudience: AnyObject, Sendable {
  /// A run begins; nothing can be asked of one that only is looked at.
  func begin(_ sweep: Sweep, _ control: RunControl?)

  /// Takes a sentence for who looks on.
  func note(_ text: String)

  /// Takes a sentence that must not be missed.
  func warn(_ text: String)

  /// Takes where the run stands, and what its results so far come to.
  func update(_ status: RunStatus, fits: [String])

  /// The run is over.
  func end()
}

/// What may be asked of a run while it lasts; any thread.
package final class RunControl: Sendable {
  // What is asked goes into an inbox, which any thread may do; the coordinator's type does not say so.
  nonisolated(unsafe) private let coordinator: Coordinator
  /// The command that goes on with the run.
  package let goOn: String

  init(_ coordinator: Coordinator, goOn: String) {
    self.coordinator = coordinator
    self.goOn = goOn
  }

  /// Lets running jobs finish and starts nothing new; stops them when it is asked again.
  package func interrupt() { coordinator.interrupt() }

  /// Leaves the workers to themselves, then does something, with what they go on with where they go on.
  package func leave(then end: @escaping @Sendable (_ left: String?) -> Void) {
    coordinator.leave { [self] in
      let left = coordinator.leftBehind
      end(
        left.running > 0
          ? LeftRunning.sentence(jobs: left.running, workers: left.hosts, goOn: goOn) : nil)
    }
  }

  func choose(_ keys: [JobKey]) { coordinator.choose(keys) }

  func finishEarly() { coordinator.finishEarly() }
}

/// A person has ended what was asked for; asking again goes on.
package struct Interrupted: Error {}
