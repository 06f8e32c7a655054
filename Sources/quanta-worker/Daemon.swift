import Devices
import Glibc
import Posix
import SweepModel
import Wire
import Worker

/// `serve`: the worker of one session on one host.
///
/// One thread, one poll loop. It tells its ``WorkerCore`` what links, slots, disk and clock did, and
/// does what that asks for.
struct Daemon {
  let invocation: Invocation
  let folder: SessionFolder
  private let listener: Descriptor
  private let lock: Descriptor
  /// Links through the shared folder; nil where there is none.
  private let mailRoom: MailRoom?
  /// What the lock says.
  private var note: WorkerNote?
  let identity: Report.WorkerIdentity
  /// As they were when this worker began: what a job holds is told by its place among them.
  let devices = DeviceSearch.here.find()
  var core: WorkerCore
  private var effects: [WorkerEffect] = []
  private var isPerforming = false
  var links: [CoordinatorLink] = []
  private var lastLink = 0
  var slots: [Slot] = []
  /// Attempts whose jobs may go on from their checkpoints; nil until the worker ends.
  var resumable: [AttemptID]?
  var memoryWatch = MemoryWatch()
  /// Large checkpoints on their way to the coordinator.
  var uploads = CheckpointUploads()
  /// Large checkpoints on their way from it.
  var sent: [JobKey: SentCheckpoint] = [:]

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
    mailRoom = try MailRoom(of: invocation, in: folder.session)
    identity = Report.WorkerIdentity(
      instance: String(UInt64.random(in: 1 ... .max), radix: 16),
      machine: MachineIdentity.sinceBoot, folder: invocation.folder)
    JobProcess.reaper()
    ControlGroup.removeLeftovers()
    let strays = StrayProcesses.end("QUANTA_METRICS", in: folder.jobs)
    if strays > 0 { complain("\(strays) processes of a killed worker's jobs were left: killed") }
    folder.removeParts()
    folder.removeJobFolders(unusedFor: Leftovers.patience, atEnd: false)
    folder.adoptOutcomes()
    Leftovers(invocation).remove()
    core = WorkerCore(
      instance: identity.instance, kept: folder.keptOutcomes(),
      secondsLeft: invocation.endsAt.map { Double($0) - wallClockSeconds() } ?? .infinity,
      at: monotonicSeconds())
  }

  mutating func run() throws(PosixError) {
    complain("worker \(getpid()) serves \(folder.path)")
    mailRoom?.open()
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(null, 1)
    close(null)
    while resumable == nil { turn() }
    folder.removeSocket()
    for link in links { link.peer.descriptor.close() }
    for slot in slots {
      slot.kill()
      _ = slot.reap()
    }
    _ = JobProcess.endChildren()
    folder.removeCheckpoints(exceptOf: resumable ?? [])
    folder.removeJobFolders(unusedFor: Leftovers.patience, atEnd: true)
    mailRoom?.close()
    complain("worker \(getpid()) ends")
    // Whoever cleans need not wait for the end of its allocation.
    if invocation.pilot != nil { write(WorkerNote(jobs: 0, run: nil, endsAt: 1)) }
    folder.removeUnlessNeeded()
  }

  private mutating func turn() {
    var descriptors = [pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)]
    let numbers = links.map(\.number)
    for link in links { descriptors.append(interest(in: link.peer)) }
    let processes = slots.map(\.process)
    for slot in slots {
      descriptors.append(interest(in: slot.peer))
      descriptors.append(pollfd(fd: slot.errors.number, events: Int16(POLLIN), revents: 0))
    }
    _ = poll(&descriptors, nfds_t(descriptors.count), pollTimeout(at: monotonicSeconds()))
    // Before jobs are heard that the same signal may have ended.
    if EndRequest.hasCome { advise(invocation.pilot == nil ? .askedToEnd : .leaves) }
    for (place, process) in processes.enumerated().reversed() {
      let first = 1 + numbers.count + 2 * place
      if descriptors[first + 1].revents != 0 { readErrors(of: process) }
      if descriptors[first].revents != 0 { serveSlot(process) }
    }
    for (place, number) in numbers.enumerated().reversed()
    where descriptors[1 + place].revents != 0 {
      serveLink(number)
    }
    if let connection = UnixSocket.accept(listener) {
      lastLink += 1
      links.append(CoordinatorLink(number: lastLink, peer: Peer(connection)))
      advise(.linked(lastLink))
    }
    upload()
    hangUpBroken()
    advise(.turn(isFlushed: servedPeer?.wantsToWrite != true && uploads.isEmpty))
    hangUpBroken()
    tellOfItself()
  }

  private func interest(in peer: Peer) -> pollfd {
    let events = POLLIN | (peer.wantsToWrite ? POLLOUT : 0)
    return pollfd(fd: peer.descriptor.number, events: Int16(events), revents: 0)
  }

  private func pollTimeout(at now: Double) -> Int32 {
    if canUpload { return 0 }
    return Int32(max(0, (min(now + 1, core.nextWake) - now) * 1000).rounded(.up))
  }

  /// Writes into the lock what this worker does, when that has changed.
  private mutating func tellOfItself() {
    let now = WorkerNote(
      jobs: core.jobs, run: core.served.map { _ in WorkerNote.name(core.servedRun) },
      endsAt: invocation.endsAt)
    guard now != note else { return }
    note = now
    write(now)
  }

  private func write(_ note: WorkerNote) {
    let bytes = note.bytes
    _ = pwrite(lock.number, bytes, bytes.count, 0)
  }

  /// Lets the core handle an input, and does what it asks for; what that leads to comes after it.
  mutating func advise(_ input: WorkerInput) {
    effects += core.handle(input, at: monotonicSeconds())
    guard !isPerforming else { return }
    isPerforming = true
    while !effects.isEmpty { perform(effects.removeFirst()) }
    isPerforming = false
  }

  private mutating func perform(_ effect: WorkerEffect) {
    switch effect {
    case .greet(let link, let held):
      let notes = HostNotes.all(session: invocation.session, isLent: invocation.pilot != nil)
      send(
        .hello(
          HostFacts.description(
            hash: invocation.hash, held: held,
            resources: core.resources, identity: identity, notes: notes,
            devices: devices, secondsLeft: core.secondsLeft(at: monotonicSeconds()))), on: link)
    case .send(let link, let report): send(report, on: link)
    case .close(let link): hangUp(link)
    case .begin(let assignment): begin(assignment)
    case .stop(let attempt): slots.firstIndex { $0.current == attempt }.map { slots[$0].stop() }
    case .kill(let attempt): slots.first { $0.current == attempt }?.kill()
    case .write(let attempt, let outcome):
      do {
        try folder.keep(outcome, of: attempt)
        advise(.written(attempt, trouble: nil))
      } catch {
        advise(.written(attempt, trouble: "\(error)"))
      }
    case .forget(let attempt, let withCheckpoint):
      folder.forget(attempt, withCheckpoint: withCheckpoint)
    case .note(let text): complain(text)
    case .end(let attempts): resumable = attempts
    }
  }
}
