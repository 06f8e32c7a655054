import Basics
import CLibSSH
import Glibc
import Posix
import SweepModel

/// One libssh session with at most one channel: the only place where libssh's pointers live.
///
/// Responsible for their lifetime, for waiting (poll(2) on the session, the owner's wake-up and
/// the jump command's complaints, never a blocking libssh call), and for turning every return
/// code into a value or a `LinkFailure`. Not thread-safe: the thread that creates it uses and
/// releases it. `deinit` disconnects and ends the jump command.
final class LibSSHSession: Channel {
  /// Where it goes.
  let target: SSHTarget
  /// The owner's wish to end.
  let outbox: Outbox
  /// What ssh says of the host.
  let configuration: OpenSSHConfiguration
  /// True when sshd hung up before any key was exchanged, as it does at random while more
  /// connections than its MaxStartups are new: another try soon may well succeed.
  private(set) var wasDropped = false
  var shellRemedy: String { target.shellRemedy }
  private let session: ssh_session
  private var channel: ssh_channel?
  /// Reads keys, and remembers which need a passphrase that nobody can be asked for.
  let questions = PassphraseQuestions()
  private var socket: LentSocket?
  private var agent: LentSocket?
  private var proxy: ChildProcess?
  private var proxyErrors = Tail()
  private var isProxySilent = false

  /// The oldest version that is understood, 0.10. In all of them a session that is given its socket
  /// and reads no configuration follows no ProxyJump of its own (0.11 could): jumps are ours.
  private static let oldest: Int32 = 0 << 16 | 10 << 8

  private static let isReady = ssh_version(oldest) != nil && ssh_init() == SSH_OK

  /// Reads the OpenSSH configuration for an address; connects nothing.
  ///
  /// Throws `configuration`.
  init(host: String, address: SSHAddress, outbox: Outbox) throws(LinkFailure) {
    guard LibSSHSession.isReady, let session = ssh_new() else {
      throw LinkFailure(
        .configuration,
        "\(host): libssh does not start, or is older than 0.10 (it is "
          + "\(ssh_version(0).map { String(cString: $0) } ?? "unknown"))",
        remedy: "install libssh 0.10 or later, or set `engine: openssh` in the cluster file")
    }
    do {
      (target, configuration) = try LibSSHOptions(session: session, host: host).apply(address)
    } catch {
      ssh_free(session)
      throw error
    }
    self.session = session
    self.outbox = outbox
    ssh_set_blocking(session, 0)
    questions.attach(to: session)
  }

  deinit {
    if ssh_is_connected(session) != 0 { ssh_disconnect(session) }
    ssh_free(session)
    socket?.closeIfOpen()
    agent?.closeIfOpen()
    _ = proxy?.end(graceSeconds: 0.1)
  }

  // MARK: Reaching the host

  /// Opens the transport and lends its socket to libssh.
  func openTransport(_ connector: Connector, until deadline: Deadline) throws(LinkFailure) {
    var descriptor: Int32
    if let proxy = target.proxy {
      let child = try ChildProcess(
        proxy.arguments(
          host: target.host, port: target.port, user: target.user, alias: target.alias))
      descriptor = child.releasePipe()
      self.proxy = child
    } else {
      descriptor = try connector.connect(target, until: deadline)
    }
    socket = LentSocket(descriptor)
    if ssh_options_set(session, SSH_OPTIONS_FD, &descriptor) != SSH_OK {
      throw broken("cannot take the connection")
    }
  }

  /// Exchanges greetings and keys.
  func handshake(until deadline: Deadline) throws(LinkFailure) {
    let code = try drive("exchanging keys", until: deadline) { ssh_connect($0) }
    if code == SSH_OK { return }
    if let failure = proxyFailure() {
      wasDropped = failure.message.contains("kex_exchange_identification")
      throw failure
    }
    if ["no match for method", "ssh_set_client_kex"].contains(where: errorText.contains) {
      throw LinkFailure(
        .configuration,
        "\(target.name): libssh and \(target.text) have no algorithm in common: \(errorText)",
        remedy: "set `engine: openssh` for it in the cluster file")
    }
    wasDropped = true
    throw LinkFailure(
      .unreachable,
      "\(target.name): \(target.text) answers but the SSH handshake fails: \(errorText)",
      remedy: "check that sshd listens on that port; it may be over its MaxStartups")
  }

