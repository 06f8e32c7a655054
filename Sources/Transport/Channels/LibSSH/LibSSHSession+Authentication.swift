import Basics
import CLibSSH
import Posix
import SweepModel

extension LibSSHSession {
  /// Lets the host see our keys in ssh's order: those of the agent that the configuration names,
  /// the agent's others unless IdentitiesOnly is set, then the key files; certificates that are
  /// named before all but the cluster file's `identity:`. Returns what was accepted.
  ///
  /// Throws `authenticationRejected` naming what was tried, or `configuration` when a key is
  /// encrypted and nobody can open it.
  func authenticate(_ deadline: () -> Deadline) throws(LinkFailure) -> String {
    let none = try step("asking for ways in", deadline()) { ssh_userauth_none($0, nil) }
    if none == SSH_AUTH_SUCCESS.rawValue { return "\(target.user), no key asked for" }
    guard !offersNoKeys else { throw keysAreOff }
    var identities = try Identities(target, configuration)
    var code = none
    var tried: [String] = []
    func offer(_ file: String, _ certificate: Certificate? = nil) throws(LinkFailure) -> Bool {
      guard let reason = Identities.obstacle(file) else {
        tried.append(printable(certificate?.path ?? file))
        code = try authenticate(with: file, certificate, deadline()) ?? code
        guard code != SSH_AUTH_SUCCESS.rawValue else { return true }
        guard certificate == nil, let beside = identities.certificate(beside: file) else {
          return false
        }
        return try offer(file, beside)
      }
      if identities.areGiven { tried.append("\(printable(file)) (\(reason))") }
      return false
    }
    if let file = identities.takeFirst(), try offer(file) {
      return "\(target.user) by \(file)"
    }
    for certificate in identities.certificates {
      guard let file = identities.file(of: certificate) else { continue }
      if try offer(file, certificate) { return "\(target.user) by \(certificate.path)" }
    }
    if let path = identities.agentSocket {
      if let result = try offerAgent(&identities, path, deadline()) {
        tried.append("the agent at \(printable(path))")
        code = result
      } else {
        tried.append("no key of the agent at \(printable(path))")
      }
      if code == SSH_AUTH_SUCCESS.rawValue { return "\(target.user) by the agent" }
    } else {
      tried.append("no agent (\(identities.agentReason))")
    }
    for file in identities.files where try offer(file) { return "\(target.user) by \(file)" }
    throw rejection(code, tried)
  }

  private var offersNoKeys: Bool {
    configuration["pubkeyauthentication"].map { ["no", "false"].contains($0) } ?? false
      || configuration["preferredauthentications"].map { !$0.contains("publickey") } ?? false
  }

  private var keysAreOff: LinkFailure {
    LinkFailure(
      .authenticationRejected,
      "\(target.name): the ssh configuration switches keys off for it (PubkeyAuthentication or "
        + "PreferredAuthentications), and libssh has no other way in",
      remedy: "take that out, or set `engine: openssh` for it in the cluster file")
  }

  /// Offers keys of the agent; nil when it holds none that may be offered.
  private func offerAgent(
    _ identities: inout Identities, _ path: String, _ deadline: Deadline
  ) throws(LinkFailure) -> Int32? {
    guard let filter = AgentFilter(socketPath: path) else { return nil }
    let keys = identities.choose(filter.keys())
    guard !keys.isEmpty else {
      filter.close()
      return nil
    }
    guard let descriptor = filter.serve(keys) else { return nil }
    lendAgent(descriptor)
    return try step("offering the agent's keys", deadline) { ssh_userauth_agent($0, nil) }
  }

  /// Takes one step; a peer that hangs up meanwhile is noticed at once.
  private func step(
    _ doing: String, _ deadline: Deadline, _ body: (ssh_session) -> Int32
  ) throws(LinkFailure) -> Int32 {
    let again = Int32(SSH_AUTH_AGAIN.rawValue)
    let code = try drive(doing, until: deadline, again: again) { session in
      let code = body(session)
      return code == again && isHungUp ? Int32(SSH_AUTH_ERROR.rawValue) : code
    }
    if isHungUp { throw target.hungUp(doing, "it said: \(disconnectWords)") }
    return code
  }

  private func authenticate(
    with file: String, _ certificate: Certificate?, _ deadline: Deadline
  ) throws(LinkFailure) -> Int32? {
    try questions.withKey(file) { (key) throws(LinkFailure) in
      // Like ssh, which offers the key that the `.pub` says.
      guard Identities.isNamed(key, by: file) else { return nil }
      if let certificate {
        var read: ssh_key?
        guard ssh_pki_import_cert_file(certificate.path, &read) == SSH_OK else { return nil }
        defer { ssh_key_free(read) }
        guard ssh_pki_copy_cert_to_privkey(read, key) == SSH_OK else { return nil }
      }
      return try step("offering \(printable(certificate?.path ?? file))", deadline) {
        ssh_userauth_publickey($0, nil, key)
      }
    } ?? nil
  }

  private func rejection(_ code: Int32, _ tried: [String]) -> LinkFailure {
    if let file = questions.missing.first {
      return LinkFailure(
        .configuration,
        "\(target.name): the key \(file) is encrypted and no agent holds it; nobody gave the "
          + "passphrase",
        remedy: "run it at a terminal, or `ssh-add \(quoted(file))` in a session with an ssh-agent")
    }
    let offered = tried.joined(separator: ", ")
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
