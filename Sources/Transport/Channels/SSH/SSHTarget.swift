import Basics
import Glibc
import SweepModel

/// Where a connection goes once the OpenSSH configuration has been read.
struct SSHTarget {
  /// The host's name in tables and messages.
  let name: String
  /// The name or alias that the user wrote.
  let alias: String
  /// The name or address to connect to.
  let host: String
  /// The port.
  let port: Int
  /// The user.
  let user: String
  /// What to run instead of connecting; nil connects directly.
  let proxy: ProxyCommand?
  /// The configuration file other than `~/.ssh/config`.
  let configFile: String?
  /// The known_hosts file that the address names.
  let knownHostsFile: String?
  /// The name that known_hosts has instead of the host's (HostKeyAlias).
  var knownHostsAlias: String?
  /// The port and the key file that the cluster file names.
  var givenPort: Int?
  var identityFile: String?
  /// The known_hosts files of the user and of the machine, in ssh's order.
  var userKnownHosts: [String] = []
  var globalKnownHosts: [String] = []
  /// What StrictHostKeyChecking says, which is not followed.
  var checking = ""
  /// Whether this machine is trusted to be itself (NoHostAuthenticationForLocalhost).
  var trustsLoopback = false
  /// The family of addresses to use (AddressFamily).
  var family = AF_UNSPEC

  /// How people write it.
  var text: String { port == 22 ? host : "\(host) port \(port)" }

  /// The name under which known_hosts keeps it.
  var knownHostsName: String { knownHostsAlias ?? (port == 22 ? host : "[\(host)]:\(port)") }

  /// The `ssh` command that makes the same connection, for a person to paste.
  var sshCommand: String { ssh([]) }

  /// The same with more words of options.
  func ssh(_ more: [String]) -> String {
    var words = ["ssh"] + more
    if let configFile { words += ["-F", quoted(configFile)] }
    if let knownHostsFile { words += ["-o", quoted("UserKnownHostsFile=\(knownHostsFile)")] }
    if givenPort != nil || configFile == nil && port != 22 { words += ["-p", String(port)] }
    if let identityFile { words += ["-i", quoted(identityFile)] }
    words.append("\(user)@\(alias)")
    return words.joined(separator: " ")
  }

  /// The place at the start gate: everything behind one jump command shares its first host.
  var gate: String { proxy.map { "\($0.template) \($0.configFile ?? "")" } ?? "\(host):\(port)" }

  /// Checks that a name cannot be taken for an option or be read by a shell as more than a name
  /// (it may be put into the user's own ProxyCommand); the rule is OpenSSH's.
  static func checked(_ name: String, what: String, host: String) throws(LinkFailure) -> String {
    let forbidden = "'`\"$\\;&<>|(){}/*?!#~"
    let isSafe =
      !name.isEmpty && !name.hasPrefix("-")
      && name.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7F && !forbidden.unicodeScalars.contains($0)
      }
    guard isSafe else {
      throw LinkFailure(
        .configuration,
        "\(host): the \(what) \"\(printable(name))\" holds characters that names do not have",
        remedy: "write the plain \(what) in the cluster file or the ssh configuration")
    }
    return name
  }

  /// The same for a host's name, which holds no user either.
  static func checkedHost(
    _ name: String, what: String, host: String
  ) throws(LinkFailure) -> String {
    let checked = try checked(name, what: what, host: host)
    guard !checked.contains("@") else {
      throw LinkFailure(
        .configuration, "\(host): the \(what) \"\(checked)\" holds an @",
        remedy: "give the user apart from the host")
    }
    return checked
  }

  /// Checks a port's range.
  static func checked(_ port: Int, host: String) throws(LinkFailure) -> Int {
    guard (1...65535).contains(port) else {
      throw LinkFailure(
        .configuration, "\(host): there is no port \(port)", remedy: "give a port of 1 to 65535")
    }
    return port
  }
}

/// A word for a POSIX shell that stands for exactly `text`.
package func quoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      || "/._-=+:@%,".utf8.contains($0)
  }
  if plain, !text.isEmpty { return text }
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}
