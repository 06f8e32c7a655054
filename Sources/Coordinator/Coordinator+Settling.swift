import Foundation
import Posix
import Scheduler
import Store
import SweepModel
import Transport
import Wire

// From ordered to durable to done.

extension Coordinator {
  /// Makes this turn's facts durable in one transaction, then performs what depends on them.
  func settle() throws(StoreError) {
    if !otherOutcomes.isEmpty { try adoptOtherOutcomes() }
    if let facts = turn.takeFacts() {
      do throws(StoreError) {
        try store.ledger.commit(
          facts.changes, completions: facts.completions, at: Date().timeIntervalSince1970)
      } catch {
        for completion in facts.completions { noteUnrecorded(completion.attempt) }
        throw error
      }
      announce(facts.changes)
      sayWhoRests(after: facts.changes)
    }
    for directive in turn.takeOrders() { perform(directive) }
  }

  private func announce(_ changes: [LedgerChange]) {
    // An end and why it does not count are one sentence; so are an end and that its job has failed.
    var excuses: [AttemptID: String] = [:]
    var ends: [JobKey: String] = [:]
    for change in changes {
      if case .withdrawn(let attempt, let message) = change { excuses[attempt] = message }
      if case .ended(let attempt, _, let message) = change { ends[attempt.job] = message }
    }
    for change in changes {
      if case .ended(let attempt, let cause, let message) = change, cause.policy.counts != .nothing,
        let excuse = excuses.removeValue(forKey: attempt)
      {
        progress.forget(attempt)
        store.finishLog(attempt)
        noteFailure("job \(attempt)", "\(message); \(excuse)")
      } else if case .withdrawn(let attempt, _) = change, excuses[attempt] == nil {
        continue
      } else if case .moved(let key, .setAside, let reason) = change {
        let isTold = ends[key].map { !$0.isEmpty && reason.hasSuffix($0) } ?? false
        if !isTold { noteFailure("job \(key.short) failed", reason) }
      } else {
        announce(change)
      }
    }
  }

  private func announce(_ change: LedgerChange) {
    switch change {
    case .leased: break
    case .accepted(let attempt):
      progress.finished(attempt)
      store.finish(attempt)
    case .ended(let attempt, let cause, let message):
      progress.forget(attempt)
      store.finishLog(attempt)
      let counts = cause.policy.counts == .loss ? "; this loss counts against it" : ""
      if cause.policy.counts != .nothing { noteFailure("job \(attempt)", message + counts) }
    case .late(let attempt):
      onNote("job \(attempt): a result came again or after its lease had ended; it was compared")
    case .withdrawn(let attempt, let message): onNote("job \(attempt): \(message)")
    case .moved: break
    }
  }

  /// A host that has lost what it had once more may get nothing for a while.
  private func sayWhoRests(after changes: [LedgerChange]) {
    let hasLost = changes.contains { change in
      if case .ended(_, .workerLost, _) = change { true } else { false }
    }
    guard hasLost else { return }
    let now = clock()
    for host in hosts {
      guard let rest = scheduler.explain(worker: host.name, at: now) else { continue }
      let text = "\(host.name) \(rest); its jobs go elsewhere while another host is free"
      if let note = failures.sentence(text, of: "\(host.name) rests") { onNote(note) }
    }
  }

  private func noteFailure(_ subject: String, _ message: String) {
    if let sentence = failures.sentence(subject, message) { onNote(sentence) }
  }

  private func perform(_ directive: Directive) {
    switch directive {
    case .ledger, .copyResult: break
    case .start(let worker, let attempt, let placement): start(attempt, placement, on: worker)
    case .confirm(let worker, let attempt, let placement):
      // Without the checkpoint, which the worker has if it has the attempt.
      if let order = order(attempt, placement, on: worker, checkpoint: nil) {
        send(order, to: worker)
      }
    case .stop(let worker, let attempt): send(.stop(attempt), to: worker)
    case .acknowledge(let worker, let attempt):
      // Whatever it had to say has come, with or without a lease.
      store.finishLog(attempt)
      send(.acknowledge(attempt), to: worker)
    case .note(let text): onNote(text)
    case .paused(let reason): holdBack(because: reason)
    case .end(let ending): self.ending = ending
    }
  }

  func send(_ order: Order, to worker: String) {
    guard let index = hosts.firstIndex(where: { $0.name == worker }) else { return }
    switch order {
    case .start(let assignment): hosts[index].given.insert(assignment.attempt)
    case .stop(let attempt):
      hosts[index].given.insert(attempt)
      hosts[index].leaving.remove(attempt)
    default: break
    }
    hosts[index].send(order)
  }

  func order(
    _ attempt: AttemptID, _ placement: Placement, on worker: String, checkpoint: [UInt8]?
  ) -> Order? {
    guard let job = scheduler.job(attempt.job) else { return nil }
    let host = hosts.first { $0.name == worker }?.transport.host
    let names = Set(placement.held.map(\.name))
    return .start(
      Order.Assignment(
        attempt: attempt, workload: job.workload,
        resultVersion: plan.signature.resultVersion, parameters: job.parameters,
        threads: placement.threads, hostThreads: placement.hostThreads, held: placement.held,
        memoryBytes: plan.sweep.resources.amounts.memoryBytes,
        tokens: (host?.tokens ?? [:]).filter { names.contains($0.key) },
        timeoutSeconds: placement.timeoutSeconds,
        checkpointSeconds: plan.timing.checkpoint, checkpoint: checkpoint))
  }
}
