import CLibSSH
import Glibc
import Transport

extension SSHSession {
  /// Connects, verifies the host's key and authenticates, at most `StartGate.limit` at a time at
  /// one address; `onStage` hears of each stage that was passed.
  func establish(
    _ timeouts: SSHTimeouts, limit: Deadline, _ onStage: (SSHStage) -> Void
  ) throws(LinkFailure) {
    guard StartGate.shared.enter(target.gate, outbox: outbox, until: limit) else {
      throw LinkFailure(
        .unreachable, "\(target.name): no turn to connect to \(target.text) in time",
        remedy: "too many hosts of the cluster file share this address or jump host")
    }
    defer { StartGate.shared.leave(target.gate) }
    func deadline(_ seconds: Double) -> Deadline {
      Deadline(secondsFromNow: seconds).orEarlier(limit)
    }
    let connector = Connector(outbox: outbox, silenceSeconds: timeouts.silenceSeconds)
    try openTransport(connector, until: deadline(timeouts.connectSeconds))
    try handshake(until: deadline(timeouts.connectSeconds))
    onStage(.connected(target.proxy == nil ? target.text : "\(target.text) through a jump"))
    onStage(.verified(try verifyHostKey()))
    let way = try authenticate { deadline(timeouts.authenticationSeconds) }
    onStage(.authenticated(way))
  }

  /// Compares the host's key with known_hosts; returns its type and fingerprint.
  ///
  /// Throws `hostKeyUnknown`, `hostKeyChanged`, or `configuration` for an unreadable file.
  func verifyHostKey() throws(LinkFailure) -> String {
    try withSession { (session) throws(LinkFailure) in
      let key = try hostKey(session)
      switch ssh_session_is_known_server(session) {
      case SSH_KNOWN_HOSTS_OK: return key
      case SSH_KNOWN_HOSTS_UNKNOWN, SSH_KNOWN_HOSTS_NOT_FOUND:
        throw LinkFailure(
          .hostKeyUnknown,
          "\(target.name): known_hosts has no key for \(target.knownHostsName); it shows \(key)",
          remedy: "if that is the fingerprint that the host's administrator gives, run "
            + "`\(target.sshCommand)` once and answer yes")
      case SSH_KNOWN_HOSTS_CHANGED, SSH_KNOWN_HOSTS_OTHER:
        let file = target.knownHostsFile.map { " -f \(quoted($0))" } ?? ""
        throw LinkFailure(
          .hostKeyChanged,
          "\(target.name): THE HOST KEY HAS CHANGED: \(target.knownHostsName) now shows \(key), "
            + "which is not what known_hosts says. Someone may be listening in",
          remedy: "ask the host's administrator. Only if the key was really replaced: "
            + "`ssh-keygen -R \(quoted(target.knownHostsName))\(file)`, then "
            + "`\(target.sshCommand)` once, and compare the fingerprint")
      default:
        throw LinkFailure(
          .configuration, "\(target.name): known_hosts cannot be read: \(errorText)",
          remedy: "mend the known_hosts file that the ssh configuration names")
      }
    }
  }

  private func hostKey(_ session: ssh_session) throws(LinkFailure) -> String {
    var key: ssh_key?
    guard ssh_get_server_publickey(session, &key) == SSH_OK, let key else {
      throw broken("the host shows no key")
    }
    defer { ssh_key_free(key) }
    var hash: UnsafeMutablePointer<UInt8>?
    var length = 0
    guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0 else {
      throw broken("the host's key has no fingerprint")
    }
    defer { ssh_clean_pubkey_hash(&hash) }
    guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length) else {
      throw broken("the host's key has no fingerprint")
    }
    defer { ssh_string_free_char(text) }
    let type = ssh_key_type_to_char(ssh_key_type(key)).map { String(cString: $0) } ?? "key"
    return "\(type) \(String(cString: text))"
  }
}
