import Glibc
import Posix
public import SweepModel
import Synchronization

/// How long a link by SSH waits for what, seconds.
public struct SSHTimeouts: Sendable, Hashable {
  /// For the TCP connection and again for the exchange of keys.
  public var connectSeconds: Double
  /// For each step of the authentication.
  public var authenticationSeconds: Double
  /// For any sign of progress while the worker is shipped and started.
  public var stallSeconds: Double
  /// For the peer to acknowledge what was sent (TCP_USER_TIMEOUT, or ssh's ServerAliveInterval),
  /// then the link is `lost`. Short: TCP sends again after pauses that double, a new link finds the
  /// peer as soon as it is back.
  public var silenceSeconds: Double
  /// For a person at the terminal to answer.
  static let answerSeconds = 300.0

  /// Creates timeouts; the defaults suit clusters near and far.
  public init(
    connectSeconds: Double = 10, authenticationSeconds: Double = 20, stallSeconds: Double = 60,
    silenceSeconds: Double = 6
  ) {
    self.connectSeconds = connectSeconds
    self.authenticationSeconds = authenticationSeconds
    self.stallSeconds = stallSeconds
    self.silenceSeconds = silenceSeconds
  }
}

/// A host reached by SSH, through libssh or the system's `ssh` program.
///
/// Responsible for the connection (aliases, keys, agents and jump hosts of the OpenSSH
/// configuration; host keys strictly against known_hosts), for the worker binary and data sets being
/// there once per content hash, and for one pipe to `quanta-worker attach` per link. It asks at the
/// terminal, where there is one, for what a connection lacked: the passphrases of keys, or all
/// that `ssh` asks. It leaves out reconnecting and heartbeats.
///
/// Each link has one thread of its own, which alone touches its connection; `onEvent` is
/// called from it. At most `StartGate.limit` links at a time are in sshd's unauthenticated phase
/// at one address. Keep the link: one that nobody keeps closes itself.
public struct SSHTransport: Transport {
  /// The host.
  public let host: HostSpec
  private let address: SSHAddress
  private let timeouts: SSHTimeouts
  let mayAsk: Bool
  /// What any host can be expected to read and hash.
  private static let hashedBytesPerSecond = 1e7

  /// Creates a transport; nil when the host is not reached by SSH. `mayAsk` allows questions at
  /// the terminal; nil allows them where there is one.
  public init?(_ host: HostSpec, timeouts: SSHTimeouts = SSHTimeouts(), mayAsk: Bool? = nil) {
    guard case .ssh(let address) = host.access else { return nil }
    self.host = host
    self.address = address
    self.timeouts = timeouts
    self.mayAsk = mayAsk ?? Terminal.isThere
  }

  /// Connects, ships the binary and data sets whose hashes are not there, and runs
  /// `<work folder>/bin/quanta-worker-<hash> attach --folder … --session … --hash …`.
  ///
  /// `closed` may carry every `LinkFailure.Code`.
  public func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    let outbox = Outbox()
    let transport = self
    let isStarted = startThread {
      let failure = transport.serve(binary, data, session: session, outbox, onEvent)
      outbox.end()
      onEvent(.closed(outbox.isCloseRequested ? nil : failure))
    }
    if !isStarted { onEvent(.closed(threadFailure(host: host.name))) }
    return QueueLink(outbox)
  }

  /// Examines the host; blocks for at most about `timeoutSeconds`, and while somebody is asked.
  public func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    let examination = SSHExamination(
      host: host, binary: binary, keepsWorker: keepsWorker, session: session)
    let transport = self
    let isStarted = startThread {
      examination.finish(
        transport.examineHost(examination, timeoutSeconds))
    }
    guard isStarted else {
      let failure = threadFailure(host: host.name)
      return HostReport(
        host: host.name,
        checks: [.init("connection", .failure, failure.message, remedy: failure.remedy)])
    }
    let patience = mayAsk ? SSHTimeouts.answerSeconds : 0
    examination.allow(timeoutSeconds + 2 + patience)
    return examination.wait()
  }

  /// Runs one link to its end and says why it ended; on the link's thread.
  private func serve(
    _ binary: WorkerBinary, _ data: [DataFile], session name: String, _ outbox: Outbox,
    _ onEvent: (LinkEvent) -> Void
  ) -> LinkFailure {
    do {
      let dialog = try ShipDialog(host: host, binary: binary, data: data, session: name)
      let session = try connect(outbox)
      var pump = AttachPump(session, dialog: dialog, outbox: outbox)
      // A slow disk may take a while to hash what is there.
      let hashing = Double(dialog.sizeBytes) / SSHTransport.hashedBytesPerSecond
      return try pump.run(stallSeconds: timeouts.stallSeconds + hashing, onEvent)
    } catch {
      return error
    }
  }

  /// A connection on which the command runs.
  ///
  /// sshd drops connections at random when many are new, ours or other people's, so one that was
  /// dropped is tried again, three times, after pauses that grow and differ between links.
  func connect(
    _ outbox: Outbox, limit: Deadline = Deadline(secondsFromNow: .infinity),
    _ onStage: (SSHStage) -> Void = { _ in }
  ) throws(LinkFailure) -> any SSHConnection {
    var pauseSeconds = 0.2
    var asks = false
    var limit = limit
    while true {
      let session = try connection(outbox, limit: limit, asks: asks)
      do {
        try session.start(timeouts, limit: limit, onStage)
        return session
      } catch {
        let secondsLeft = limit.secondsLeft
        if mayAsk, !asks, session.canAsk(after: error) {
          asks = true
          limit = Deadline(secondsFromNow: secondsLeft)
          continue
        }
        guard session.wasDropped, pauseSeconds < 1.6, !limit.hasPassed else { throw error }
      }
      let pause = Deadline(secondsFromNow: pauseSeconds * Double.random(in: 0.5...1.5))
        .orEarlier(limit)
      pauseSeconds *= 2
      var descriptors = [pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0)]
      while !pause.hasPassed, !outbox.isCloseRequested {
        waitForEvents(&descriptors, until: pause)
        outbox.waker.clear()
      }
    }
  }

  /// A connection that has asked ssh where it goes, when it was its turn.
  private func connection(
    _ outbox: Outbox, limit: Deadline, asks: Bool
  ) throws(LinkFailure) -> any SSHConnection {
    guard StartGate.questions.enter("ssh -G", outbox: outbox, until: limit) else {
      throw LinkFailure(
        .unreachable, "\(host.name): no turn to ask ssh for its configuration in time",
        remedy: "look for a slow `Match exec` in the ssh configuration, or allow more time")
    }
    defer { StartGate.questions.leave("ssh -G") }
    return switch address.engine {
    case .libssh: try LibSSHSession(host: host.name, address: address, outbox: outbox)
    case .openssh:
      try OpenSSHSession(
        host: host.name, address: address, timeouts: timeouts, outbox: outbox, asks: asks)
    }
  }

  /// Runs the examination on its thread; returns its checks.
  private func examineHost(
    _ examination: SSHExamination, _ timeoutSeconds: Double
  ) -> [HostReport.Check] {
    do {
      let outbox = examination.outbox
      outbox.append(
        try HostExamination.request(
          for: host, examination.binary, keepsWorker: examination.keepsWorker,
          session: examination.session))
      let limit = Deadline(secondsFromNow: timeoutSeconds)
      let session = try connect(outbox, limit: limit, examination.note)
      var pump = ExaminationPump(session, outbox, examination.binary)
      let transcript = try pump.run(timeoutSeconds: timeoutSeconds) {
        examination.allow(timeoutSeconds + 2)
      }
      let findings = HostFindings(transcript)
      examination.note(place: findings.place, machine: findings.identity)
      return examination.passed() + findings.checks(host: host, binary: examination.binary)
    } catch {
      return examination.failed(error)
    }
  }
}

