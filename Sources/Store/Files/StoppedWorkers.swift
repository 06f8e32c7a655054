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
    times[host].map { $0 >= start } ?? false
  }

  /// Notes that the workers of some hosts have ended by a time, seconds since 1970 UTC. Throws where
  /// the store cannot be written.
  public func note(_ hosts: [String], at now: Double) throws(StoreError) {
    var times = times
    for host in hosts { times[host] = now }
    try NoteFile(path: layout.stopped).write(times)
  }
}
