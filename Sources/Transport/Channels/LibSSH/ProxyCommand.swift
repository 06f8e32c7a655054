import Basics
import SweepModel

/// A command whose standard input and output reach the host: the configuration's ProxyCommand,
/// or its ProxyJump, which libssh turns into one.
struct ProxyCommand {
  /// The command as configured, before its tokens are replaced.
  let template: String
  /// The configuration file other than `~/.ssh/config`, which a jump must read as well.
  let configFile: String?

  /// Creates a command as configured.
  init(template: String, configFile: String?) {
    self.template = template
    self.configFile = configFile
  }

  /// What ssh makes of ProxyJump: the last jump is reached through those before it.
  ///
  /// Throws `configuration` for a name that a shell would read as more.
  init(jumps: String, configFile: String?, host: String) throws(LinkFailure) {
    var hops = jumps.split(separator: ",").map(String.init)
    var last = hops.popLast() ?? ""
    if last.hasPrefix("ssh://") { last.removeFirst("ssh://".count) }
    var words = ["ssh"]
    if let at = last.lastIndex(of: "@") {
      let user = try SSHTarget.checked(String(last[..<at]), what: "jump's user", host: host)
      words += ["-l", quoted(user)]
      last = String(last[last.index(after: at)...])
    }
    if last.hasPrefix("["), let end = last.lastIndex(of: "]") {
      let port = last[end...].dropFirst(2)
      if !port.isEmpty { words += ["-p", quoted(String(port))] }
      last = String(last[..<end].dropFirst())
    } else if last.count(where: { $0 == ":" }) == 1, let colon = last.firstIndex(of: ":") {
      words += ["-p", quoted(String(last[last.index(after: colon)...]))]
      last = String(last[..<colon])
    }
    let name = try SSHTarget.checkedHost(last, what: "jump host", host: host)
    if !hops.isEmpty { words += ["-J", quoted(hops.joined(separator: ","))] }
    let escaped = (words + ["--"]).map { $0.replacing("%", with: "%%") }
    template =
      (escaped.dropLast() + ["-W '[%h]:%p'", quoted(name).replacing("%", with: "%%")])
      .joined(separator: " ")
    self.configFile = configFile
  }

  /// What is made of ProxyJump: `ssh [-l USER] [-p PORT] [-J MORE] -W '[%h]:%p' JUMP`.
  private var isJump: Bool {
    template.hasPrefix("ssh ")
      && (template.contains(" -W '[%h]:%p' ") || template.contains(" -W [%h]:%p "))
  }

  /// The arguments to start. The command is the user's own shell code; our file's name reaches
  /// it as `$1`, and names were checked by `SSHTarget.checked` before they are put in.
  func arguments(host: String, port: Int, user: String, alias: String) -> [String] {
    var command = ""
    var rest = template[...]
    if isJump {
      rest = rest.dropFirst("ssh".count)
      command =
        "ssh -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=2"
        + " -o ConnectTimeout=10" + (configFile == nil ? "" : #" -F "$1""#)
    }
    while let percent = rest.firstIndex(of: "%") {
      command += rest[..<percent]
      rest = rest[percent...].dropFirst()
      switch rest.popFirst() {
      case "h": command += host
      case "p": command += String(port)
      case "r": command += user
      case "n": command += alias
      case "%": command += "%"
      case let other?: command += "%\(other)"
      case nil: command += "%"
      }
    }
    return ["/bin/sh", "-c", "exec \(command)\(rest)", "sh", configFile ?? ""]
  }

  /// Why a jump did not get through, read from what the command said; pure.
  static func failure(host: String, said: String) -> LinkFailure {
    let text = said.isEmpty ? "it said nothing" : printable(said)
    let code = SSHComplaint.code(of: said, isJump: true) ?? .unreachable
    return LinkFailure(
      code, "\(host): the jump command of the ssh configuration ended: \(text)",
      remedy: remedy(code))
  }

  private static func remedy(_ code: LinkFailure.Code) -> String {
    switch code {
    case .hostKeyChanged, .hostKeyUnknown:
      "check the jump host's key: connect to it once with ssh and compare the fingerprint"
    case .authenticationRejected: "make `ssh JUMPHOST` work without a password (key or agent)"
    case .hostUnknown: "check the names in ProxyJump or ProxyCommand"
    case .configuration: "run the ProxyCommand by hand and mend the ssh configuration"
    case .refused: "check that sshd runs on the host and that the jump host may reach it"
    default: "check that the jump host is up and may reach the host"
    }
  }
}
