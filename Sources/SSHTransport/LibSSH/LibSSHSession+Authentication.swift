import CLibSSH
import Glibc
import Transport

extension LibSSHSession {
  /// Lets the host see our keys: the configured one first (an agent full of others would use up
  /// sshd's MaxAuthTries), then the agent, then every identity. Returns what was accepted.
  ///
  /// Throws `authenticationRejected` naming what was tried, or `configuration` when a key is
  /// encrypted and nobody can open it.
  func authenticate(_ deadline: () -> Deadline) throws(LinkFailure) -> String {
    var tried: [String] = []
    let none = try step("asking for ways in", deadline()) { ssh_userauth_none($0, nil) }
    if none == SSH_AUTH_SUCCESS.rawValue { return "\(target.user), no key asked for" }
    try checkConnected()
    if let file = configuredKey() {
      tried.append(file)
      if try authenticate(with: file, deadline()) { return "\(target.user) by \(file)" }
    }
    let code = try step("offering keys", deadline()) { session in
      let code = ssh_userauth_publickey_auto(session, nil, nil)
      if let name = currentIdentity(session), !tried.contains(name) { tried.append(name) }
      return code
    }
    if code == SSH_AUTH_SUCCESS.rawValue { return "\(target.user) by the agent or a default key" }
    throw rejection(code, tried)
  }

  private func step(
    _ doing: String, _ deadline: Deadline, _ body: (ssh_session) -> Int32
  ) throws(LinkFailure) -> Int32 {
    try drive(doing, until: deadline, again: Int32(SSH_AUTH_AGAIN.rawValue), body)
  }

  /// The first identity of the address or the configuration, unless it is one of the defaults.
  private func configuredKey() -> String? {
    try? withSession { session in
      var text: UnsafeMutablePointer<CChar>?
      guard ssh_options_get(session, SSH_OPTIONS_IDENTITY, &text) == SSH_OK, let text else {
        return nil
      }
      defer { ssh_string_free_char(text) }
      return keyPath(String(cString: text))
    }
  }

  /// The path that an IdentityFile names, when there is something to read; nil for one with
  /// tokens, which libssh expands later.
  private func keyPath(_ setting: String) -> String? {
    let parts = HomePath.expanded(setting).split(separator: "%%", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.contains("%") }) else { return nil }
    let path = parts.joined(separator: "%")
    return path.hasPrefix("/") && access(path, R_OK) == 0 ? path : nil
  }

  private func authenticate(
    with file: String, _ deadline: Deadline
  ) throws(LinkFailure) -> Bool {
    let code = try questions.withKey(file) { (key) throws(LinkFailure) in
      try step("offering \(file)", deadline) { ssh_userauth_publickey($0, nil, key) }
    }
    return code == SSH_AUTH_SUCCESS.rawValue
  }

  private func currentIdentity(_ session: ssh_session) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard ssh_userauth_publickey_auto_get_current_identity(session, &text) == SSH_OK, let text
    else { return nil }
    defer { ssh_string_free_char(text) }
    return String(cString: text)
  }

  private func rejection(_ code: Int32, _ tried: [String]) -> LinkFailure {
    if let file = questions.missing.first {
      return LinkFailure(
        .configuration,
        "\(target.name): the key \(file) is encrypted and no agent holds it; nobody gave the "
          + "passphrase",
        remedy: "run it at a terminal, or `ssh-add \(quoted(file))` in a session with an ssh-agent")
    }
    let agent = getenv("SSH_AUTH_SOCK").map { "the agent at \(String(cString: $0))" }
    let offered = (tried + [agent ?? "no agent (SSH_AUTH_SOCK is not set)"])
      .joined(separator: ", ")
    if code == SSH_AUTH_PARTIAL.rawValue {
      return LinkFailure(
        .authenticationRejected,
        "\(target.name): \(target.user)@\(target.text) wants a second factor",
        remedy: "set `engine: openssh` for it in the cluster file: ssh then asks for it at the "
          + "terminal, once with ControlMaster; or use a key that the host accepts alone")
    }
    return LinkFailure(
      .authenticationRejected,
      "\(target.name): \(target.user)@\(target.text) accepts none of: \(offered) (\(methods))",
      remedy: "add the public key to ~/.ssh/authorized_keys there "
        + "(`ssh-copy-id`), or name the right user and identity in the cluster file; where "
        + "`\(target.sshCommand)` gets in (passwords, one-time codes, GSSAPI, certificates, security "
        + "keys), set `engine: openssh`")
  }

  /// Asks for the passphrases that were missing.
  func canAsk(after failure: LinkFailure) -> Bool {
    let files = questions.missing
    let patience = Deadline(secondsFromNow: SSHTimeouts.answerSeconds)
    guard !files.isEmpty,
      (try? StartGate.terminal.enter(target, outbox: outbox, until: patience)) != nil
    else { return false }
    defer { StartGate.terminal.leave(target) }
    return files.map { Passphrases.shared.ask($0) }.contains(true)
  }

  private var methods: String {
    let bits = try? withSession { UInt32(bitPattern: ssh_userauth_list($0, nil)) }
    let names: [(UInt32, String)] = [
      (0x02, "password"), (0x04, "public keys"), (0x08, "host-based"),
      (0x10, "keyboard-interactive"), (0x20, "GSSAPI"),
    ]
    let found = names.filter { (bits ?? 0) & $0.0 != 0 }.map(\.1)
    return found.isEmpty ? errorText : "it takes \(found.joined(separator: ", "))"
  }
}
