import Basics
package import Coordinator
import Findings
import SweepModel

extension LeftBehind {
  /// What a run that has ended left with workers: jobs that go on, results that wait, and hosts that
  /// could not be told.
  package func sentences(goOn: String, isComplete: Bool, timing: Coordinator.Timing) -> [String] {
    var parts: [String] = []
    if running > 0 {
      parts.append("\(counted(running, "job")) \(running == 1 ? "goes" : "go") on")
    }
    if results > 0 {
      parts.append("\(counted(results, "result")) \(results == 1 ? "waits" : "wait")")
    }
    var sentences: [String] = []
    if !parts.isEmpty {
      sentences.append(
        "\(parts.joined(separator: " and ")) with \(LeftRunning.names(hosts)); nothing is lost: `\(goOn)` "
          + "fetches all of it, the workers end once they have nothing to do")
    }
    let grace = describeDuration(timing.grace)
    for host in unreached {
      sentences.append(
        "\(host.host) could not be told that the run is over: its worker ends after \(grace) without "
          + "work, and what it computes until then waits there; "
          + (host.hasChangedKey ? "once its host key is settled, " : "once it can be reached, ")
          + (isComplete ? "" : "`\(goOn)` fetches that, and ")
          + "`quanta workers stop` ends it at once")
    }
    return sentences
  }
}
