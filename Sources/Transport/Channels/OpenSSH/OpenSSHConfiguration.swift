import Glibc
import Posix
import SweepModel

/// What the `ssh` program makes of its configuration for one host: the answers of `ssh -G`.
struct OpenSSHConfiguration {
  private let settings: [String: [String]]
  /// What was asked and for which host; nil for answers that were given.
  private var question: (command: OpenSSHCommand, host: String)?

  /// Asks ssh; throws `configuration` when it is not installed or its configuration is wrong.
  init(_ command: OpenSSHCommand, host: String) throws(LinkFailure) {
    self.init(try OpenSSHConfiguration.answer(command, command.printingConfiguration, host))
    question = (command, host)
  }

  private static func answer(
    _ command: OpenSSHCommand, _ words: [String], _ host: String
  ) throws(LinkFailure) -> String {
    let child = ChildChannel(Outbox())
    do {
      try child.run(words)
    } catch {
      throw LinkFailure(
        .configuration, "\(host): the ssh program cannot be started: \(error.message)",
        remedy: "install the OpenSSH client (openssh-client); both engines ask `ssh -G`")
    }
    let limit = Deadline(secondsFromNow: 30)
    var output: [UInt8] = []
    var errors = Tail()
    while !child.isAtEnd, !limit.hasPassed {
      child.wait(until: limit)
      errors.append(child.read(.errors))
      output += child.read(.output)
    }
    guard child.isAtEnd, try child.exitStatus() == 0 else {
      errors.append(child.read(.errors))
      throw LinkFailure(
        .configuration, "\(host): ssh refuses its configuration: \(errors.text)",
        remedy: "run `\(command.question)` and mend what it complains about")
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Reads the answers.
  init(_ text: String) {
    var settings: [String: [String]] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { continue }
      settings[String(parts[0]), default: []].append(String(parts[1]))
    }
    self.settings = settings
  }

  /// The value of an option by its name in lower case, the first of several; nil when it is not
  /// set.
  subscript(_ name: String) -> String? {
    settings[name]?.first.flatMap { $0 == "none" ? nil : $0 }
  }

  /// All values of an option that may be given several times, in ssh's order.
  func all(_ name: String) -> [String] { (settings[name] ?? []).filter { $0 != "none" } }

  /// True when an option has a value, be it none, other than those that change nothing.
  func isSet(_ name: String, but usual: Set<String>) -> Bool {
    settings[name]?.first.map { !usual.contains($0) } ?? false
  }

  /// The path that a setting means, which ssh itself is asked for where it holds more than a `~/`.
  ///
  /// Throws `configuration` for a token or variable that stands for nothing.
  func path(_ setting: String) throws(LinkFailure) -> String {
    let isPlain =
      !setting.contains("%") && !setting.contains("${")
      && (!setting.hasPrefix("~") || setting.hasPrefix("~/"))
    guard !isPlain, let (command, host) = question else { return HomePath.ofAccount(setting) }
    let answer = try OpenSSHConfiguration.answer(command, command.printing(setting), host)
    return OpenSSHConfiguration(answer)["controlpath"] ?? setting
  }

  /// True when an option is set to none.
  func isNone(_ name: String) -> Bool { settings[name]?.first == "none" }

  /// True when an option is set to yes.
  func isOn(_ name: String) -> Bool { ["yes", "true"].contains(self[name]) }

  /// The known_hosts files that an option lists, of which only the user's have been expanded. ssh
  /// prints them without quotes: a name with spaces is recognized by being there.
  func files(_ name: String) throws(LinkFailure) -> [String] {
    var files: [String] = []
    var words = (self[name] ?? "").split(separator: " ", omittingEmptySubsequences: false)[...]
    while !words.isEmpty {
      var count = words.count
      var path = ""
      while true {
        let name = words.prefix(count).joined(separator: " ")
        // Only `~` stands for something here.
        path = name.hasPrefix("~") ? try self.path(name.replacing("%", with: "%%")) : name
        if count == 1 || access(path, F_OK) == 0 { break }
        count -= 1
      }
      if !path.isEmpty { files.append(path) }
      words = words.dropFirst(count)
    }
    return files
  }

  /// Where it leads; throws `configuration` for names that a ProxyCommand could run.
  func target(
    host: String, address: SSHAddress, alias: String
  ) throws(LinkFailure) -> SSHTarget {
    let name = try SSHTarget.checkedHost(self["hostname"] ?? alias, what: "HostName", host: host)
    let user = try SSHTarget.checked(self["user"] ?? "", what: "user name", host: host)
    let proxy: ProxyCommand?
    if let jumps = self["proxyjump"] {
      proxy = try ProxyCommand(jumps: jumps, configFile: configFile(address), host: host)
    } else {
      proxy = self["proxycommand"].map {
        ProxyCommand(template: $0, configFile: configFile(address))
      }
    }
    var target = SSHTarget(
      name: host, alias: alias, host: name,
      port: self["port"].flatMap(Int.init) ?? 22, user: user, proxy: proxy,
      configFile: configFile(address),
      knownHostsFile: address.knownHostsFile.map { HomePath.expanded($0) },
      knownHostsAlias: self["hostkeyalias"])
    target.givenPort = address.port
    target.identityFile = address.identityFile.map { HomePath.expanded($0) }
    if let file = target.knownHostsFile {
      target.userKnownHosts = [file]
    } else {
      target.userKnownHosts = try files("userknownhostsfile")
    }
    target.globalKnownHosts = try files("globalknownhostsfile")
    target.checking = self["stricthostkeychecking"] ?? ""
    target.trustsLoopback = isOn("nohostauthenticationforlocalhost")
    target.family =
      switch self["addressfamily"] {
      case "inet": AF_INET
      case "inet6": AF_INET6
      default: AF_UNSPEC
      }
    return target
  }

  private func configFile(_ address: SSHAddress) -> String? {
    address.configFile.map { HomePath.expanded($0) }
  }
}
