import Basics
import Batch
import SweepModel
import Worker

// The batch system's own doings: granting, warning, killing, requeueing, losing nodes.

extension World {
  func perform(_ action: BatchAction) {
    switch action {
    case .grants(let place, let change):
      guard batch.allocations[place].change == change else { return }
      grant(place)
    case .listens(let machine): beginPilot(machine)
    case .warns(let place, let change):
      guard batch.allocations[place].change == change else { return }
      warn(place)
      plan(.kills(place, change: change, word: "TIMEOUT", requeued: false), in: 30)
    case .kills(let place, let change, let word, let requeued):
      guard batch.allocations[place].change == change else { return }
      end(place, word, requeued: requeued)
    case .clears(let place, let change):
      guard batch.allocations[place].change == change else { return }
      clear(place)
    case .notices(let node): notice(node)
    case .cleans(let machine):
      if workers[machine].isUp { endWorker(machine, tellsCoordinator: random.chance(0.5)) }
    }
  }

  func plan(_ action: BatchAction, in seconds: Double) {
    agenda.plan(.batch(action), at: now + seconds)
  }

  /// Takes an array into the queue; the number of its job.
  func enqueue(_ count: Int, excluding nodes: Set<Int>, isKnown: Bool) -> Int {
    guard let lending = scenario.lending else { return 0 }
    batch.lastJob += 1
    for index in 0..<count {
      batch.allocations.append(
        SimulatedBatch.Allocation(
          id: PilotName(job: batch.lastJob, index: index), version: coordinator.version,
          excluded: nodes, isKnown: isKnown, changedAt: now))
      queue(batch.allocations.count - 1, within: lending.wait)
    }
    say("the batch system takes job \(batch.lastJob) of \(count)")
    return batch.lastJob
  }

  private func queue(_ place: Int, within seconds: Double) {
    let change = batch.allocations[place].change
    plan(.grants(place, change: change), in: random.uniform(0.5, max(1, seconds)))
  }

  private func change(_ place: Int, to phase: SimulatedBatch.Phase) {
    batch.allocations[place].phase = phase
    batch.allocations[place].change += 1
    batch.allocations[place].changedAt = now
    say("allocation \(batch.allocations[place].life.short): \(phase)")
  }

  private func grant(_ place: Int) {
    guard let lending = scenario.lending else { return }
    let free = batch.nodes.indices.filter {
      now >= batch.nodes[$0] && !batch.allocations[place].excluded.contains($0)
    }
    let slots = now < window ? lending.slots : lending.count
    guard !free.isEmpty, batch.places(.running).count < slots else {
      return queue(place, within: 30)
    }
    let machine = workers.count
    batch.allocations[place].node = free[random.integer(0...free.count - 1)]
    batch.allocations[place].machine = machine
    batch.allocations[place].isPreempted = false
    batch.lives.append((place, batch.allocations[place].life))
    change(place, to: .running)
    workers.append(SimulatedWorker())
    let delay = random.uniform(0, 3)
    // The script's clock begins later than the batch system's, which is patient for half a minute.
    let early = BatchRequest.secondsEarly(
      of: lending.seconds, index: batch.allocations[place].life.index)
    workers[machine].lentUntil = now + delay + lending.seconds - early
    workers[machine].binary = batch.allocations[place].version
    let current = batch.allocations[place].change
    plan(.warns(place, change: current), in: lending.seconds)
    if befalls(.pilotStillborn) {
      plan(.kills(place, change: current, word: "FAILED", requeued: false), in: delay + 1)
    } else {
      plan(.listens(machine: machine), in: delay)
    }
  }

  private func beginPilot(_ machine: Int) {
    guard let (place, name) = batch.life(of: machine), batch.allocations[place].machine == machine,
      batch.allocations[place].phase == .running, let node = batch.allocations[place].node,
      now >= workers[machine].downUntil
    else { return }
    say("pilot \(name.short) begins on n\(node) as machine \(machine)")
    adoptOutcomes(machine)
    workers[machine].hasSocket = true
    startWorker(machine)
  }

  /// Takes over what pilots that are gone have left in the shared folder.
  private func adoptOutcomes(_ machine: Int) {
    for other in batch.firstMachine..<workers.count
    where other != machine && !workers[other].isUp && !workers[other].spool.isEmpty {
      see(.adopted(machine: machine, from: other))
      workers[machine].spool += workers[other].spool
      for entry in workers[other].spool {
        let token = entry.attempt.token
        workers[machine].threads[token] = workers[other].threads[token]
      }
      workers[other].spool = []
    }
    workers[machine].spool.sort { $0.attempt.token < $1.attempt.token }
  }

  /// SIGTERM to its processes.
  private func warn(_ place: Int) {
    guard let machine = batch.allocations[place].machine, workers[machine].isUp,
      now >= workers[machine].frozenUntil
    else { return }
    happens(.leaves, to: machine)
  }

