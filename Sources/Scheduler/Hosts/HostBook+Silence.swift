import SweepModel

// Signs of life, silence, and absences of the shell itself.

extension HostBook {
  /// Signs of life to every worker; links on which nothing comes are given up.
  mutating func watchSilence(at now: Double) -> [HostEffect] {
    var effects: [HostEffect] = []
    for host in hosts.indices
    where hosts[host].state == .ready || hosts[host].state == .greeting {
      if hosts[host].state == .ready, now >= hosts[host].nextHeartbeat {
        effects.append(.send(host, .heartbeat))
        hosts[host].nextHeartbeat = now + settings.heartbeat * hosts[host].pace
      }
      guard now >= hosts[host].heardAt + settings.lease * hosts[host].pace else { continue }
      effects += [.close(host), .silent(host)] + lose(host, .lost, at: now)
    }
    return effects + giveUpIfHostless(at: now)
  }

  private mutating func giveUpIfHostless(at now: Double) -> [HostEffect] {
    if hosts.contains(where: { $0.state == .ready }) {
      hostlessSince = nil
      return []
    }
    guard let since = hostlessSince else {
      hostlessSince = now
      return []
    }
    let hopeless = hosts.indices.filter { hosts[$0].isPending }
    // Whoever lends machines says when they are gone: a link to them may take long.
    guard growing == 0, now >= since + settings.giveUp, !hopeless.isEmpty else { return [] }
    var effects: [HostEffect] = []
    for host in hopeless {
      hosts[host].isLinked = false
      hosts[host].generation += 1
      hosts[host].state = .failed
      effects += [.close(host), .tell(.left(worker: hosts[host].name))]
    }
    return effects + [.tell(pending)]
  }

  /// A person's Ctrl-Z, a suspended machine or a disk that held everything up: who heard nobody
  /// must not call the others silent.
  mutating func excuse(_ seconds: Double, at now: Double) -> [HostEffect] {
    guard seconds > settings.lease / 4 else { return [] }
    for host in hosts.indices {
      hosts[host].heardAt = min(now, hosts[host].heardAt + seconds)
    }
    return [.tell(.awoke(after: seconds))]
  }
}
