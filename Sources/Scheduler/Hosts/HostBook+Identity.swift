import SweepModel

// Who is who: hosts of the run that reach the same worker, and other runs that do.

extension HostBook {
  /// A greeting told which worker this is: it learns whom it serves, and other links to it end.
  mutating func introduce(_ host: Int, _ worker: HostGreeting.Worker) -> [HostEffect] {
    var effects = [HostEffect.send(host, .run)]
    for other in hosts.indices where other != host {
      let isReady =
        hosts[other].state == .ready && hosts[other].worker?.instance == worker.instance
      if isReady || hosts[other].occupied == worker.instance {
        effects += leaveOut(other, for: host)
      }
    }
    let neighbour = hosts.indices.first {
      $0 != host && hosts[$0].state == .ready && hosts[$0].worker?.machine == worker.machine
        && hosts[$0].worker?.instance != worker.instance
    }
    return effects + (neighbour.map { [.sharesMachine(host, with: $0)] } ?? [])
  }

  /// The worker serves another link. That may be one of another host of this run, an old link of
  /// this host that broke unnoticed, or another run's.
  mutating func wait(
    _ host: Int, for instance: String, byOtherRun: Bool, at now: Double
  ) -> [HostEffect] {
    hosts[host].occupied = instance
    let holder = hosts.indices.first {
      hosts[$0].state == .ready && hosts[$0].worker?.instance == instance
    }
    if let holder { return leaveOut(host, for: holder) + [.tell(pending)] }
    guard byOtherRun else { return [.send(host, .run)] }
    // Somebody works there: this is no reason to give up.
    hostlessSince = nil
    return [.close(host), .yielded(host)] + lose(host, .occupied, at: now)
  }

  /// Ends a host's link in favour of another's to the same worker. That fewer hosts may still join is
  /// told once the other one has: else the run would end for want of hosts.
  ///
  /// What the ledger says was given to it, and its worker does not hold, has to end like that of a
  /// host that is lost.
  private mutating func leaveOut(_ host: Int, for holder: Int) -> [HostEffect] {
    hosts[host].isLinked = false
    hosts[host].generation += 1
    hosts[host].occupied = nil
    hosts[host].state = .duplicate(of: hosts[holder].name)
    hosts[host].trouble = .duplicate
    return [
      .close(host), .leftOut(host, for: holder), .tell(.left(worker: hosts[host].name)),
    ]
  }

  /// A host is lost: those that were left out in its favour may reach the worker, unless they are left
  /// alone for what their peers said.
  mutating func tryDuplicates(of name: String, at now: Double) {
    for host in hosts.indices where hosts[host].state == .duplicate(of: name) {
      hosts[host].state = .waiting(until: max(now, hosts[host].shunnedUntil))
    }
  }
}
