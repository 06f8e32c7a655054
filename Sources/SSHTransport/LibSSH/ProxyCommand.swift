import Transport

/// A command whose standard input and output reach the host: the configuration's ProxyCommand,
/// or its ProxyJump, which libssh turns into one.
struct ProxyCommand {
  /// The command as configured, before its tokens are replaced.
  let template: String
  /// The configuration file other than `~/.ssh/config`, which a jump must read as well.
  let configFile: String?

  /// What libssh writes for ProxyJump: `ssh [-l USER] [-p PORT] [-J MORE] -W '[%h]:%p' JUMP`.
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
    let text = said.isEmpty ? "it said nothing" : said
    let code = SSHComplaint.code(of: said) ?? .unreachable
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
