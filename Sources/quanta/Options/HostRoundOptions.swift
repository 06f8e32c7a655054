import ArgumentParser
import Foundation
import Operations
import Store
import SweepModel
import Transport

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

  /// True where there is a store none of whose jobs waits for a result.
  func isSettled() throws -> Bool {
    guard try session() != nil else { return false }
    return try StoreReader.open(at: directory).sweeps()
      .allSatisfy { $0.counts[.waiting] == 0 && $0.counts[.running] == 0 }
  }
}

extension HostRound {
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
