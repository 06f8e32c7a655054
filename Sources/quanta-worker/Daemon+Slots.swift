import Glibc
import Posix
import SweepModel
import Wire
import Worker

// The worker's side of its slots, which are known by their processes.

extension Daemon {
  mutating func begin(_ assignment: Order.Assignment) {
    if ResourceLimit.cpuTime.hard != nil { retireIdleSlots() }
    if !slots.contains(where: { $0.current != nil }) { memoryWatch.forget() }
    do {
      let index: Int
      if let idle = slots.firstIndex(where: { $0.current == nil }) {
        index = idle
      } else {
        slots.append(try Slot(invocation))
        index = slots.count - 1
      }
      var named = assignment
      named.tokens = DeviceEnvironment.named(named.tokens, devices)
      slots[index].start(named)
    } catch {
      let message = "the slot does not start: \(error)"
      advise(.died(assignment.attempt, .workerLost, message: message))
    }
  }

  mutating func serveSlot(_ process: pid_t) {
    guard let index = slots.firstIndex(where: { $0.process == process }) else { return }
    do {
      try slots[index].peer.flush()
      guard let frames = try slots[index].peer.receive() else { return bury(process) }
      for frame in frames {
        if let report = try Report(frame) { pass(report, from: process) }
      }
    } catch {
      complain("slot \(process): \(error)")
      slots.first { $0.process == process }?.kill()
      bury(process)
    }
  }

  private mutating func pass(_ report: Report, from process: pid_t) {
    if case .checkpointKept(let attempt) = report {
      if let file = folder.openCheckpoint(of: attempt.job) { uploads.add(attempt, from: file) }
      return
    }
    if case .checkpointPart(let attempt, _) = report,
      let index = slots.firstIndex(where: { $0.process == process })
    {
      slots[index].toldPiece = attempt
    }
    if case .outcome(let attempt, .succeeded) = report { uploads.remove(attempt) }
    if case .outcome(let attempt, _) = report,
      let index = slots.firstIndex(where: { $0.process == process && $0.current == attempt })
    {
      slots[index].current = nil
    }
    advise(.reported(report, isCrowded: servedPeer?.isCrowded == true))
  }

  /// A slot's process has ended; its job, if it had one, has failed.
  private mutating func bury(_ process: pid_t) {
    readErrors(of: process)
    guard let index = slots.firstIndex(where: { $0.process == process }) else { return }
    let slot = slots.remove(at: index)
    let ending = slot.reap()
    ControlGroup.removeLeftovers()
    endOrphans()
    guard let attempt = slot.current else { return }
    let words = slot.lastWords.isEmpty ? "" : "; last words: \(slot.lastWords)"
    if !core.isStopping(attempt), let limit = limit(behind: ending) {
      let message = FailureCause.hostWords + limit + words
      return advise(.died(attempt, .workerLost, message: message))
    }
    // A slot that cannot even begin says nothing of its job.
    let cause: FailureCause = ending.lacksThreads ? .workerLost : .jobFailed
    advise(.died(attempt, cause, message: "the job's process \(ending.words)\(words)"))
  }

  /// Ends what a slot's program had started and the slot's own end has not: it is this process's child
  /// now, and so is what comes from it.
  private func endOrphans() {
    let slots = Set(slots.map(\.process))
    for _ in 0..<100 {
      let orphans = ProcessTree.children(of: getpid()).filter { !slots.contains($0) }
      if orphans.isEmpty { return }
      for orphan in orphans {
        for process in [orphan] + ProcessTree.descendants(of: orphan) {
          _ = Glibc.kill(process, SIGKILL)
        }
        _ = waitpid(orphan, nil, WNOHANG)
      }
      usleep(1000)
    }
  }

  mutating func readErrors(of process: pid_t) {
    guard let index = slots.firstIndex(where: { $0.process == process }),
      let bytes = try? slots[index].errors.readSome(), !bytes.isEmpty
    else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    if let line = text.split(separator: "\n").first(where: { $0.contains("rror") }) {
      slots[index].lastWords = String(line.prefix(300))
    }
    guard let attempt = slots[index].current else { return }
    advise(.reported(.log(attempt, text), isCrowded: servedPeer?.isCrowded == true))
  }
}
