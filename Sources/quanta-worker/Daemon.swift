import Glibc
import Posix
import SweepModel
import Wire

/// `serve`: the worker of one session on one host.
///
/// One thread, one poll loop. It owns the slots, keeps outcomes until they are acknowledged, and
/// serves one coordinator at a time; other links wait as newcomers. Without a coordinator it goes
/// on, and without work and coordinator it ends after its grace time.
struct Daemon {
  let invocation: Invocation
  let folder: SessionFolder
  private let listener: Descriptor
  private let lock: Descriptor
  /// What the lock says.
  private var note: WorkerNote?
  let identity: Report.WorkerIdentity
  var coordinator: Peer?
  /// Who the coordinator is, once it has said so.
  var servedRun: RunIdentity?
  /// Links that came while another one was served, the oldest first.
  var newcomers: [Newcomer] = []
  /// When the coordinator last said anything, monotonic seconds.
  var heardAt = 0.0
  var slots: [Slot] = []
  /// Outcomes that no coordinator has acknowledged, by token.
  var kept: [Int: (attempt: AttemptID, outcome: Report.Outcome)] = [:]
  /// Tokens of kept outcomes that are in memory only, since the disk did not take them.
  var unwritten: Set<Int> = []
  private var nextWriting = 0.0
  /// The end of the logs that no coordinator could take yet, by token.
  var unsentLogs: [Int: String] = [:]
  /// What the coordinator wishes; before one has greeted, nobody may be about to come: its run may
  /// have ended while this worker started.
  var settings = Order.Settings(heartbeatSeconds: 2, graceSeconds: 15)
  var nextHeartbeat = 0.0
  /// Since when there has been neither work nor coordinator, monotonic seconds.
  private var idleSince: Double
  var isShuttingDown = false
  /// Somebody asked this worker to end, whatever it does: its jobs stop, and no coordinator is served.
  private(set) var isEnding = false
  var memoryWatch = MemoryWatch()