  /// Its processes are killed.
  private func end(_ place: Int, _ word: String, requeued: Bool) {
    guard batch.allocations[place].phase == .running, let machine = batch.allocations[place].machine
    else { return }
    conclude(place, word, requeued: requeued)
    if workers[machine].isUp { endWorker(machine, tellsCoordinator: random.chance(0.5)) }
  }

  private func conclude(_ place: Int, _ word: String, requeued: Bool) {
    if let machine = batch.allocations[place].machine { see(.pilotEnds(machine: machine)) }
    change(place, to: .completing(then: word, requeued: requeued))
    plan(.clears(place, change: batch.allocations[place].change), in: random.uniform(0.5, 12))
  }

  private func clear(_ place: Int) {
    guard case .completing(let word, let requeued) = batch.allocations[place].phase else { return }
    guard requeued else { return change(place, to: .ended(word)) }
    batch.allocations[place].restarts += 1
    batch.allocations[place].machine = nil
    batch.allocations[place].node = nil
    batch.allocations[place].isKnown = false
    change(place, to: .pending)
    queue(place, within: 1 + (scenario.lending?.wait ?? 0))
  }

  /// The process of a pilot is gone, and with it the batch script.
  func pilotEnds(_ machine: Int) {
    guard let (place, _) = batch.life(of: machine), batch.allocations[place].machine == machine,
      batch.allocations[place].phase == .running, let node = batch.allocations[place].node,
      now >= batch.nodes[node]
    else { return }
    let requeued = batch.allocations[place].isPreempted && random.chance(0.7)
    conclude(place, requeued ? "PREEMPTED" : "COMPLETED", requeued: requeued)
  }

  /// The running allocations' machines whose workers are up.
  var pilotsUp: [Int] {
    batch.places(.running).compactMap { batch.allocations[$0].machine }.filter { workers[$0].isUp }
  }

  func strikeBatch(_ kind: FaultKind) {
    let running = batch.places(.running)
    let place = running.isEmpty ? nil : running[random.integer(0...running.count - 1)]
    switch kind {
    case .preempted: if let place { preempt(place) }
    case .allocationCancelled:
      let all = batch.places(.running, .pending)
      if !all.isEmpty { callOff(all[random.integer(0...all.count - 1)]) }
    case .nodeLost, .nodeBelievedLost:
      if let node = place.flatMap({ batch.allocations[$0].node }) {
        loseNode(node, dies: kind == .nodeLost)
      }
    case .batchSilent: batch.silentUntil = now + random.uniform(5, random.chance(0.2) ? 3000 : 200)
    case .batchEmpty:
      batch.emptyUntil = now + random.uniform(5, 150)
      batch.doubtUntil = batch.emptyUntil
    case .relayCut: cutRelay()
    default: preconditionFailure("\(kind) is nothing of a batch system's")
    }
  }

  private func preempt(_ place: Int) {
    guard let lending = scenario.lending else { return }
    let requeued = lending.requeues && random.chance(0.7)
    batch.allocations[place].isPreempted = requeued
    let change = batch.allocations[place].change
    if lending.warning > 0 { warn(place) }
    plan(
      .kills(place, change: change, word: "PREEMPTED", requeued: requeued), in: lending.warning)
  }

  /// `scancel`, by whoever it is.
  func callOff(_ place: Int) {
    switch batch.allocations[place].phase {
    case .pending: change(place, to: .ended("CANCELLED"))
    case .running:
      warn(place)
      let change = batch.allocations[place].change
      plan(.kills(place, change: change, word: "CANCELLED", requeued: false), in: 30)
    case .completing, .ended: break
    }
  }

  /// All links are cut, or processes die, or both only seem to.
  func loseNode(_ node: Int, dies: Bool) {
    let seconds = random.uniform(60, 600)
    batch.nodes[node] = now + seconds
    for place in batch.places(.running) where batch.allocations[place].node == node {
      guard let machine = batch.allocations[place].machine else { continue }
      if dies {
        see(.pilotEnds(machine: machine))
        workers[machine].downUntil = .infinity
        endWorker(machine, tellsCoordinator: false)
      } else {
        plan(.cleans(machine: machine), in: random.uniform(30, 900))
      }
    }
    plan(.notices(node: node), in: random.uniform(1, min(300, seconds - 1)))
  }

  private func notice(_ node: Int) {
    for place in batch.places(.running) where batch.allocations[place].node == node {
      let requeued = scenario.lending?.requeues == true && random.chance(0.7)
      conclude(place, "NODE_FAIL", requeued: requeued)
    }
  }

  private func cutRelay() {
    guard scenario.lending?.link == .relay else { return }
    batch.relayDownUntil = now + random.uniform(0.5, 120)
    for machine in pilotsUp {
      workers[machine].link.map { breakLink($0, tells: [.coordinator, .worker]) }
    }
  }
}
