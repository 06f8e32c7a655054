// However a run ends, no worker stays behind that has nothing to do.

extension HostBook {
  /// Says good-bye to every worker; so does a worker end that has not greeted yet, or whose link
  /// opens only now: it would wait for a coordinator in vain. One whose link is broken at this moment
  /// is tried a last time.
  mutating func finish(at now: Double) -> [HostEffect] {
    hosts.indices.flatMap { host -> [HostEffect] in
      if hosts[host].isAttached { return sayGoodbye(host) }
      guard case .waiting = hosts[host].state, hosts[host].mayBeLeftBehind,
        now >= hosts[host].shunnedUntil
      else { return [] }
      return [connect(host, at: now)]
    }
  }

  /// Once on every link: one that runs another binary has been told when it greeted.
  mutating func sayGoodbye(_ host: Int) -> [HostEffect] {
    guard hosts[host].isLinked, !hosts[host].isDismissed else { return [] }
    hosts[host].isDismissed = true
    return [.send(host, .shutdown)]
  }

  mutating func dismiss(_ host: Int) -> [HostEffect] { sayGoodbye(host) + [.close(host)] }
}