  init(_ invocation: Invocation) throws(PosixError) {
    self.invocation = invocation
    folder = try SessionFolder(entering: invocation)
    guard let lock = try folder.openLock() else { throw PosixError("the lock is gone") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 || errno == EWOULDBLOCK else {
      throw PosixError(call: "lock \(folder.path)/lock; use a work folder on a local disk")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0, folder.isLock(lock) else {
      throw PosixError("another worker serves this session")
    }
    self.lock = Descriptor(number: lock)
    listener = try UnixSocket.listen(SessionFolder.socketName)
    identity = Report.WorkerIdentity(
      instance: String(UInt64.random(in: 1 ... .max), radix: 16),
      machine: MachineIdentity.sinceBoot, folder: invocation.folder)
    idleSince = monotonicSeconds()
    folder.removeParts()
    folder.adoptOutcomes()
    Leftovers(invocation).remove()
    for entry in folder.keptOutcomes() { kept[entry.attempt.token] = entry }
  }

  mutating func run() throws(PosixError) {
    complain("worker \(getpid()) serves \(folder.path)")
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(null, 1)
    close(null)
    while !isOver(at: monotonicSeconds()) { turn() }
    folder.removeSocket()
    for slot in slots {
      slot.kill()
      _ = slot.reap()
    }
    // A job that failed may go on here from its checkpoint once the coordinator knows.
    let failed = kept.values.filter { if case .failed = $0.outcome { true } else { false } }
    folder.removeCheckpoints(exceptOf: failed.map(\.attempt))
    complain("worker \(getpid()) ends")
    folder.removeUnlessNeeded()
  }

  private mutating func isOver(at now: Double) -> Bool {
    let isBusy = slots.contains { $0.current != nil }
    if isBusy || (coordinator != nil && !isShuttingDown) { idleSince = now }
    if isEnding, !isBusy { return true }
    if isShuttingDown, !isBusy, kept.isEmpty { return coordinator?.wantsToWrite != true }
    // The coordinator has left for good; what is on the disk waits there for the next one.
    if isShuttingDown, !isBusy, coordinator == nil, newcomers.isEmpty, unwritten.isEmpty {
      return true
    }
    return now - idleSince >= settings.graceSeconds
  }

  private mutating func turn() {
    var descriptors = [pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)]
    if let coordinator { descriptors.append(interest(in: coordinator)) }
    let newcomerStart = descriptors.count
    for newcomer in newcomers { descriptors.append(interest(in: newcomer.peer)) }
    let slotStart = descriptors.count
    for slot in slots {
      descriptors.append(interest(in: slot.peer))
      descriptors.append(pollfd(fd: slot.errors.number, events: Int16(POLLIN), revents: 0))
    }
    _ = poll(&descriptors, nfds_t(descriptors.count), pollTimeout(at: monotonicSeconds()))
    for index in slots.indices.reversed() {
      if descriptors[slotStart + 2 * index + 1].revents != 0 { readErrors(of: index) }
      if descriptors[slotStart + 2 * index].revents != 0 { serveSlot(index) }
    }
    for index in newcomers.indices.reversed() where descriptors[newcomerStart + index].revents != 0
    {
      serveNewcomer(index)
    }
    if newcomerStart == 2, descriptors[1].revents != 0 { serveCoordinator() }
    if let connection = UnixSocket.accept(listener) {
      if isEnding { connection.close() } else { meet(connection) }
    }
    tick(at: monotonicSeconds())
    tellOfItself()
  }

  /// Writes into the lock what this worker does, when that has changed.
  private mutating func tellOfItself() {
    let now = WorkerNote(
      jobs: slots.count { $0.current != nil },
      run: coordinator.map { _ in WorkerNote.name(servedRun) })
    guard now != note else { return }
    note = now
    let bytes = now.bytes
    _ = pwrite(lock.number, bytes, bytes.count, 0)
  }

  /// Stops every job; what the jobs say to that is kept on the disk for the next coordinator.
  private mutating func endOnRequest(at now: Double) {
    complain("worker \(getpid()) was asked to end")
    isEnding = true
    dropCoordinator()
    for newcomer in newcomers { newcomer.peer.descriptor.close() }
    newcomers = []
    for index in slots.indices where slots[index].current != nil {
      slots[index].stop(.cancelled, "its worker was asked to end", at: now)
    }
  }

  private func interest(in peer: Peer) -> pollfd {
    let events = POLLIN | (peer.wantsToWrite ? POLLOUT : 0)
    return pollfd(fd: peer.descriptor.number, events: Int16(events), revents: 0)
  }

  private func pollTimeout(at now: Double) -> Int32 {
    var due = now + 1
    if coordinator != nil { due = min(due, nextHeartbeat) }
    for slot in slots { due = min(due, slot.deadline ?? due, slot.stopping?.killAt ?? due) }
    return Int32(max(0, (due - now) * 1000).rounded(.up))
  }

  /// Heartbeats, time limits and overdue stops.
  private mutating func tick(at now: Double) {
    if coordinator != nil, now - heardAt > max(30, 15 * settings.heartbeatSeconds) {
      complain("the coordinator is silent: its link is dropped")
      dropCoordinator()
    }
    seatNewcomer(at: now)
    if !unwritten.isEmpty, now >= nextWriting {
      nextWriting = now + 1
      writeKept()
    }
    if !isEnding, EndRequest.hasCome { endOnRequest(at: now) }
    if coordinator != nil, now >= nextHeartbeat {
      tell(.heartbeat)
      nextHeartbeat = now + settings.heartbeatSeconds
    }
    for index in slots.indices where slots[index].current != nil {
      if let deadline = slots[index].deadline, now >= deadline {
        let limit = slots[index].current?.timeoutSeconds ?? 0
        slots[index].stop(.timeout, "ran longer than its limit of \(limit) s", at: now)
        slots[index].deadline = nil
      }
      if let stopping = slots[index].stopping, now >= stopping.killAt { slots[index].kill() }
    }
  }
}
