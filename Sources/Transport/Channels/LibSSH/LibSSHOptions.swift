import Basics
import CLibSSH
import SweepModel

/// Fills a new session's options from what `ssh -G` says of an address; libssh's own reading of the
/// OpenSSH configuration, which differs in much, is not asked.
struct LibSSHOptions {
  /// The session; its owner outlives this value.
  let session: ssh_session
  /// The host's name for messages.
  let host: String

  /// Options that decide whom to trust or where to go and that libssh cannot follow, with the
  /// values that mean that they are not set.
  private static let decisive: [(String, Set<String>)] = [
    ("bindaddress", []), ("bindinterface", []), ("knownhostscommand", []),
    ("proxyusefdpass", ["no", "false"]), ("revokedhostkeys", []),
  ]

  /// Asks ssh and returns where the address leads, and what ssh said.
  func apply(
    _ address: SSHAddress
  ) throws(LinkFailure) -> (target: SSHTarget, configuration: OpenSSHConfiguration) {
    let command = try OpenSSHCommand(host: host, address: address, timeouts: SSHTimeouts())
    let configuration = try OpenSSHConfiguration(command, host: host)
    let target = try configuration.target(host: host, address: address, alias: command.alias)
    for (name, unset) in LibSSHOptions.decisive {
      if let value = configuration[name], !unset.contains(value) {
        throw cannotFollow("\(name) \(printable(value))")
      }
    }
    set(SSH_OPTIONS_PROCESS_CONFIG, number: 0)
    if let bits = configuration["requiredrsasize"].flatMap(UInt32.init) {
      set(SSH_OPTIONS_RSA_MIN_SIZE, number: bits)
    }
    try set(SSH_OPTIONS_HOST, "localhost")  // it is given a socket and looks nothing up
    try set(SSH_OPTIONS_USER, target.user)
    // It reads no known_hosts, which `KnownHosts` does.
    try set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
    try set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
    for (option, name) in [
      (SSH_OPTIONS_KEY_EXCHANGE, "kexalgorithms"), (SSH_OPTIONS_HOSTKEYS, "hostkeyalgorithms"),
      (SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "pubkeyacceptedalgorithms"),
      (SSH_OPTIONS_CIPHERS_C_S, "ciphers"), (SSH_OPTIONS_CIPHERS_S_C, "ciphers"),
      (SSH_OPTIONS_HMAC_C_S, "macs"), (SSH_OPTIONS_HMAC_S_C, "macs"),
    ] {
      guard var list = configuration[name] else { continue }
      if name == "hostkeyalgorithms" { list = KnownHosts(target).preferred(list) }
      guard ssh_options_set(session, option, list) == SSH_OK else {
        throw cannotFollow("the algorithms \(name) \(printable(list))")
      }
    }
    return (target, configuration)
  }

  private func cannotFollow(_ option: String) -> LinkFailure {
    LinkFailure(
      .configuration,
      "\(host): libssh cannot follow what the ssh configuration says of it: \(option)",
      remedy: "set `engine: openssh` for it in the cluster file, or take that out")
  }

  private func set(_ option: ssh_options_e, _ text: String) throws(LinkFailure) {
    guard ssh_options_set(session, option, text) == SSH_OK else {
      let reason = ssh_get_error(UnsafeMutableRawPointer(session)).map { String(cString: $0) }
      throw LinkFailure(
        .configuration,
        "\(host): libssh refuses \"\(printable(text))\": \(printable(reason ?? "unknown"))",
        remedy: "correct it in the cluster file or the ssh configuration")
    }
  }

  private func set(_ option: ssh_options_e, number: UInt32) {
    var number = number
    ssh_options_set(session, option, &number)
  }
}
