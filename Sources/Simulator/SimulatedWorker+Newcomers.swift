import SweepModel

extension SimulatedWorker {
  /// A link that came while another one was served.
  struct Newcomer {
    let link: Int
    /// When it came, seconds.
    let since: Double
    /// It has said whose it is.
    var isNamed = false
  }
}

// Links beside the one that is served: the rules of `quanta-worker`'s `DaemonNewcomers`.

extension World {
  /// Serves a new link if no other is, else tells it so.
  func meet(_ host: Int, _ number: Int) {
    if parts.workersObeyTheNewest, workers[host].link != nil {
      see(.replaced(machine: host, after: now - workers[host].heardAt))
      dropCoordinator(host)
    }
    guard workers[host].link != nil || !workers[host].newcomers.isEmpty else {
      return welcome(host, number, isNamed: false)
    }
    guard workers[host].newcomers.count < 8 else { return close(number, at: .worker) }
    workers[host].newcomers.append(SimulatedWorker.Newcomer(link: number, since: now))
    send(.occupied(machine: host, instance: workers[host].life), on: number, to: .coordinator)
  }

  /// Whatever else it wants, it does not give orders.
  func serveNewcomer(_ number: Int, _ message: Message, at host: Int) {
    guard let index = workers[host].newcomers.firstIndex(where: { $0.link == number }) else {
      return
    }
    switch message {
    case .run:
      workers[host].newcomers[index].isNamed = true
      seatNewcomer(host)
    case .end:
      workers[host].newcomers.remove(at: index)
      close(number, at: .worker)
    default: break
    }
  }

  /// Ends links that never say whose they are.
  func forgetNameless(_ host: Int) {
    let nameless = workers[host].newcomers.filter { !$0.isNamed && now - $0.since > 30 }
    workers[host].newcomers.removeAll { !$0.isNamed && now - $0.since > 30 }
    for newcomer in nameless { close(newcomer.link, at: .worker) }
  }

  /// Gives the place to whoever waits for it: at once where it is free, else to the same run's new
  /// link when the old one has missed three signs of life.
  func seatNewcomer(_ host: Int) {
    let isSilent = now - workers[host].heardAt > max(3, 3 * scenario.heartbeat)
    let isFree = workers[host].link == nil || isSilent && workers[host].isServingNamed
    guard isFree, let next = workers[host].newcomers.firstIndex(where: \.isNamed) else { return }
    let newcomer = workers[host].newcomers.remove(at: next)
    if let old = workers[host].link {
      see(.replaced(machine: host, after: now - workers[host].heardAt))
      workers[host].link = nil
      close(old, at: .worker)
    }
    welcome(host, newcomer.link, isNamed: true)
  }
}
