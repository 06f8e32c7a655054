import Basics
import Glibc
import Posix
public import SweepModel
import Synchronization
public import Transport

/// A pool of hosts that a batch system lends: it asks for allocations as long as jobs are left, adds each to
/// the run once its worker listens, and takes it away when it is over.
///
/// One thread of its own calls the system's commands on the login host; each blocks it alone.
public final class BatchPool: HostPool, Sendable {
  struct State {
    var book: PilotBook
    var switchboard: Switchboard
    var folder = ""
    /// All that ever were workers of this run.
    var seen: [PilotName] = []
    /// The script's file that is there.
    var file = ""
    /// It was told that some could not be called off.
    var hasToldOfLeft = false
    /// The last call of the system's got no answer, which was told.
    var isSilent = false
    /// The system was asked for more, and has not answered.
    var isAsking = false
    var isClosing = false
    /// No job of the run is left that could go on from anything.
    var isComplete = false
    /// Whether the system has called all off at the end; nil until it was asked to.
    var isCalledOff: Bool?
    var hasClosed = false
    var onChange: (@Sendable (HostChange) -> Void)?
  }

  let pool: PoolSpec
  private let binary: WorkerBinary
  private let session: String
  let login: HostTransport
  /// The way to pilots that no command of the system's reaches.
  let line: RelayLine
  let budget: CallBudget
  let state: Mutex<State>
  private let wake = Waker()
  let closed = Waker()
  static let timeoutSeconds = 20.0

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
    line = RelayLine(HostTransport(relay: pool.entrance, dialled: pool.link != .mail))
    let system = pool.request.system
    budget = CallBudget(of: system.title, perMinute: pool.request.callsPerMinute)
    var settings = PilotBook.Settings(
      count: pool.request.count, threads: pool.login.limits.threads,
      seconds: Double(pool.request.seconds))
    settings.largestArray = system.most
    state = Mutex(
      State(
        book: PilotBook(settings, of: system),
        switchboard: Switchboard(system.attach.isEmpty ? .relay : pool.link)))
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

  /// How its allocations stand.
  public var standing: RunStatus.Pool? {
    let (calls, now, wallClock) = (budget.total, monotonicSeconds(), wallClockSeconds())
    return state.withLock {
      $0.book.standing(of: pool.name, calls: calls, at: now, wallClock: wallClock)
    }
  }

  /// Calls off what has not come, and tells how often the system was called.
  public func close(isComplete: Bool) {
    state.withLock { state in
      state.isClosing = true
      state.isComplete = isComplete
    }
    wake.wake()
  }

  /// Who lends them, as people write it.
  var title: String { pool.request.system.title }

  /// The command that begins another beside a pilot, such as `srun`.
  var attaching: String { pool.request.system.attach.first ?? "" }

  /// What begins a command beside a pilot; nil where nothing does.
  func starter(_ pilot: PilotName) -> [String]? { script.starter(pilot) }

  /// Why no link to a pilot may be tried now; nil when one may, and the call for it is taken.
  func obstacle(to pilot: PilotName) -> String? {
    guard state.withLock({ $0.book.mayAttach(pilot) }) else {
      return "\(title) has not said yet whether it still runs"
    }
    let mayCall = pool.request.system.attach.first.map { budget.take($0) } ?? true
    return mayCall ? nil : "\(title) was called \(budget.exhaustion)"
  }

  /// The link to a pilot is lost; `hasOpened` unless it never stood.
  func lost(_ pilot: PilotName, hasOpened: Bool) {
    perform { book, now in book.lost(pilot, at: now) }
    wake.wake()
    guard state.withLock({ $0.switchboard.lost(pilot, hasOpened: hasOpened) }) else { return }
    tell("\(pilot.short) is reached through the relay on the login host from now on")
    change(.removed("\(pool.name)-\(pilot.short)"))
    add(pilot, attached: false)
  }

  /// The link to a pilot stands.
  func opened(_ pilot: PilotName) { state.withLock { $0.switchboard.opened(pilot) } }

  // MARK: Its thread

  private var isClosing: Bool { state.withLock { $0.isClosing } }

