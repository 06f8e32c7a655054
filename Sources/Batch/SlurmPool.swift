import Basics
import Glibc
import Posix
public import SweepModel
import Synchronization
public import Transport

/// A pool of hosts that Slurm lends: it asks for allocations as long as jobs are left, adds each to the run
/// once its worker listens, and takes it away when it is over.
///
/// One thread of its own calls Slurm's commands on the login host; each blocks it alone.
public final class SlurmPool: HostPool, Sendable {
  private struct State {
    var book: PilotBook
    var folder = ""
    var isClosing = false
    var hasClosed = false
    var onChange: (@Sendable (HostChange) -> Void)?
  }

  private let pool: PoolSpec
  private let binary: WorkerBinary
  private let session: String
  private let login: HostTransport
  private let budget: CallBudget
  private let state: Mutex<State>
  private let wake = Waker()
  private let closed = Waker()
  private static let timeoutSeconds = 20.0

  /// Nobody but a batch system knows.
  public let hosts: [any Transport] = []
  /// True.
  public let mayGrow = true

  /// Creates a pool; nothing is asked for before ``watch(_:)``.
  ///
  /// - Parameter session: The identity of the store, as hosts know it.
  public init(_ pool: PoolSpec, binary: WorkerBinary, session: String) {
    self.pool = pool
    self.binary = binary
    self.session = session
    login = HostTransport(login: pool.login)
    budget = CallBudget(perMinute: pool.request.callsPerMinute)
    state = Mutex(
      State(
        book: PilotBook(
          PilotBook.Settings(
            count: pool.request.count, threads: pool.login.limits.threads,
            seconds: Double(pool.request.seconds)))))
  }

  /// Begins to ask for allocations.
  public func watch(_ onChange: @escaping @Sendable (HostChange) -> Void) {
    state.withLock { $0.onChange = onChange }
    guard !startThread({ [self] in serve() }) else { return }
    onChange(.note("\(pool.name): \(threadFailure(host: pool.name).message)"))
    onChange(.settled)
  }

  /// Asks for as many allocations as can be of use.
  public func need(threads: Int) {
    let before = state.withLock { state in
      defer { state.book.need(threads: threads) }
      return state.book.nextTurn
    }
    if state.withLock({ $0.book.nextTurn }) != before { wake.wake() }
  }

  /// Calls off what has not come, and tells how often Slurm was called.
  public func close() {
    let isServed = state.withLock { state in
      state.isClosing = true
      return state.onChange != nil && !state.hasClosed
    }
    guard isServed else { return }
    wake.wake()
    var descriptors = [pollfd(fd: closed.descriptor, events: Int16(POLLIN), revents: 0)]
    waitForEvents(&descriptors, until: Deadline(secondsFromNow: 15))
  }

  /// True when a link to a pilot may be tried now: takes the call.
  func mayAttach(_ pilot: PilotName) -> Bool {
    state.withLock { $0.book.mayAttach(pilot) } && budget.take("srun")
  }

  /// The link to a pilot is lost.
  func lost(_ pilot: PilotName) {
    perform { book, now in book.lost(pilot, at: now) }
    wake.wake()
  }

  // MARK: Its thread

  private func serve() {
    prepare()
    while !state.withLock({ $0.isClosing }) {
      let now = monotonicSeconds()
      for effect in state.withLock({ $0.book.turn(at: now) }) { perform(effect) }
      let due = state.withLock { $0.book.nextTurn }
      var descriptors = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
      waitForEvents(
        &descriptors, until: Deadline(secondsFromNow: max(0.05, min(60, due - monotonicSeconds()))))
      wake.clear()
    }
    callOff()
    state.withLock { $0.hasClosed = true }
    closed.wake()
  }

  /// Finds the work folder, and makes the one into which pilots write.
  private func prepare() {
    var pause = 1.0
    while !state.withLock({ $0.isClosing }) {
      do throws(LinkFailure) {
        let folder = try login.run(
          HostCommand(["true"]), timeoutSeconds: Self.timeoutSeconds
        ).folder
        _ = try login.run(
          HostCommand(["mkdir", "-p", "\(folder)/sessions/\(session)"]),
          timeoutSeconds: Self.timeoutSeconds)
        return state.withLock { $0.folder = folder }
      } catch {
        if pause == 1 { tell("\(error.message); \(error.remedy); it is tried again") }
      }
      var descriptors = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
      waitForEvents(&descriptors, until: Deadline(secondsFromNow: pause))
      wake.clear()
      pause = min(60, 2 * pause)
    }
  }

  private var script: SlurmScript {
    SlurmScript(
      pool: pool, folder: state.withLock { $0.folder }, session: session, binary: binary)
  }

  private func perform(_ effect: PilotBook.Effect) {
    switch effect {
    case .submit(let count, let nodes): submit(count, excluding: nodes)
    case .query: query()
    case .look: look()
    case .cancel(let pilots): _ = call(["scancel"] + pilots.map(\.id))
    case .add(let pilot):
      var host = pool.login
      host.workFolder = state.withLock { $0.folder }
      let named = HostSpec(
        name: "\(pool.name)-\(pilot.short)", access: host.access, limits: host.limits,
        workFolder: host.workFolder, place: host.place)
      change(.added(PilotTransport(pilot, of: self, host: named)))
    case .remove(let pilot): change(.removed("\(pool.name)-\(pilot.short)"))
    case .tellOutput(let pilot, let state): tellOutput(of: pilot, state)
    case .note(let text): tell(text)
    case .settle: change(.settled)
    }
  }

