import Basics
import Foundation
import Scheduler
import Store
import SweepModel
import Transport
import Wire

// What the coordinator shows, and what people ask of it while it runs.

extension Coordinator {
  func publishStatus(at now: Double) {
    store.flushLogs()
    let status = status(at: now)
    onStatus(status)
    if let data = try? JSONEncoder().encode(status) { store.publish(Array(data)) }
  }

  private func status(at now: Double) -> RunStatus {
    let counts = scheduler.counts
    let running = scheduler.running
    let wallTime = Date().timeIntervalSince1970
    let workers = zip(hosts, book.hosts).filter { $1.state != .removed }.map {
      worker($0, $1, running, at: now, wallTime: wallTime)
    }
    let cores = workers.reduce(0) { $0 + ($1.isReady ? $1.cores : 0) }
    var status = RunStatus(
      of: plan.sweep.name, startedAt: progress.startedAt, writtenAt: wallTime)
    (status.done, status.running, status.waiting) = (counts.done, counts.running, counts.waiting)
    (status.failed, status.cancelled) = (counts.failed, counts.cancelled)
    status.jobsPerHour = progress.jobsPerHour(at: wallTime)
    status.secondsLeft = secondsLeft(cores: cores, at: now)
    status.awaitsCosts =
      status.secondsLeft == nil && scheduler.awaitsCosts && interrupts == 0 && !isPaused
        && !plan.isChosen ? true : nil
    status.mode = mode
    status.workers = workers
    status.attempts = running.map { running in
      var attempt = RunStatus.Attempt(
        running.attempt, on: running.worker, running.allocation,
        explanation: scheduler.explain(running.attempt.job, at: now) ?? "")
      if let position = progress.position(of: running.attempt) {
        (attempt.step, attempt.total) = (position.step, position.total)
        attempt.metric = position.metric
        attempt.value = position.value.isFinite ? position.value : nil
      }
      attempt.curves = progress.curves(of: running.attempt)
      return attempt
    }
    status.heldBack = heldBack(at: now)
    let pools = plan.pools.compactMap(\.standing)
    status.pools = pools.isEmpty ? nil : pools
    return status
  }

  /// Nothing where nobody can know: what is still chosen, or how long a person lets it pause.
  private func secondsLeft(cores: Int, at now: Double) -> Double? {
    guard interrupts > 0 || !isPaused && !plan.isChosen else { return nil }
    if scheduler.learnsCosts {
      return scheduler.secondsLeft(startsMore: interrupts == 0, at: now) {
        progress.secondsLeft(of: $0, at: now)
      }
    }
    return progress.secondsLeft(
      waitingCPUSeconds: interrupts == 0 ? scheduler.waitingCPUSeconds : 0, cores: cores, at: now)
  }

  private func heldBack(at now: Double) -> [JobKey: String] {
    let keys = scheduler.heldBack(limit: 1000)
    return Dictionary(
      uniqueKeysWithValues: keys.map { ($0, scheduler.explain($0, at: now) ?? "") })
  }

  private var mode: RunStatus.Mode {
    switch interrupts {
    case 0: isPaused ? .paused : .running
    case 1: .draining
    default: .stopping
    }
  }

  private func worker(
    _ host: HostLink, _ entry: HostEntry,
    _ running: [(attempt: AttemptID, worker: String, allocation: Allocation)],
    at now: Double, wallTime: Double
  ) -> RunStatus.Worker {
    var inUse = running.reduce(Amounts()) {
      $1.worker == host.name ? $0 + $1.allocation.amounts : $0
    }
    // Its link may come and go meanwhile: that it gets nothing is what matters.
    let isOver = entry.state == .failed || entry.state == .closed
    let rest = isOver ? nil : scheduler.explain(worker: host.name, at: now)
    let state: RunStatus.Worker.State =
      switch entry.state {
      case _ where rest != nil: .resting
      case .ready: inUse.threads > 0 ? .busy : .ready
      case .connecting, .greeting: .connecting
      case .waiting where entry.trouble == .occupied: .waiting
      case .waiting: entry.tries == 0 ? .connecting : .lost
      case .failed: .failed
      case .duplicate: .duplicate
      case .removed, .closed: .closed
      }
    let has = host.transport.host.capacity(
      Amounts(threads: host.description?.cores ?? 0), host.description?.devices ?? Devices())
    // Jobs that were sent ahead wait.
    inUse.threads = min(inUse.threads, has.threads)
    return RunStatus.Worker(
      name: host.name, state: state, has: has, inUse: inUse,
      heardAt: entry.state == .ready ? wallTime - (now - entry.heardAt) : nil,
      message: rest ?? host.failure?.message ?? notes(of: host))
  }

  private func notes(of host: HostLink) -> String {
    let notes = [host.transport.way] + (host.description?.notes ?? []).prefix(8)
    return notes.filter { !$0.isEmpty }.map { printable($0) }.joined(separator: "; ")
  }

  /// Obeys what other commands have put into the store's mailbox.
  func takeRequests() throws(StoreError) {
    for request in takeMailbox() {
      switch request {
      case .cancel(let keys):
        handle(.cancel(keys))
        try moveOthers(
          keys, from: [.waiting, .running], to: .cancelled, reason: "cancelled by a person")
      case .retry(let keys):
        handle(.free(keys))
        try moveOthers(
          keys, from: [.setAside, .cancelled], to: .waiting, reason: "freed by a person")
      case .pause(plan.sweep.name): setPaused(true)
      case .resume(plan.sweep.name): setPaused(false)
      case .pause(let sweep), .resume(let sweep):
        onNote("the sweep \(sweep) is not run here: its pause or resume is of no effect")
      case .drainWorker(let name): handle(.drainWorker(name))
      }
      // One after the other: the next may ask about what this one has moved.
      try settle()
    }
  }

  private func takeMailbox() -> [Request] {
    do {
      let (requests, rejected) = try store.mailbox.take()
      for reason in rejected { onNote(reason) }
      return requests
    } catch {
      onNote("requests cannot be read: \(error)")
      return []
    }
  }

  private func setPaused(_ paused: Bool) {
    isPaused = paused
    onNote(
      paused ? "paused: nothing new starts until `quanta resume \(plan.sweep.name)`" : "goes on")
    handle(.pause(paused))
  }

  /// The scheduler has stopped starting jobs.
  func holdBack(because reason: String) {
    isPaused = true
    guard plan.waitsForPerson else {
      endedBecause = reason
      return handle(.drain)
    }
    onNote(
      "paused: \(reason); mend that and start the run again, or let it go on with "
        + "`quanta resume \(plan.sweep.name)` (--keep-going never pauses)")
  }
}
