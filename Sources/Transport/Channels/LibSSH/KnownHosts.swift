import CLibSSH
import Glibc

/// The known_hosts files of a target, all of them in ssh's order; libssh itself knows two.
///
/// Lines are parsed by libssh (patterns, `[host]:port`, hashed names). Blocks for reading files.
struct KnownHosts {
  /// How a host's key stands.
  enum Verdict {
    /// It is one of those known.
    case known
    /// Nothing is known of the host.
    case unknown
    /// Other keys are known; a file that holds one.
    case changed(String)
  }

  private let files: [String]
  private let names: [String]

  /// Looks where a target's configuration says.
  init(_ target: SSHTarget) {
    files = target.userKnownHosts + target.globalKnownHosts
    let name = target.knownHostsName.lowercased()
    // Like ssh: a key of the plain name counts for its other ports, but no other key contradicts.
    names =
      target.knownHostsAlias == nil && target.port != 22
      ? [name, target.host.lowercased()] : [name]
  }

  /// What the markers of the files say.
  var markers: KnownHostsMarkers { KnownHostsMarkers(files: files) }

  /// Compares the key that a host shows.
  func verdict(on key: ssh_key) -> Verdict {
    var changed: String?
    for (index, name) in names.enumerated() {
      for file in files {
        var isKnown = false
        each(file, name) { entry, _ in
          if ssh_key_cmp(entry.publickey, key, SSH_KEY_CMP_PUBLIC) == 0 {
            isKnown = true
          } else if index == 0, changed == nil {
            changed = file
          }
        }
        if isKnown { return .known }
      }
      if let changed { return .changed(changed) }
    }
    return .unknown
  }

  /// A list of algorithms with those first of which a key is known.
  func preferred(_ list: String) -> String {
    var types: Set<String> = []
    for name in names where types.isEmpty {
      for file in files {
        each(file, name) { _, type in
          types.formUnion(type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", type] : [type])
        }
      }
    }
    let all = list.split(separator: ",").map(String.init)
    return (all.filter { types.contains($0) } + all.filter { !types.contains($0) })
      .joined(separator: ",")
  }

  /// Calls `body` with each line of a file that is for a name, and with its type of key.
  private func each(_ file: String, _ name: String, _ body: (ssh_knownhosts_entry, String) -> Void)
  {
    guard let stream = fopen(file, "re") else { return }
    defer { fclose(stream) }
    var line: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { free(line) }
    while getline(&line, &size, stream) >= 0, let line {
      let words = String(cString: line).split { $0.isWhitespace }
      guard words.count > 2, !words[0].hasPrefix("#"), !words[0].hasPrefix("@") else { continue }
      guard let entry = parse(words[0], words[1...2], name) else { continue }
      defer { ssh_knownhosts_entry_free(entry) }
      // libssh takes each pattern for itself, so it does not see what one of them takes out.
      let isTakenOut = words[0].split(separator: ",").contains { pattern in
        guard pattern.hasPrefix("!"), let match = parse(pattern.dropFirst(), words[1...2], name)
        else { return false }
        ssh_knownhosts_entry_free(match)
        return true
      }
      if !isTakenOut { body(entry.pointee, String(words[1])) }
    }
  }

  /// The key of a line if the line is for a name; the caller frees it.
  private func parse(
    _ patterns: Substring, _ key: ArraySlice<Substring>, _ name: String
  ) -> UnsafeMutablePointer<ssh_knownhosts_entry>? {
    var entry: UnsafeMutablePointer<ssh_knownhosts_entry>?
    let text = ([patterns] + key).joined(separator: " ")
    return ssh_known_hosts_parse_line(name, text, &entry) == SSH_OK ? entry : nil
  }
}
