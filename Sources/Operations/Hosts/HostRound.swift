import Foundation
import Posix
package import SweepModel
package import Transport

/// The same question to every chosen host, side by side.
package struct HostRound {
  /// What a host answered, or why it did not.
  package struct Outcome {
    package let host: HostSpec
    package let answer: Result<HostAnswer, LinkFailure>

    /// The answer of a host where there is a work folder.
    package var found: HostAnswer? {
      guard case .success(let answer) = answer, answer.exists else { return nil }
      return answer
    }
  }

  /// A host that is another one before it by another name.
  package struct Alias {
    package let name: String
    package let host: String

    package var sentence: String { "\(name) is \(host) once more: one machine and work folder" }
  }

  private let hosts: [HostSpec]
  private let binary: WorkerBinary
  private let timeoutSeconds: Double

  package init(hosts: [HostSpec], binary: WorkerBinary, timeoutSeconds: Double) {
    self.hosts = hosts
    self.binary = binary
    self.timeoutSeconds = timeoutSeconds
  }

  /// Asks, each host on a thread of its own.
  package func ask(_ care: HostCare) -> [Outcome] {
    // A worker has 20 s to end.
    let limit = timeoutSeconds + (care.verb == .stop ? 25 : 0)
    return sideBySide(hosts) { host in
      Outcome(
        host: host,
        answer: Result { () throws(LinkFailure) in
          try HostTransport(host).ask(care, binary, timeoutSeconds: limit)
        })
    } refused: { host, failure in
      Outcome(host: host, answer: .failure(failure))
    }
  }

  /// Asks, and leaves out every host that is one before it by another name, which it names: what is
  /// there once shall be told once, and removed once.
  package func askEachOnce(_ care: HostCare) -> (outcomes: [Outcome], aliases: [Alias]) {
    var first: [String: String] = [:]
    var aliases: [Alias] = []
    let outcomes = ask(care).filter { outcome in
      guard let place = outcome.found?.place else { return true }
      guard let other = first[place] else {
        first[place] = outcome.host.name
        return true
      }
      aliases.append(Alias(name: outcome.host.name, host: other))
      return false
    }
    return (outcomes, aliases)
  }

  /// The same question to fewer hosts: those of some outcomes.
  package func only(_ outcomes: [Outcome]) -> HostRound {
    HostRound(hosts: outcomes.map(\.host), binary: binary, timeoutSeconds: timeoutSeconds)
  }
}
