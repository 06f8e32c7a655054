import CLibSSH
import Posix

extension LibSSHSession {
  /// Connects, verifies the host's key, authenticates and runs the command.
  func start(
    _ place: WorkerPlace, _ timeouts: SSHTimeouts, limit: Deadline,
    _ onStage: (ChannelStage) -> Void
  ) throws(LinkFailure) {
    try establish(timeouts, limit: limit, onStage)
    try execute(place.command)
  }

  /// Comes to an authenticated session, at most `StartGate.limit` at a time at one address.
  private func establish(
    _ timeouts: SSHTimeouts, limit: Deadline, _ onStage: (ChannelStage) -> Void
  ) throws(LinkFailure) {
    try StartGate.shared.enter(target, outbox: outbox, until: limit)
    defer { StartGate.shared.leave(target) }
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
  /// Throws `hostKeyUnknown` or `hostKeyChanged`.
  func verifyHostKey() throws(LinkFailure) -> String {
    try withSession { (session) throws(LinkFailure) in
      let key = try hostKey(session)
      let known = KnownHosts(target)
      let markers = known.markers
      if markers.revoked.contains(key.base64) { throw target.keyRevoked(key.name) }
      var shown: ssh_key?
      guard ssh_get_server_publickey(session, &shown) == SSH_OK, let shown else {
        throw broken("the host shows no key")
      }
      defer { ssh_key_free(shown) }
      switch known.verdict(on: shown) {
      case .known: return key.name
      case _
      where target.trustsLoopback && target.proxy == nil && target.knownHostsAlias == nil
        && isOnLoopback:
        return "\(key.name), as NoHostAuthenticationForLocalhost says"
      case .unknown:
        throw markers.hasAuthority
          ? target.needsAuthority(key.name) : target.keyUnknown(shows: key.name)
      case .changed(let file): throw target.keyChanged(shows: key.name, in: file)
      }
    }
  }

  /// The host's key: its type and fingerprint, and itself.
  private func hostKey(
    _ session: ssh_session
  ) throws(LinkFailure) -> (name: String, base64: String) {
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
    var whole: UnsafeMutablePointer<CChar>?
    guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length),
      ssh_pki_export_pubkey_base64(key, &whole) == SSH_OK, let whole
    else { throw broken("the host's key has no fingerprint") }
    defer {
      ssh_string_free_char(text)
      ssh_string_free_char(whole)
    }
    let type = ssh_key_type_to_char(ssh_key_type(key)).map { String(cString: $0) } ?? "key"
    return ("\(type) \(String(cString: text))", String(cString: whole))
  }
}
