import SweepModel

// Hosts that come and go while a run lasts.

extension HostBook {
  /// A host joins the run, or one that was taken away comes back: what its peer did before is not
  /// forgotten. A name that is there already stays what it is.
  mutating func add(_ name: String, pace: Double, at now: Double) -> [HostEffect] {
    if let host = hosts.firstIndex(where: { $0.name == name }) {
      guard hosts[host].state == .removed else { return [] }
      hosts[host].pace = pace
      hosts[host].state = .waiting(until: max(now, hosts[host].shunnedUntil))
      hosts[host].tries = 0
    } else {
      hosts.append(HostEntry(name: name, pace: pace))
    }
    // It is tried as long as those that were there from the start.
    if hostlessSince != nil { hostlessSince = now }
    return [.tell(pending)]
  }

  /// A host is taken away. A worker that is there still finishes what it has, keeps it and ends; to the
  /// scheduler it is gone like any other, and its jobs go elsewhere once their lease ends.
  mutating func remove(_ host: Int, as departure: Departure, at now: Double) -> [HostEffect] {
    guard hosts[host].state != .removed else { return [] }
    let isLinked = hosts[host].isLinked
    let farewell = hosts[host].isAttached ? sayGoodbye(host) : []
    hosts[host].isLinked = false
    hosts[host].generation += 1
    hosts[host].occupied = nil
    hosts[host].trouble = nil
    hosts[host].state = .removed
    tryDuplicates(of: hosts[host].name, at: now)
    return farewell + (isLinked ? [.close(host)] : [])
      + [
        .removed(host), .tell(pending),
        .tell(.removed(worker: hosts[host].name, as: departure)),
      ]
  }
}
