import Foundation

/// Which workers of a store a person has ended, and when: what they had does not go on, though its
/// attempts stay open until a run fetches what they left. May be used from any thread.
public struct StoppedWorkers: Sendable {
  private let layout: StoreLayout
  /// Seconds since 1970 UTC, by host.
  private let times: [String: Double]

  /// Reads what is known; a file that cannot be read says nothing.
  public init(_ layout: StoreLayout) {
    self.layout = layout
    let bytes = ((try? DurableFile.read(layout.stopped, limit: 1 << 20)) ?? nil) ?? []
    times = (try? JSONDecoder().decode([String: Double].self, from: Data(bytes))) ?? [:]
  }

  /// True for a worker of a host that was ended after a time, seconds since 1970 UTC.
  public func hasEnded(_ host: String, after start: Double) -> Bool {
    times[host].map { $0 >= start } ?? false
  }

  /// Notes that the workers of some hosts have ended by a time, seconds since 1970 UTC. Throws where
  /// the store cannot be written.
  public func note(_ hosts: [String], at now: Double) throws(StoreError) {
    var times = times
    for host in hosts { times[host] = now }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(times) else { return }
    try DurableFile.write(Array(data), to: layout.stopped, durable: false)
  }
}