  /// Lends the session to code that verifies or authenticates; it must not keep the pointer.
  func withSession<Result>(
    _ body: (ssh_session) throws(LinkFailure) -> Result
  ) throws(LinkFailure) -> Result {
    try body(session)
  }

  /// Repeats a non-blocking step until it no longer says `again`; returns its code.
  ///
  /// Throws `unreachable` at the deadline, `lost` when the owner asked for the end.
  func drive(
    _ doing: String, until deadline: Deadline, again: Int32 = SSH_AGAIN,
    _ step: (ssh_session) -> Int32
  ) throws(LinkFailure) -> Int32 {
    while true {
      let code = step(session)
      if code != again { return code }
      if outbox.isCloseRequested {
        throw LinkFailure(.lost, "\(target.name): closed while \(doing)", remedy: "open it again")
      }
      if deadline.hasPassed {
        if let failure = proxyFailure() { throw failure }
        throw LinkFailure(
          .unreachable, "\(target.name): \(target.text) went silent while \(doing)",
          remedy: "check whether the host is frozen or overloaded; it is tried again")
      }
      wait(until: deadline)
    }
  }

  /// Sleeps until something may have happened, at most a second (libssh may hold bytes of which
  /// poll knows nothing).
  func wait(until deadline: Deadline) {
    let wantsWrite = ssh_get_poll_flags(session) & SSH_WRITE_PENDING != 0
    var descriptors = [
      pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(
        fd: ssh_get_fd(session), events: Int16(wantsWrite ? POLLIN | POLLOUT : POLLIN), revents: 0),
    ]
    if let proxy, !isProxySilent {
      descriptors.append(pollfd(fd: proxy.errorPipe, events: Int16(POLLIN), revents: 0))
    }
    waitForEvents(&descriptors, until: deadline.orEarlier(Deadline(secondsFromNow: 1)))
    outbox.waker.clear()
    if let proxy, !isProxySilent {
      isProxySilent = !proxy.readErrors(into: &proxyErrors)
    }
  }

  /// Lends libssh a socket to ask for the agent's keys.
  func lendAgent(_ descriptor: Int32) {
    agent = LentSocket(descriptor)
    _ = ssh_set_agent_socket(session, descriptor)
  }

