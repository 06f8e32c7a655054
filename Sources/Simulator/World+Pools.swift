import Basics
import Scheduler

// Hosts that come and go while a run lasts: a pool as a batch system is one.

extension World {
  /// Hosts may be taken and added.
  private var isChanging: Bool { Faults.pools.contains { scenario.faults[$0] > 0 } && now < window }

  /// The coordinator that is about to start finds some hosts, or none; the others come later.
  func beginPool() {
    guard isChanging else { return }
    coordinator.isGrowing = true
    agenda.plan(.poolSettles(life: coordinator.life), at: random.uniform(now, window))
    if random.chance(0.5) { coordinator.listed = random.integer(0...coordinator.hosts.count) }
  }

  /// The pool takes a host away, or adds one unless it has settled.
  func changePool(_ kind: FaultKind) {
    let taken = (0..<coordinator.listed).filter { coordinator.hosts[$0].isTaken }
    if kind == .hostTaken {
      let host = random.integer(0...coordinator.hosts.count - 1)
      guard host < coordinator.listed, !taken.contains(host) else { return }
      coordinator.hosts[host].isTaken = true
      tell(.removed(host))
    } else if !coordinator.isGrowing {
      return
    } else if let host = taken.first, random.chance(0.7) {
      give(host)
    } else if coordinator.listed < coordinator.hosts.count {
      coordinator.listed += 1
      give(coordinator.listed - 1)
    }
  }

  /// Whatever was taken or has not come yet is there, and nothing changes any more.
  func settlePool(_ life: Int) {
    guard coordinator.isUp, coordinator.life == life, coordinator.isGrowing else { return }
    for host in coordinator.hosts.indices
    where host >= coordinator.listed || coordinator.hosts[host].isTaken {
      give(host)
    }
    coordinator.listed = coordinator.hosts.count
    coordinator.isGrowing = false
    tell(.settled)
  }

  /// What the pool has told since the last turn.
  func takePoolChanges() {
    let changes = coordinator.poolChanges
    coordinator.poolChanges = []
    guard coordinator.leavesAt == nil else { return }
    for change in changes {
      say("the pool: \(change)")
      switch change {
      case .added(let name, _): see(.added(host: name))
      case .removed(let host, _): see(.taken(host: coordinator.hosts[host].name))
      default: coordinator.mayGrow = false
      }
      advise(change)
    }
  }

  private func give(_ host: Int) {
    coordinator.hosts[host].isTaken = false
    tell(.added(coordinator.hosts[host].name))
  }

  private func tell(_ change: HostInput) {
    guard coordinator.isUp else { return }
    coordinator.poolChanges.append(change)
    wake(at: now)
  }
}