/// What an examination found so far, shared between its thread and the one that waits for it.
private final class SSHExamination: Sendable {
  private struct State {
    var passed: [HostReport.Check] = []
    var checks: [HostReport.Check]?
    var place: String?
    var machine: String?
    var deadline = Deadline(secondsFromNow: 0)
  }

  let host: HostSpec
  let binary: WorkerBinary
  let keepsWorker: Bool
  let session: String?
  let outbox = Outbox()
  private let finished = Waker()
  private let state = Mutex(State())

  init(host: HostSpec, binary: WorkerBinary, keepsWorker: Bool, session: String?) {
    self.host = host
    self.binary = binary
    self.keepsWorker = keepsWorker
    self.session = session
  }

  /// Notes a stage that was passed, and how.
  func note(_ stage: SSHStage) {
    state.withLock { state in
      state.passed.removeAll { $0.name == stage.name }  // of a try before
      state.passed.append(.init(stage.name, .ok, stage.detail))
    }
  }

  /// Notes which machine and work folder it is.
  func note(place: String?, machine: String?) {
    state.withLock { ($0.place, $0.machine) = (place, machine) }
  }

  func passed() -> [HostReport.Check] {
    state.withLock { $0.passed }
  }

  /// The stages that were passed and the one that failed.
  func failed(_ failure: LinkFailure) -> [HostReport.Check] {
    let passed = passed()
    let next = passed.count < SSHStage.names.count ? SSHStage.names[passed.count] : "shell"
    return passed + [.init(next, .failure, failure.message, remedy: failure.remedy)]
  }

  func finish(_ checks: [HostReport.Check]) {
    state.withLock { $0.checks = checks }
    finished.wake()
  }

  /// Allows so many seconds more from now, unless more are left.
  func allow(_ seconds: Double) {
    state.withLock { state in
      if state.deadline.secondsLeft < seconds {
        state.deadline = Deadline(secondsFromNow: seconds)
      }
    }
  }

  /// Waits for the end; after the deadline the thread is told to stop and left to itself.
  func wait() -> HostReport {
    var descriptors = [pollfd(fd: finished.descriptor, events: Int16(POLLIN), revents: 0)]
    while true {
      let (isDone, deadline) = state.withLock { ($0.checks != nil, $0.deadline) }
      if isDone || deadline.hasPassed { break }
      waitForEvents(&descriptors, until: deadline)
    }
    outbox.requestClose()
    let (checks, place, machine) = state.withLock { ($0.checks, $0.place, $0.machine) }
    let late = LinkFailure(
      .unreachable, "\(host.name): no answer in time",
      remedy: "look at the network and the name servers, or allow more time")
    return HostReport(
      host: host.name, place: place, machine: machine, checks: checks ?? failed(late))
  }
}
