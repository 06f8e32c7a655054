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

/// A host as a place to run: a channel to its machine and a place there.
///
/// Responsible for the connection where there is one (aliases, keys, agents and jump hosts of the OpenSSH
/// configuration; host keys strictly against known_hosts), for the worker binary and data sets being
/// there once per content hash, and for one pipe to `quanta-worker attach` per link. It asks at the
/// terminal, where there is one, for what a connection lacked: the passphrases of keys, or all
/// that `ssh` asks. It leaves out reconnecting and heartbeats.
///
/// Each link has one thread of its own, which alone touches its channel; `onEvent` is called from it. A
/// child of ours leads its own session, so that Ctrl-C at the terminal reaches the coordinator only. At
/// most `StartGate.limit` links at a time are in sshd's unauthenticated phase at one address. Keep the
/// link: one that nobody keeps closes itself.
public struct HostTransport: Transport {
  /// The host.
  public let host: HostSpec
  let place: WorkerPlace
  let mayAsk: Bool
  private let timeouts: SSHTimeouts
  /// What any host can be expected to read and hash.
  private static let hashedBytesPerSecond = 1e7

  /// Creates a transport. `mayAsk` allows questions at the terminal; nil allows them where there is
  /// one.
  public init(_ host: HostSpec, timeouts: SSHTimeouts = SSHTimeouts(), mayAsk: Bool? = nil) {
    let isHere = host.access == .local
    self.init(
      host, at: WorkerPlace(sharesFiles: isHere), timeouts: timeouts,
      mayAsk: !isHere && (mayAsk ?? Terminal.isThere))
  }

  init(_ host: HostSpec, at place: WorkerPlace, timeouts: SSHTimeouts = SSHTimeouts(), mayAsk: Bool)
  {
    (self.host, self.place, self.timeouts, self.mayAsk) = (host, place, timeouts, mayAsk)
  }

  /// Connects, brings the binary and data sets whose hashes are not there, and runs
  /// `<work folder>/bin/quanta-worker-<hash> attach --folder … --session … --hash …`, on this machine
  /// the binary where it lies.
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

  /// Examines the host; blocks for at most about `timeoutSeconds` on the way there, as long again for its
  /// answers, and while somebody is asked.
  public func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    let examination = RunningExamination(
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
    do throws(LinkFailure) {
      if !place.path(of: binary.path).isEmpty, access(binary.path, X_OK) != 0 {
        throw ChildProcess.failure(binary.path, errno)
      }
      let dialog = try ShipDialog(
        host: host, binary: binary, data: data, session: name, at: place)
      let channel = try connect(outbox)
      var pump = AttachPump(channel, dialog: dialog, outbox: outbox)
      // A slow disk may take a while to hash what is there.
      let hashing = Double(dialog.sizeBytes) / HostTransport.hashedBytesPerSecond
      return try pump.run(stallSeconds: timeouts.stallSeconds + hashing, onEvent)
    } catch {
      return error
    }
  }

  /// A channel on which the place's shell runs.
  ///
  /// sshd drops connections at random when many are new, ours or other people's, so one that was
  /// dropped is tried again, three times, after pauses that grow and differ between links.
  func connect(
    _ outbox: Outbox, limit: Deadline = Deadline(secondsFromNow: .infinity),
    _ onStage: (ChannelStage) -> Void = { _ in }
  ) throws(LinkFailure) -> any Channel {
    var pauseSeconds = 0.2
    var asks = false
    var limit = limit
    while true {
      let channel = try self.channel(outbox, limit: limit, asks: asks)
      do {
        try channel.start(place, timeouts, limit: limit, onStage)
        return channel
      } catch {
        let secondsLeft = limit.secondsLeft
        if mayAsk, !asks, channel.canAsk(after: error) {
          asks = true
          limit = Deadline(secondsFromNow: secondsLeft)
          continue
        }
        guard channel.wasDropped, pauseSeconds < 1.6, !limit.hasPassed else { throw error }
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

  /// A channel; one by SSH has asked ssh where it goes, when it was its turn.
  private func channel(
    _ outbox: Outbox, limit: Deadline, asks: Bool
  ) throws(LinkFailure) -> any Channel {
    guard case .ssh(let address) = host.access else { return ChildChannel(outbox) }
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
    _ examination: RunningExamination, _ timeoutSeconds: Double
  ) -> [HostReport.Check] {
    do {
      let outbox = examination.outbox
      outbox.append(
        try HostExamination.request(
          for: host, examination.binary, program: place.path(of: examination.binary.path),
          keepsWorker: examination.keepsWorker,
          session: examination.session))
      let limit = Deadline(secondsFromNow: timeoutSeconds)
      let channel = try connect(outbox, limit: limit, examination.note)
      // However long the way there took, the account has its own time to answer.
      examination.allow(timeoutSeconds + 2)
      var pump = ExaminationPump(channel, host: host.name, outbox, examination.binary)
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

/// The failure of a link for which the system gave no thread.
package func threadFailure(host: String) -> LinkFailure {
  LinkFailure(
    .configuration, "\(host): the system gives no more threads",
    remedy: "raise the limit of processes (ulimit -u)")
}
