import Glibc

/// The markers of known_hosts files, which libssh leaves unread; pure but for reading them.
struct KnownHostsMarkers: Equatable {
  /// True when a certificate authority is trusted for some hosts (`@cert-authority`).
  private(set) var hasAuthority = false
  /// The keys that must never be accepted (`@revoked`), in base64.
  private(set) var revoked: Set<String> = []

  /// Reads files; those that are not there say nothing.
  init(files: [String]) {
    for file in files {
      guard let descriptor = fopen(file, "re") else { continue }
      defer { fclose(descriptor) }
      var line: UnsafeMutablePointer<CChar>?
      var size = 0
      while getline(&line, &size, descriptor) >= 0, let line { note(String(cString: line)) }
      free(line)
    }
  }

  /// Reads the content of a file.
  init(_ text: String) {
    for line in text.split(separator: "\n") { note(String(line)) }
  }

  /// A line: `[marker] hosts type key [comment]`.
  private mutating func note(_ line: String) {
    guard let first = line.first(where: { $0 != " " && $0 != "\t" }), first == "@" else { return }
    let words = line.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" }
    if words[0] == "@cert-authority" { hasAuthority = true }
    if words[0] == "@revoked", words.count > 3 { revoked.insert(String(words[3])) }
  }
}