  private func serve() {
    prepare()
    while !isClosing {
      let now = monotonicSeconds()
      for effect in state.withLock({ $0.book.turn(at: now) }) where !isClosing { perform(effect) }
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
    while !isClosing {
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

  var script: BatchScript {
    BatchScript(
      pool: pool, folder: state.withLock { $0.folder }, session: session, binary: binary)
  }

  private func perform(_ effect: PilotBook.Effect) {
    switch effect {
    case .submit(let count, let nodes): submit(count, excluding: nodes)
    case .query: query()
    case .look: look()
    case .cancel(let pilots): tellLeft(calls.cancel(pilots), isLast: false)
    case .add(let pilot):
      let attached = state.withLock { state in
        let mayCall = budget.isAmple(beside: state.switchboard.untried.count)
        return state.switchboard.attaches(pilot, mayCall: mayCall)
      }
      add(pilot, attached: attached)
    case .remove(let pilot, let departure):
      state.withLock { $0.switchboard.forget(pilot) }
      change(.removed("\(pool.name)-\(pilot.short)", as: departure))
    case .tellOutput(let pilot, let state): tellOutput(of: pilot, state)
    case .note(let text): tell(text)
    case .settle: change(.settled)
    }
  }

  private func perform(_ body: (inout PilotBook, Double) -> [PilotBook.Effect]) {
    let now = monotonicSeconds()
    for effect in state.withLock({ body(&$0.book, now) }) { perform(effect) }
  }

  private func add(_ pilot: PilotName, attached: Bool) {
    state.withLock { $0.seen.append(pilot) }
    let login = pool.login
    let host = HostSpec(
      name: "\(pool.name)-\(pilot.short)", access: login.access, limits: login.limits,
      workFolder: state.withLock { $0.folder }, place: login.place)
    change(
      .added(
        attached
          ? AttachedPilot(pilot, of: self, host: host)
          : RelayedPilot(pilot, of: self, host: host, byMail: pool.link == .mail)))
  }

  private func submit(_ count: Int, excluding nodes: [String]) {
    let script = script
    let before = budget.total
    state.withLock { $0.isAsking = true }
    defer { state.withLock { $0.isAsking = false } }
    let answer =
      writeFile(script)
      ? call(script.submission(count, excluding: nodes), script.input(count, excluding: nodes))
      : nil
    let pilots = answer.flatMap {
      $0.status == 0 ? AnswerReader(pool.request.system).pilots($0.output, count: count) : nil
    }
    perform { book, now in
      guard let answer else {
        book.postponed(mayHaveCome: budget.total > before, at: now)
        return []
      }
      guard let pilots else {
        let system = book.system
        return book.refused(
          answer.status == 0 ? system.unread(answer.output) : system.refusal(answer.output), at: now
        )
      }
      book.submitted(pilots, at: now)
      return []
    }
  }

  /// Lays the script where some systems take it from, and where whoever cleans the folder sees that
  /// allocations may come; false when that fails.
  private func writeFile(_ script: BatchScript) -> Bool {
    guard state.withLock({ $0.file }) != script.file else { return true }
    let answer = try? login.run(
      HostCommand(["tee", script.file], input: script.text), timeoutSeconds: Self.timeoutSeconds)
    guard let answer, answer.status == 0 else {
      if let answer { tell("cannot write \(script.file): \(printable(answer.output))") }
      return false
    }
    state.withLock { $0.file = script.file }
    return true
  }

  var calls: PoolCalls {
    PoolCalls(script: script, call: call) { [self] answer in
      perform { book, _ in book.unheard(answer.output) }
    }
  }

  private func query() {
    let asked = monotonicSeconds()
    guard let entries = calls.entries() else { return }
    perform { book, now in book.heard(entries, asked: asked, at: now) }
  }

  /// The names of the pilots that listen, or did when they were killed. It costs the batch system nothing.
  private func look() {
    let folder = script.sessionFolder
    let command = HostCommand([
      "find", folder, "-maxdepth", "2", "-path", "*-pilot-*/socket", "-type", "s",
    ])
    guard let answer = try? login.run(command, timeoutSeconds: Self.timeoutSeconds) else { return }
    let names = answer.output.split(separator: "\n").compactMap {
      PilotRemains.pilot(ofPart: $0.dropLast("/socket".count))
    }
    perform { book, now in book.saw(names, at: now) }
  }

  private func tellOutput(of pilot: PilotName, _ state: String) {
    let command = HostCommand(["tail", "-c", "2000", script.output(of: pilot)])
    let answer = try? login.run(command, timeoutSeconds: Self.timeoutSeconds)
    let said = answer.map { $0.status == 0 ? printable($0.output) : "" } ?? ""
    tell(
      "the allocation \(pilot.id) "
        + (state == PilotBook.goneState
          ? "is \(state), called off by somebody or over, " : "ended (\(state)) ")
        + "before it was a worker; "
        + (said.isEmpty ? "it printed nothing" : "it printed: \(said)"))
  }

  /// Runs one of the system's commands; nil when it could not be run, or too many were of late.
  private func call(_ arguments: [String], _ input: String) -> HostCommand.Answer? {
    run(arguments, input, isLast: false)
  }

  func run(
    _ arguments: [String], _ input: String, isLast: Bool
  ) -> HostCommand.Answer? {
    guard let command = arguments.first, budget.take(command, isLast: isLast) else { return nil }
    do throws(LinkFailure) {
      let answer = try login.run(
        HostCommand(arguments, input: input), timeoutSeconds: Self.timeoutSeconds)
      state.withLock { $0.isSilent = false }
      return answer
    } catch {
      let isNews = state.withLock { state in
        defer { state.isSilent = true }
        return !state.isSilent
      }
      let next = isLast ? "" : "; it is tried again"
      if isNews { tell("\(error.message); \(error.remedy)\(next)") }
      return nil
    }
  }

  private func change(_ change: HostChange) { state.withLock { $0.onChange }?(change) }

  func tell(_ text: String) { change(.note("\(pool.name): \(text)")) }
}
