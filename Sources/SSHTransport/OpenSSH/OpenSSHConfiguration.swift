import SweepModel
import Transport

/// What the `ssh` program makes of its configuration for one host: the answers of `ssh -G`.
struct OpenSSHConfiguration {
  private let settings: [String: String]

  /// Asks ssh; throws `configuration` when it is not installed or its configuration is wrong.
  init(_ command: OpenSSHCommand, host: String) throws(LinkFailure) {
    let child: ChildProcess
    do {
      child = try ChildProcess(command.printingConfiguration)
    } catch {
      throw LinkFailure(
        .configuration, "\(host): the ssh program cannot be started: \(error.message)",
        remedy: "install the OpenSSH client (openssh-client), or set `engine: libssh`")
    }
    var output: [UInt8] = []
    var pump = ChildPump(child, Outbox()) { output += $0 }
    let ending = pump.run(limit: Deadline(secondsFromNow: 30))
    guard ending.status == 0, !ending.isTimedOut else {
      throw LinkFailure(
        .configuration, "\(host): ssh refuses its configuration: \(ending.errors)",
        remedy: "run `ssh -G \(command.alias)` and mend what it complains about")
    }
    self.init(String(decoding: output, as: UTF8.self))
  }

  /// Reads the answers; the first of several for one option counts.
  init(_ text: String) {
    var settings: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, settings[String(parts[0])] == nil else { continue }
      settings[String(parts[0])] = String(parts[1])
    }
    self.settings = settings
  }

  /// The value of an option by its name in lower case; nil when it is not set.
  subscript(_ name: String) -> String? {
    settings[name].flatMap { $0 == "none" ? nil : $0 }
  }

  /// All known_hosts files; names with spaces are in pieces.
  var knownHostsFiles: [String] {
    ["userknownhostsfile", "globalknownhostsfile"].compactMap { self[$0] }
      .flatMap { $0.split(separator: " ") }.map { HomePath.expanded(String($0)) }
  }

  /// Where it leads; throws `configuration` for names that a ProxyCommand could run.
  func target(
    host: String, address: SSHAddress, alias: String
  ) throws(LinkFailure) -> SSHTarget {
    let name = try SSHTarget.checkedHost(self["hostname"] ?? alias, what: "HostName", host: host)
    let user = try SSHTarget.checked(self["user"] ?? "", what: "user name", host: host)
    let jump = self["proxyjump"] ?? self["proxycommand"]
    return SSHTarget(
      name: host, alias: alias, host: name,
      port: self["port"].flatMap(Int.init) ?? 22, user: user,
      proxy: jump.map { ProxyCommand(template: $0, configFile: address.configFile) },
      configFile: address.configFile.map { HomePath.expanded($0) },
      knownHostsFile: address.knownHostsFile.map { HomePath.expanded($0) },
      knownHostsAlias: self["hostkeyalias"])
  }

  /// Where a target goes otherwise than this configuration says, as the options that say so.
  func differences(from target: SSHTarget) -> [String] {
    var names: [String] = []
    if let name = self["hostname"], name.lowercased() != target.host.lowercased() {
      names.append("hostname \(printable(name))")
    }
    if let port = self["port"], port != String(target.port) { names.append("port \(port)") }
    if let user = self["user"], user != target.user { names.append("user \(printable(user))") }
    let hasProxy = self["proxyjump"] != nil || self["proxycommand"] != nil
    if hasProxy != (target.proxy != nil) { names.append("proxyjump or proxycommand") }
    return names
  }
}
