/// Which workers of a store a person has ended, and when: what they had does not go on, though its
/// attempts stay open until a run fetches what they left. May be used from any thread.
public struct StoppedWorkers: Sendable {
  private let layout: StoreLayout
  /// Seconds since 1970 UTC, by host.
  private let times: [String: Double]

  /// Reads what is known.
  public init(_ layout: StoreLayout) {
    self.layout = layout
    times = NoteFile(path: layout.stopped).read()
  }

  /// True for a worker of a host that was ended after a time, seconds since 1970 UTC.
  public func hasEnded(_ host: String, after start: Double) -> Bool {
    // What a pool lends is called by the number of its allocation, such as `gpu-17_3`.
    let pool = host.lastIndex(of: "-").flatMap { dash in
      host[dash...].contains("_") ? times[Self.pool(host[..<dash])] : nil
    }
    return [times[host], pool].contains { $0.map { $0 >= start } ?? false }
  }

  /// The name of all hosts that a pool has lent.
  private static func pool(_ name: some StringProtocol) -> String { "\(name)-*" }

  /// Notes that the workers of some hosts, and of all that some pools have lent, have ended by a time,
  /// seconds since 1970 UTC. Throws where the store cannot be written.
  public func note(
    _ hosts: [String], pools: [String] = [], at now: Double
  ) throws(StoreError) {
    var times = times
    for host in hosts + pools.map({ Self.pool($0) }) { times[host] = now }
    try NoteFile(path: layout.stopped).write(times)
  }
}
