import ArgumentParser
import Foundation
import Posix
import SSHTransport
import Store
import SweepModel
import Transport

/// The same question to every chosen host, side by side.
struct HostRound {
  /// What a host answered, or why it did not.
  struct Outcome {
    let host: HostSpec
    let answer: Result<HostAnswer, LinkFailure>

    /// The answer of a host where there is a work folder.
    var found: HostAnswer? {
      guard case .success(let answer) = answer, answer.exists else { return nil }
      return answer
    }
  }

  /// A host that is another one before it by another name.
  struct Alias {
    let name: String
    let host: String

    var sentence: String { "\(name) is \(host) once more: one machine and work folder" }
  }

  let hosts: [HostSpec]
  let binary: WorkerBinary
  let timeoutSeconds: Double

  /// Asks, each host on a thread of its own.
  func ask(_ care: HostCare) -> [Outcome] {
    nonisolated(unsafe) var outcomes = [Outcome?](repeating: nil, count: hosts.count)
    let lock = NSLock()
    let group = DispatchGroup()
    for (index, host) in hosts.enumerated() {
      group.enter()
      let isStarted = startThread {
        let caretaker: any HostCaretaker = SSHTransport(host) ?? LocalTransport(host)
        // A worker has 20 s to end.
        let limit = timeoutSeconds + (care.verb == .stop ? 25 : 0)
        let answer = Result { () throws(LinkFailure) in
          try caretaker.ask(care, binary, timeoutSeconds: limit)
        }
        lock.withLock { outcomes[index] = Outcome(host: host, answer: answer) }
        group.leave()
      }
      guard !isStarted else { continue }
      lock.withLock {
        outcomes[index] = Outcome(host: host, answer: .failure(threadFailure(host: host.name)))
      }
      group.leave()
    }
    group.wait()
    return outcomes.compactMap(\.self)
  }

  /// Asks, and leaves out every host that is one before it by another name, which it names: what is
  /// there once shall be told once, and removed once.
  func askEachOnce(_ care: HostCare) -> (outcomes: [Outcome], aliases: [Alias]) {
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
  func only(_ outcomes: [Outcome]) -> HostRound {
    HostRound(hosts: outcomes.map(\.host), binary: binary, timeoutSeconds: timeoutSeconds)
  }

  /// Says which hosts did not answer, and why; true when there are any.
  static func complain(_ outcomes: [Outcome]) -> Bool {
    var hasFailed = false
    for outcome in outcomes {
      guard case .failure(let failure) = outcome.answer else { continue }
      hasFailed = true
      Console.error("\(failure.message)\n  -> \(failure.remedy)")
    }
    return hasFailed
  }
}

/// Hosts, the store whose workers are meant, and how long to wait for a host.
struct HostRoundOptions: ParsableArguments {
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var store: StoreOptions
  @Option(name: .long, help: "Longest time for one host, seconds.")
  var timeout = 20.0

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout must be from 0 to 86400 s, not \(timeout)")
    }
  }

  /// The round over the chosen hosts.
  func round() throws -> HostRound {
    try HostRound(hosts: cluster.hosts(), binary: workerBinary(), timeoutSeconds: timeout)
  }

  /// The identity of the store; nil where there is none.
  func session() throws -> String? { try store.session() }
}

extension StoreOptions {
  /// The identity under which the store's workers are found; nil where there is no store.
  func session() throws -> String? {
    let layout = StoreLayout(directory: directory)
    guard FileManager.default.fileExists(atPath: layout.database) else { return nil }
    return try StoreReader.open(at: directory).session()
  }
}