  /// True once the peer has hung up.
  var isHungUp: Bool { ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR) != 0 }

  /// True when the peer is this machine by its own address.
  var isOnLoopback: Bool {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress,
        getpeername(
          ssh_get_fd(session), start.assumingMemoryBound(to: sockaddr.self), &size) == 0
      else { return false }
      switch Int32(start.load(as: sa_family_t.self)) {
      case AF_INET: return bytes[4] == 127
      case AF_INET6: return bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
      default: return false
      }
    }
  }

  /// What the peer said when it hung up.
  var disconnectWords: String {
    // libssh 0.10 has the words in its last error alone, which the question would replace.
    let error = errorText
    let text = ssh_get_disconnect_message(session).map { printable(String(cString: $0)) } ?? ""
    return text.isEmpty ? error : text
  }

  // MARK: The channel

  /// Opens the channel and runs a command on it.
  func execute(_ command: String) throws(LinkFailure) {
    let deadline = Deadline(secondsFromNow: 30)
    guard let channel = ssh_channel_new(session) else { throw broken("cannot make a channel") }
    self.channel = channel
    guard
      try drive("opening a channel", until: deadline, { _ in ssh_channel_open_session(channel) })
        == SSH_OK
    else {
      throw LinkFailure(
        .worker, "\(target.name): sshd opens no session: \(errorText)",
        remedy: "look at MaxSessions and the account's restrictions on the host")
    }
    guard
      try drive(
        "starting a command", until: deadline, { _ in ssh_channel_request_exec(channel, command) })
        == SSH_OK
    else {
      throw LinkFailure(
        .worker, "\(target.name): the account may not run commands: \(errorText)",
        remedy: "remove ForceCommand or command= restrictions for this key")
    }
  }

  /// Reads what is there without waiting; empty when there is nothing now.
  ///
  /// Throws `lost` when the connection broke.
  func read(_ stream: ChannelStream) throws(LinkFailure) -> ArraySlice<UInt8> {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      code = ssh_channel_read_nonblocking(
        channel, buffer.baseAddress, UInt32(buffer.count), stream.rawValue)
      count = Int(max(0, code))
    }
    if code == SSH_ERROR { throw broken("the connection broke") }
    return bytes[...]
  }

  /// Writes as much as the far end's window and libssh's buffer take now; returns how much.
  func write(_ bytes: ArraySlice<UInt8>) throws(LinkFailure) -> Int {
    guard ssh_get_poll_flags(session) & SSH_WRITE_PENDING == 0 else { return 0 }
    let room = min(Int(ssh_channel_window_size(channel)), bytes.count, 1 << 15)
    guard room > 0 else { return 0 }
    let code = bytes.prefix(room).withUnsafeBytes { buffer in
      ssh_channel_write(channel, buffer.baseAddress, UInt32(buffer.count))
    }
    if code == SSH_AGAIN { return 0 }
    if code < 0 { throw broken("the connection broke") }
    return Int(code)
  }

  /// Tells the far end that nothing more is sent.
  func sendEnd() throws(LinkFailure) {
    if ssh_channel_send_eof(channel) == SSH_ERROR { throw broken("the connection broke") }
  }

  /// True once the far end closed its output and all of it was read.
  var isAtEnd: Bool {
    ssh_channel_is_eof(channel) != 0 || ssh_channel_is_closed(channel) != 0
  }

  /// Throws `lost` when the connection is gone though no call has said so.
  func checkConnected() throws(LinkFailure) {
    if ssh_is_connected(session) == 0 || isHungUp {
      throw broken("the connection broke")
    }
  }

  /// The command's exit status; nil when it ended by a signal or says none within two seconds.
  func exitStatus() -> Int32? {
    let deadline = Deadline(secondsFromNow: 2)
    while true {
      let status = ssh_channel_get_exit_status(channel)
      if status >= 0 { return status }
      let isOver = ssh_channel_is_closed(channel) != 0 || ssh_is_connected(session) == 0
      if isOver || deadline.hasPassed || outbox.isCloseRequested { return nil }
      wait(until: deadline)
    }
  }

  // MARK: Failures

  /// libssh's last error, in one line.
  var errorText: String {
    let text = ssh_get_error(UnsafeMutableRawPointer(session)).map { String(cString: $0) } ?? ""
    return text.isEmpty ? "no reason given" : printable(text)
  }

  /// The failure of a connection that stood and broke.
  func broken(_ what: String) -> LinkFailure {
    let jump = proxyErrors.text
    return LinkFailure(
      .lost,
      "\(target.name): \(what): \(errorText)\(jump.isEmpty ? "" : "; the jump said: \(jump)")",
      remedy: "it is tried again; look at the network and at sshd's log if this repeats")
  }

  /// Why the jump command ended, when there is one.
  private func proxyFailure() -> LinkFailure? {
    guard let proxy else { return nil }
    _ = proxy.end(graceSeconds: 0.5)
    _ = proxy.readErrors(into: &proxyErrors)
    return ProxyCommand.failure(host: target.name, said: proxyErrors.lines.joined(separator: "\n"))
  }
}

/// A socket that was lent to libssh. Version 0.10 leaves it open at the end, which its manual
/// does not promise, so it is closed only while the number still means the same socket.
private struct LentSocket {
  private let descriptor: Int32
  private let identity: UInt?

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    identity = LentSocket.identity(descriptor)
  }

  /// Closes it unless libssh did.
  func closeIfOpen() {
    guard let identity, identity == LentSocket.identity(descriptor) else { return }
    close(descriptor)
  }

  private static func identity(_ descriptor: Int32) -> UInt? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_ino : nil
  }
}
