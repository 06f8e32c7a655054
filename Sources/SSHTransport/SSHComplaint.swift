import Transport

/// What the `ssh` program says when it fails, sorted; pure.
enum SSHComplaint {
  /// The kind of failure that its words mean; nil when they mean none that is known.
  static func code(of said: String) -> LinkFailure.Code? {
    let signs: [(String, LinkFailure.Code)] = [
      ("IDENTIFICATION HAS CHANGED", .hostKeyChanged),
      ("REVOKED HOST KEY", .hostKeyChanged),
      ("Host key verification failed", .hostKeyUnknown),
      ("Permission denied", .authenticationRejected),
      ("Too many authentication failures", .authenticationRejected),
      ("Temporary failure in name resolution", .unreachable),
      ("Could not resolve hostname", .hostUnknown),
      ("Name or service not known", .hostUnknown),
      ("ad configuration option", .configuration),
      ("Bad owner or permissions", .configuration),
      ("Unable to negotiate", .configuration),
      ("not found", .configuration),
      ("Connection refused", .refused),
    ]
    return signs.first { said.contains($0.0) }?.1
  }

  /// True when sshd hung up before any key was exchanged.
  static func isDropped(_ said: String) -> Bool {
    said.contains("kex_exchange_identification")
  }

  /// The fingerprint of the key that a host showed, when it is told.
  static func fingerprint(in said: String) -> String? {
    guard let start = said.ranges(of: "SHA256:").first else { return nil }
    let digest = said[start.upperBound...].prefix { character in
      character.isASCII && (character.isLetter || character.isNumber || "+/".contains(character))
    }
    return "SHA256:\(digest)"
  }
}
