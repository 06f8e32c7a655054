import Glibc
import Transport

/// The tokens of paths in the OpenSSH configuration: `~`, `${VAR}` and `%h`.
struct SSHTokens {
  /// Whose path it is.
  let target: SSHTarget

  /// The path that a setting means; nil for a token or variable that stands for nothing known.
  func path(_ setting: String) -> String? {
    var text = ""
    var rest = setting[...]
    while let character = rest.popFirst() {
      switch character {
      case "%":
        guard let token = rest.popFirst(), let value = value(of: token) else { return nil }
        text += value
      case "$" where rest.hasPrefix("{"):
        guard let end = rest.firstIndex(of: "}") else { return nil }
        let name = String(rest[..<end].dropFirst())
        guard let value = getenv(name) else { return nil }
        text += String(cString: value)
        rest = rest[end...].dropFirst()
      default: text.append(character)
      }
    }
    return HomePath.expanded(text)
  }

  private func value(of token: Character) -> String? {
    switch token {
    case "%": "%"
    case "h": target.host
    case "n": target.alias
    case "k": target.knownHostsAlias ?? target.alias
    case "p": String(target.port)
    case "r": target.user
    case "i": String(getuid())
    case "d": getenv("HOME").map { String(cString: $0) }
    case "u": getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
    case "l": hostName
    case "L": hostName.prefix { $0 != "." }.description
    default: nil
    }
  }

  private var hostName: String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.nodename) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