  private func perform(_ body: (inout PilotBook, Double) -> [PilotBook.Effect]) {
    let now = monotonicSeconds()
    for effect in state.withLock({ body(&$0.book, now) }) { perform(effect) }
  }

  private func submit(_ count: Int, excluding nodes: [String]) {
    let script = script
    let before = budget.total
    let answer = call(script.submission(count, excluding: nodes), input: script.text)
    let job = answer?.output.split(separator: "\n").compactMap { line in
      line.split(separator: ";").first.flatMap { Int($0) }
    }.last
    perform { book, now in
      guard let answer else {
        book.postponed(mayHaveCome: budget.total > before, at: now)
        return []
      }
      guard let job, answer.status == 0 else { return book.refused(answer.output, at: now) }
      book.submitted(job: job, count: count, at: now)
      return []
    }
  }

  private func query() {
    let asked = monotonicSeconds()
    guard let entries = queue(["--name=\(script.name)"]) else { return }
    perform { book, now in book.heard(entries, asked: asked, at: now) }
  }

  /// What Slurm tells of allocations, also of those that have ended; nil when it does not answer.
  private func queue(_ which: [String]) -> [QueueEntry]? {
    let answer = call(
      ["squeue", "--me", "--noheader", "--array", "--states=all"] + which
        + ["--format=\(QueueEntry.format)"])
    guard let answer, answer.status == 0 else { return nil }
    return answer.output.split(separator: "\n").compactMap { QueueEntry($0) }
  }

  /// The names of the pilots that listen, or did when they were killed. It costs Slurm nothing.
  private func look() {
    let folder = script.sessionFolder
    let command = HostCommand([
      "find", folder, "-maxdepth", "2", "-path", "*-pilot-*/socket", "-type", "s",
    ])
    guard let answer = try? login.run(command, timeoutSeconds: Self.timeoutSeconds) else { return }
    let names = answer.output.split(separator: "\n").compactMap {
      Self.pilot(ofPart: $0.dropLast("/socket".count))
    }
    perform { book, now in book.saw(names, at: now) }
  }

  private static func pilot(ofPart path: some StringProtocol) -> PilotName? {
    guard let mark = String(path).ranges(of: "-pilot-").last else { return nil }
    return PilotName(String(path)[mark.upperBound...])
  }

  private func tellOutput(of pilot: PilotName, _ state: String) {
    let command = HostCommand(["tail", "-c", "2000", script.output(of: pilot)])
    let answer = try? login.run(command, timeoutSeconds: Self.timeoutSeconds)
    let said = answer.map { $0.status == 0 ? printable($0.output) : "" } ?? ""
    tell(
      "the allocation \(pilot.id) ended (\(state)) before it was a worker; "
        + (said.isEmpty ? "it printed nothing" : "it printed: \(said)"))
  }

  private func callOff() {
    removeRemains()
    let pilots = state.withLock { $0.book.callable }
    if !pilots.isEmpty { _ = call(["scancel", "--quiet", "--name=\(script.name)"]) }
    removeOutput()
    if budget.total > 0 { tell(budget.words) }
  }

  /// Nobody goes on from what pilots that are over have kept for their jobs: the store has the checkpoints.
  /// What they have not told stays.
  private func removeRemains() {
    let command = HostCommand([
      "find", script.sessionFolder, "-maxdepth", "1", "-name", "*-pilot-*", "-type", "d",
    ])
    guard let answer = try? login.run(command, timeoutSeconds: Self.timeoutSeconds),
      answer.status == 0
    else { return }
    var alive = Set(state.withLock { $0.book.callable })
    let isOver = { (part: Substring) in
      Self.pilot(ofPart: part).map { !alive.contains($0.allocation) } ?? false
    }
    var parts = answer.output.split(separator: "\n").filter(isOver)
    guard !parts.isEmpty, let entries = queue([]) else { return }
    // Another pool's are none of this book's.
    alive.formUnion(entries.filter { $0.phase != .ended }.map(\.pilot))
    parts.removeAll { !isOver($0) }
    for start in stride(from: 0, to: parts.count, by: 100) {
      let folders = parts[start..<min(start + 100, parts.count)].flatMap {
        ["\($0)/checkpoints", "\($0)/jobs"]
      }
      _ = try? login.run(
        HostCommand(["find"] + folders + ["-mindepth", "1", "-delete"]),
        timeoutSeconds: Self.timeoutSeconds)
    }
  }

  /// What pilots printed is of no use any more; the folder stays where parts hold results.
  private func removeOutput() {
    let script = script
    let files = state.withLock { $0.book.pilots.keys.sorted() }.map(script.output)
    guard !files.isEmpty else { return }
    for arguments in [["rm", "-f"] + files, ["rmdir", script.sessionFolder]] {
      _ = try? login.run(HostCommand(arguments), timeoutSeconds: Self.timeoutSeconds)
    }
  }

  /// Runs one of Slurm's commands; nil when it could not be run, or too many were of late.
  private func call(_ arguments: [String], input: String = "") -> HostCommand.Answer? {
    guard budget.take(arguments[0]) else { return nil }
    return try? login.run(
      HostCommand(arguments, input: input), timeoutSeconds: Self.timeoutSeconds)
  }

  private func change(_ change: HostChange) { state.withLock { $0.onChange }?(change) }

  private func tell(_ text: String) { change(.note("\(pool.name): \(text)")) }
}
