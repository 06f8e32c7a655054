import CLibSSH
import SweepModel
import Transport

/// Fills a new session's options from an address and the OpenSSH configuration.
struct LibSSHOptions {
  /// The session; its owner outlives this value.
  let session: ssh_session
  /// The host's name for messages.
  let host: String

  /// Reads the configuration, lets the address override it, and returns where it leads.
  func apply(_ address: SSHAddress) throws(LinkFailure) -> SSHTarget {
    let alias = try SSHTarget.checkedHost(address.host, what: "host name", host: host)
    let configFile = try address.configFile.map { (path) throws(LinkFailure) in
      try HomePath.readable(path, what: "ssh configuration", host: host)
    }
    set(SSH_OPTIONS_PROCESS_CONFIG, number: 0)  // read below, once, and not again on connecting
    guard ssh_options_set(session, SSH_OPTIONS_HOST, alias) == SSH_OK else {
      throw refusedName(alias)
    }
    try override(address)  // `Match user` needs it before …
    let (code, ignored) = IgnoredOptions.hearing {
      ssh_options_parse_config(session, configFile.map(escaped))
    }
    guard code == 0 else {
      throw LinkFailure(
        .configuration, "\(host): the ssh configuration cannot be read: \(errorText)",
        remedy: "run `ssh -G \(alias)` and mend what it complains about; if that is nothing, set "
          + "`engine: openssh` for the host")
    }
    try override(address)  // … and it wins after
    set(SSH_OPTIONS_STRICTHOSTKEYCHECK, number: 1)
    if address.user == nil, get(SSH_OPTIONS_USER) == nil {
      ssh_options_set(session, SSH_OPTIONS_USER, nil)  // the name of the local user
    }
    let command = try? OpenSSHCommand(host: host, address: address, timeouts: SSHTimeouts())
    let configuration = command.flatMap { try? OpenSSHConfiguration($0, host: host) }
    var target = try target(address, alias: alias, configFile: configFile)
    try checkUnderstood(target, ignored, configuration)
    target.markers = KnownHostsMarkers(
      files: knownHostsFiles(address) + (configuration?.knownHostsFiles ?? []))
    return target
  }

  /// Refuses a host when libssh understands the configuration otherwise than `ssh` does, in what
  /// decides whom to trust or where to go.
  private func checkUnderstood(
    _ target: SSHTarget, _ ignored: IgnoredOptions, _ configuration: OpenSSHConfiguration?
  ) throws(LinkFailure) {
    let names = ignored.effective(configuration) + (configuration?.differences(from: target) ?? [])
    guard !names.isEmpty else { return }
    throw LinkFailure(
      .configuration,
      "\(host): libssh does not understand what the ssh configuration says of it: "
        + names.joined(separator: ", "),
      remedy: "set `engine: openssh` for it in the cluster file, or take that out")
  }

  private func override(_ address: SSHAddress) throws(LinkFailure) {
    if let user = address.user {
      let name = try SSHTarget.checked(user, what: "user name", host: host)
      try set(SSH_OPTIONS_USER, name)
    }
    if let port = address.port {
      set(SSH_OPTIONS_PORT, number: UInt32(try SSHTarget.checked(port, host: host)))
    }
    if let path = address.identityFile {
      let file = try HomePath.readable(path, what: "key file", host: host)
      try set(SSH_OPTIONS_IDENTITY, escaped(file))
    }
    if let path = address.knownHostsFile {
      try set(SSH_OPTIONS_KNOWNHOSTS, escaped(HomePath.expanded(path)))
    }
  }

  private func target(
    _ address: SSHAddress, alias: String, configFile: String?
  ) throws(LinkFailure) -> SSHTarget {
    var port: UInt32 = 22
    ssh_options_get_port(session, &port)
    let user = try SSHTarget.checked(
      get(SSH_OPTIONS_USER) ?? "", what: "user name", host: host)
    let name = try SSHTarget.checkedHost(
      get(SSH_OPTIONS_HOST) ?? alias, what: "HostName", host: host)
    var proxy: ProxyCommand?
    if let template = get(SSH_OPTIONS_PROXYCOMMAND), template != "none" {
      proxy = ProxyCommand(template: template, configFile: configFile)
    }
    return SSHTarget(
      name: host, alias: alias, host: name, port: Int(port), user: user, proxy: proxy,
      configFile: configFile,
      knownHostsFile: address.knownHostsFile.map { HomePath.expanded($0) })
  }

  /// The files whose keys libssh compares: the first of each list.
  private func knownHostsFiles(_ address: SSHAddress) -> [String] {
    let user = address.knownHostsFile ?? get(SSH_OPTIONS_KNOWNHOSTS) ?? "~/.ssh/known_hosts"
    let machine = get(SSH_OPTIONS_GLOBAL_KNOWNHOSTS) ?? "/etc/ssh/ssh_known_hosts"
    return [HomePath.expanded(user), machine]
  }

  /// libssh takes host names by the letter of RFC 1123 only, aliases included.
  private func refusedName(_ alias: String) -> LinkFailure {
    if alias.contains("_") {
      return LinkFailure(
        .configuration, "\(host): libssh takes no host name or alias with an underscore: \(alias)",
        remedy: "set `engine: openssh` for it in the cluster file, or give it an alias without one "
          + "in the ssh configuration")
    }
    return LinkFailure(
      .hostUnknown, "\(host): the name \(alias) does not resolve (it is no host name)",
      remedy: "correct the host in the cluster file")
  }

  /// libssh expands `%` in paths.
  private func escaped(_ path: String) -> String {
    path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }

  private func set(_ option: ssh_options_e, _ text: String) throws(LinkFailure) {
    guard ssh_options_set(session, option, text) == SSH_OK else {
      throw LinkFailure(
        .configuration, "\(host): libssh refuses \"\(printable(text))\": \(errorText)",
        remedy: "correct it in the cluster file or the ssh configuration")
    }
  }

  private func set(_ option: ssh_options_e, number: UInt32) {
    var number = number
    ssh_options_set(session, option, &number)
  }

  private func get(_ option: ssh_options_e) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard ssh_options_get(session, option, &text) == SSH_OK, let text else { return nil }
    defer { ssh_string_free_char(text) }
    return String(cString: text)
  }

  private var errorText: String {
    printable(
      ssh_get_error(UnsafeMutableRawPointer(session)).map { String(cString: $0) } ?? "unknown")
  }
}
