import CLibSSH
import Glibc
import SweepModel
import Transport

/// Fills a new session's options from an address and the OpenSSH configuration.
struct SSHOptions {
  /// The session; its owner outlives this value.
  let session: ssh_session
  /// The host's name for messages.
  let host: String

  /// Reads the configuration, lets the address override it, and returns where it leads.
  func apply(_ address: SSHAddress) throws(LinkFailure) -> SSHTarget {
    let alias = try checkedHost(address.host, what: "host name")
    let configFile = try address.configFile.map { (path) throws(LinkFailure) in
      try readable(path, what: "ssh configuration")
    }
    set(SSH_OPTIONS_PROCESS_CONFIG, number: 0)  // read below, once, and not again on connecting
    guard ssh_options_set(session, SSH_OPTIONS_HOST, alias) == SSH_OK else {
      throw refusedName(alias)
    }
    try override(address)  // `Match user` needs it before …
    guard ssh_options_parse_config(session, configFile) == 0 else {
      throw LinkFailure(
        .configuration, "\(host): the ssh configuration cannot be read: \(errorText)",
        remedy: "run `ssh -G \(alias)` and mend what it complains about")
    }
    try override(address)  // … and it wins after
    set(SSH_OPTIONS_STRICTHOSTKEYCHECK, number: 1)
    if address.user == nil, get(SSH_OPTIONS_USER) == nil {
      ssh_options_set(session, SSH_OPTIONS_USER, nil)  // the name of the local user
    }
    return try target(address, alias: alias, configFile: configFile)
  }

  private func override(_ address: SSHAddress) throws(LinkFailure) {
    if let user = address.user {
      let name = try SSHTarget.checked(user, what: "user name", host: host)
      try set(SSH_OPTIONS_USER, name)
    }
    if let port = address.port {
      guard (1...65535).contains(port) else {
        throw LinkFailure(
          .configuration, "\(host): there is no port \(port)", remedy: "give a port of 1 to 65535")
      }
      set(SSH_OPTIONS_PORT, number: UInt32(port))
    }
    if let path = address.identityFile {
      try set(SSH_OPTIONS_IDENTITY, escaped(try readable(path, what: "key file")))
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
    let name = try checkedHost(get(SSH_OPTIONS_HOST) ?? alias, what: "HostName")
    var proxy: ProxyCommand?
    if let template = get(SSH_OPTIONS_PROXYCOMMAND), template != "none" {
      proxy = ProxyCommand(template: template, configFile: configFile)
    }
    return SSHTarget(
      name: host, alias: alias, host: name, port: Int(port), user: user, proxy: proxy,
      configFile: configFile,
      knownHostsFile: address.knownHostsFile.map { HomePath.expanded($0) })
  }

  private func checkedHost(_ name: String, what: String) throws(LinkFailure) -> String {
    let checked = try SSHTarget.checked(name, what: what, host: host)
    guard !checked.contains("@") else {
      throw LinkFailure(
        .configuration, "\(host): the \(what) \"\(checked)\" holds an @",
        remedy: "give the user apart from the host")
    }
    return checked
  }

  /// libssh takes host names by the letter of RFC 1123 only, aliases included.
  private func refusedName(_ alias: String) -> LinkFailure {
    if alias.contains("_") {
      return LinkFailure(
        .configuration, "\(host): libssh takes no host name or alias with an underscore: \(alias)",
        remedy: "add a second alias without one to the ssh configuration, or give the address")
    }
    return LinkFailure(
      .hostUnknown, "\(host): the name \(alias) does not resolve (it is no host name)",
      remedy: "correct the host in the cluster file")
  }

  private func readable(_ path: String, what: String) throws(LinkFailure) -> String {
    let expanded = HomePath.expanded(path)
    let file = open(expanded, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw LinkFailure(
        .configuration,
        "\(host): the \(what) \(expanded) cannot be read (\(String(cString: strerror(errno))))",
        remedy: "correct its path in the cluster file, or its permissions")
    }
    close(file)
    return expanded
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

/// Paths on this machine that may start with `~/`.
enum HomePath {
  /// The path with the home in place of a leading `~`.
  static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst(1)
  }
}
