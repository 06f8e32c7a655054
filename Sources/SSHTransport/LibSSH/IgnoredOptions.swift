import CLibSSH
import Transport

/// Options of the OpenSSH configuration that libssh reads over though they decide whom to trust or
/// where to go: a host for which one is set needs the other engine.
struct IgnoredOptions {
  /// By their names in lower case, with the values that mean that they are not set.
  private static let decisive: [String: Set<String>] = [
    "bindinterface": [], "canonicalizehostname": ["no", "false"], "hostkeyalias": [],
    "knownhostscommand": [], "proxyusefdpass": ["no"], "revokedhostkeys": [],
  ]

  /// Those that stand somewhere in the configuration, in lower case.
  private var mentioned: Set<String> = []
  /// Lists of algorithms for the host that name none that libssh knows, so that it takes its own.
  private var algorithms: Set<String> = []

  /// Runs `parse` and hears what libssh says of options that it reads over.
  static func hearing<Result>(_ parse: () -> Result) -> (result: Result, ignored: IgnoredOptions) {
    var ignored = IgnoredOptions()
    let level = ssh_get_log_level()
    let result = withUnsafeMutablePointer(to: &ignored) { pointer in
      // Logging is set up for each thread by itself.
      ssh_set_log_userdata(pointer)
      ssh_set_log_callback { _, _, text, userdata in
        guard let text, let userdata else { return }
        userdata.assumingMemoryBound(to: IgnoredOptions.self).pointee.note(String(cString: text))
      }
      ssh_set_log_level(Int32(SSH_LOG_PROTOCOL))
      defer {
        ssh_set_log_level(level)
        ssh_set_log_callback(nil)
        ssh_set_log_userdata(nil)
      }
      return parse()
    }
    return (result, ignored)
  }

  /// Those that are set in the configuration in effect for a host; all that are mentioned when
  /// that is not known.
  func effective(_ configuration: OpenSSHConfiguration?) -> [String] {
    let options = mentioned.filter { name in
      guard let configuration else { return true }
      return configuration[name].map { !(IgnoredOptions.decisive[name] ?? []).contains($0) }
        ?? false
    }
    return options.sorted() + algorithms.sorted()
  }

  /// Reads a line of libssh's log: `…: Unsupported option: HostKeyAlias, line: 2`, or
  /// `…: Setting method: no allowed algorithm for method "mac algo client->server" (hmac-new)`.
  mutating func note(_ text: String) {
    if let start = text.ranges(of: " option: ").first {
      let name = text[start.upperBound...].prefix { $0 != "," }.lowercased()
      if IgnoredOptions.decisive[name] != nil { mentioned.insert(name) }
    }
    // Only adding to the usual ones takes nothing away when it is read over.
    if text.contains("Setting method: no "), let start = text.lastIndex(of: "("),
      case let list = text[start...].dropFirst().prefix(while: { $0 != ")" }),
      !list.hasPrefix("+"), !list.hasPrefix("^")
    {
      algorithms.insert("the algorithms \(printable(String(list)))")
    }
  }
}
