import Basics
import SweepModel

// Links: connecting, messages on their way, breaking.

extension World {
  /// A connection from the coordinator would reach the host now.
  func isReachable(_ host: Int) -> Bool {
    let (place, machine) = (coordinator.hosts[host].place, coordinator.hosts[host].machine)
    let worker = workers[machine]
    return !isGone(host) && now >= scenario.host(place).joinsAt && now >= worker.downUntil
      && (worker.lentUntil == nil || reachesPilots(machine))
      && now >= worker.frozenUntil && now >= worker.cutFromUntil && now >= worker.cutToUntil
  }

  /// The host can no longer be used; everything is mended when no more faults strike.
  func isGone(_ host: Int) -> Bool {
    workers[coordinator.hosts[host].machine].isGone && now < window
  }

  /// What carries links to machines that are lent is there, and the machine's worker.
  private func reachesPilots(_ machine: Int) -> Bool {
    guard workers[machine].isUp else { return false }
    switch scenario.lending?.link {
    case .attached: return now >= batch.silentUntil
    case .relay: return now >= batch.relayDownUntil
    case .mailbox, nil: return true
    }
  }

  /// Its link is the shared folder.
  func isMailbox(_ machine: Int) -> Bool {
    workers[machine].lentUntil != nil && scenario.lending?.link == .mailbox
  }

  /// It goes through the shared folder, be it behind a relay.
  private func isMail(_ number: Int) -> Bool {
    links[number].isByMail || isMailbox(links[number].machine)
  }

  /// Begins to connect; the link's number.
  func openLink(to host: Int) -> Int {
    links.append(
      SimulatedLink(
        host: host, machine: coordinator.hosts[host].machine, life: coordinator.life))
    see(.connects(host: coordinator.hosts[host].name))
    let number = links.count - 1
    let machine = links[number].machine
    if workers[machine].lentUntil != nil, scenario.lending?.link == .relay {
      links[number].isByMail = random.chance(0.2)
    }
    if !mayAttach(machine) {
      links[number].isRefused = true
      agenda.plan(.connected(link: number), at: now)
      return number
    }
    let seconds = isReachable(host) ? random.uniform(0.05, 1) : random.uniform(0.05, 10)
    agenda.plan(.connected(link: number), at: now + seconds)
    return number
  }

  func completeConnection(_ number: Int) {
    let host = links[number].host
    guard coordinator.isUp, links[number].life == coordinator.life,
      coordinator.hosts[host].link == number
    else { return }
    guard !links[number].isRefused else {
      return input(.closed(link: number, .unreachable))
    }
    guard isReachable(host) else {
      return input(.closed(link: number, isGone(host) ? .configuration : .unreachable))
    }
    links[number].toWorker.isOpen = true
    links[number].toCoordinator.isOpen = true
    input(.opened(link: number))
    let machine = links[number].machine
    if !workers[machine].isUp, workers[machine].lentUntil == nil { startWorker(machine) }
    meet(machine, number)
  }

  func send(_ message: Message, on number: Int, to side: Side) {
    guard links[number][to: side].isOpen else { return }
    var seconds = random.uniform(scenario.latency.0, scenario.latency.1)
    if isMail(number) { seconds += random.uniform(0.2, 4) }
    if befalls(.delayedMessage) { seconds += random.uniform(0.1, 3) }
    let arrival = max(links[number][to: side].latestArrival, now + seconds)
    links[number][to: side].latestArrival = arrival
    links[number][to: side].messages.append(message)
    agenda.plan(.arrives(link: number, to: side), at: arrival)
  }

  func deliver(_ number: Int, to side: Side) {
    guard links[number][to: side].isOpen else { return }
    let machine = links[number].machine
    let worker = workers[machine]
    let blockedUntil =
      side == .coordinator ? worker.cutFromUntil : max(worker.cutToUntil, worker.frozenUntil)
    if now < blockedUntil { return agenda.plan(.arrives(link: number, to: side), at: blockedUntil) }
    guard let message = links[number][to: side].take() else { return }
    let isDamaged = !isMail(number) && befalls(.corruptedFrame)
    say("link \(number) to \(side): \(isDamaged ? "damaged" : "\(message)")")
    switch side {
    case .coordinator:
      input(isDamaged ? .damaged(link: number) : .received(link: number, message))
    case .worker:
      receive(isDamaged ? .end : message, on: number, at: machine)
    }
  }

  /// One side lets go of a link: it hears nothing more, the other side hears what is under way and
  /// then the end, unless that gets lost.
  func close(_ number: Int, at side: Side, tellsOther: Bool = true) {
    links[number][to: side].close()
    if tellsOther { send(.end, on: number, to: side == .worker ? .coordinator : .worker) }
  }

  /// A link breaks under both sides: what is under way is lost.
  func breakLink(_ number: Int, tells sides: [Side]) {
    for side in [Side.coordinator, .worker] {
      links[number][to: side].clear()
      links[number][to: side].isOpen = false
    }
    say("link \(number) breaks")
    for side in sides {
      agenda.plan(.breaks(link: number, at: side), at: now + random.uniform(0, 5))
    }
  }

  func learnOfBreak(_ number: Int, at side: Side) {
    switch side {
    case .coordinator: input(.closed(link: number, .lost))
    case .worker:
      let machine = links[number].machine
      let frozenUntil = workers[machine].frozenUntil
      if now < frozenUntil {
        return agenda.plan(.breaks(link: number, at: .worker), at: frozenUntil)
      }
      lose(number, at: machine)
    }
  }
}
