import Glibc
import Posix
import SweepModel

/// One run of the system's `ssh` program with a command of ours at the far end.
///
/// ssh connects, verifies and authenticates by itself; what it did is told by what came of it: its
/// word that it was let in or the far shell's first one means that all went well, and ssh's
/// complaint says what did not. It asks nobody at first. `deinit` ends it.
final class OpenSSHSession: ChildChannel {
  private let target: SSHTarget
  private var isDropped = false
  private let command: OpenSSHCommand
  private let configuration: OpenSSHConfiguration
  private let sharing: String?
  private let outbox: Outbox
  private let asks: Bool
  private var said = Tail(limit: 8192)
  private var progress = OpenSSHProgress()

  /// Reads the OpenSSH configuration for an address; connects nothing. `asks` lets ssh ask its
  /// questions at the terminal.
  ///
  /// Throws `configuration`.
  init(
    host: String, address: SSHAddress, timeouts: SSHTimeouts, outbox: Outbox, asks: Bool
  ) throws(LinkFailure) {
    command = try OpenSSHCommand(host: host, address: address, timeouts: timeouts)
    configuration = try OpenSSHConfiguration(command, host: host)
    target = try configuration.target(host: host, address: address, alias: command.alias)
    sharing = configuration["controlpath"] == nil ? OpenSSHCommand.ownSharing : nil
    self.outbox = outbox
    self.asks = asks
    super.init(outbox)
  }

  override var shellRemedy: String { target.shellRemedy }
  override var wasDropped: Bool { isDropped }

  override func canAsk(after failure: LinkFailure) -> Bool {
    failure.code == .authenticationRejected
  }

  override func filtered(_ complaints: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let words = progress.filter(complaints)
    said.append(words)
    return words
  }

  override func start(
    _ place: WorkerPlace, _ timeouts: SSHTimeouts, limit: Deadline,
    _ onStage: (ChannelStage) -> Void
  ) throws(LinkFailure) {
    let gate = asks ? StartGate.terminal : StartGate.shared
    let patience = asks ? Deadline(secondsFromNow: SSHTimeouts.answerSeconds) : limit
    try gate.enter(target, outbox: outbox, until: patience)
    defer { gate.leave(target) }
    let seconds =
      asks
      ? SSHTimeouts.answerSeconds
      : timeouts.connectSeconds + timeouts.authenticationSeconds + timeouts.stallSeconds
    let deadline = Deadline(secondsFromNow: seconds)
    try run(
      command.running(place.command, asks: asks, sharing: sharing, configuration),
      keepsTerminal: asks)
    do {
      try waitForShell(asks ? deadline : deadline.orEarlier(limit))
    } catch {
      for stage in passed(before: error.code) { onStage(stage) }
      throw error
    }
    for stage in passed(before: nil) { onStage(stage) }
  }

  private func waitForShell(_ deadline: Deadline) throws(LinkFailure) {
    while received.isEmpty {
      fill()
      // What the account runs then is for whoever talks with it.
      if progress.isAuthenticated { return }
      if isAtEnd { throw failure() }
      guard received.isEmpty else { return }
      if outbox.isCloseRequested {
        throw LinkFailure(.lost, "\(target.name): closed while connecting", remedy: "open it again")
      }
      if deadline.hasPassed {
        throw LinkFailure(
          .unreachable,
          "\(target.name): \(target.text) went silent while ssh was connecting"
            + said.suffix,
          remedy: asks
            ? "answer ssh's question at the terminal"
            : "check whether the host is frozen or overloaded, or the account's start-up files "
              + "run another program; it is tried again")
      }
      wait(until: deadline)
    }
  }

  /// The stages that were passed when ssh failed with `code`, or did not fail.
  private func passed(before code: LinkFailure.Code?) -> [ChannelStage] {
    let way = target.proxy == nil ? "" : " through a jump"
    let all: [ChannelStage] = [
      .connected("\(target.text)\(way), by the system's ssh"),
      .verified("as known_hosts says"),
      .authenticated("\(target.user), by the system's ssh"),
    ]
    switch code {
    case nil, .worker: return all
    case .hostKeyUnknown, .hostKeyChanged: return Array(all.prefix(1))
    case .authenticationRejected: return Array(all.prefix(2))
    default: return []
    }
  }

  override func exitStatus() throws(LinkFailure) -> Int32? {
    guard let status = try super.exitStatus() else { return nil }
    // ssh's own failures, and a far command that a signal ended, are 255.
    guard status != 255, status < 128 else {
      throw LinkFailure(
        .lost,
        "\(target.name): "
          + (status == 255
            ? "the connection broke, or a signal ended what runs there"
            : "ssh was ended by signal \(status - 128)")
          + said.suffix,
        remedy: "it is tried again; look at the network and at sshd's log if this repeats")
    }
    return status
  }

  // MARK: Failures

  /// Why ssh ended before the far shell said a word.
  private func failure() -> LinkFailure {
    let status = child?.end(graceSeconds: 2) ?? 255
    var rest = Tail(limit: 8192)
    if let child { _ = child.readErrors(into: &rest) }
    said.append(progress.filter(rest.content))
    let text = said.text
    let lines = said.lines.joined(separator: "\n")
    isDropped = SSHComplaint.isDropped(lines)
    let words = text.isEmpty ? "it said nothing" : "it said: \(text)"
    guard status == 255 else {
      return LinkFailure(
        .worker,
        "\(target.name): the host's shell ended before the worker ran (exit status \(status)); "
          + words,
        remedy: target.shellRemedy)
    }
    switch SSHComplaint.code(of: lines, isJump: false) {
    case .hostUnknown: return target.unresolved(text)
    case .refused: return target.refuses.adding(words)
    case .hostKeyUnknown: return target.keyUnknown(shows: nil).adding(words)
    case .hostKeyChanged:
      return text.contains("REVOKED HOST KEY")
        ? target.keyRevoked(nil) : target.keyChanged(shows: SSHComplaint.fingerprint(in: text))
    case .authenticationRejected where text.contains(SSHTarget.tooManyKeys):
      return target.hungUp("keys were offered", words)
    case .authenticationRejected:
      return LinkFailure(
        .authenticationRejected,
        "\(target.name): \(target.user)@\(target.text) does not let ssh in; \(words)",
        remedy:
          "make `\(target.sshCommand) true` work: without questions, or run it at a terminal, "
          + "where ssh asks for passwords and codes")
    case .configuration:
      return LinkFailure(
        .configuration, "\(target.name): ssh cannot be used as it is configured; \(words)",
        remedy: "run `\(target.sshCommand) true` and mend what it complains about")
    default:
      return SSHComplaint.isHungUp(lines)
        ? target.hungUp("ssh was connecting", words) : target.silent("ssh ended; \(words)")
    }
  }
}

extension LinkFailure {
  /// The same failure with more of its reason.
  fileprivate func adding(_ words: String) -> LinkFailure {
    LinkFailure(code, "\(message); \(words)", remedy: remedy)
  }
}

extension Tail {
  /// What was said, as the end of a message; empty when nothing was.
  fileprivate var suffix: String { text.isEmpty ? "" : "; ssh said: \(text)" }
}
