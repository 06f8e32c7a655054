import SweepModel

/// What the `ssh` program says when it fails, sorted; pure.
enum SSHComplaint {
  /// The kind of failure that its last own line means; nil when it means none that is known, or
  /// a connection that ended. What stands before is the account's, a banner or a jump's.
  ///
  /// `isJump` reads the words of a jump or proxy command, which a shell starts.
  static func code(of said: String, isJump: Bool = false) -> LinkFailure.Code? {
    let lines = said.split(whereSeparator: \.isNewline).map(String.init)
    var isJump = isJump
    for line in lines.reversed() {
      if isEcho(line) {
        if line.contains("UNKNOWN port") { isJump = true }
        continue
      }
      if line.hasSuffix("Host key verification failed.") { return hostKey(said) }
      return code(ofLine: line, isJump: isJump)
    }
    return nil
  }

  /// True when its last own line says that the host ended the connection.
  static func isHungUp(_ said: String) -> Bool {
    let last = said.split(whereSeparator: \.isNewline).last { !isEcho(String($0)) } ?? ""
    return ["Connection closed by ", "Connection reset by ", "Received disconnect from "]
      .contains { last.hasPrefix($0) } || last.hasSuffix(" closed by remote host.")
  }

  /// True for lines that only say that a connection ended whose reason stands before.
  private static func isEcho(_ line: String) -> Bool {
    [
      "kex_exchange_identification:", "banner exchange:", "Connection closed by UNKNOWN",
      "Connection reset by UNKNOWN", "stdio forwarding failed", "Disconnected from",
    ].contains { line.hasPrefix($0) }
  }

  private static func hostKey(_ said: String) -> LinkFailure.Code {
    let isChanged =
      said.contains("IDENTIFICATION HAS CHANGED") || said.contains("REVOKED HOST KEY")
    return isChanged ? .hostKeyChanged : .hostKeyUnknown
  }

  private static func code(ofLine line: String, isJump: Bool) -> LinkFailure.Code? {
    if line.contains(": Permission denied ("), line.hasSuffix(").") {
      return .authenticationRejected
    }
    if line.hasPrefix("Received disconnect from") {
      return line.contains(SSHTarget.tooManyKeys) ? .authenticationRejected : nil
    }
    if line.hasSuffix("Connection refused") { return .refused }
    if line.contains("Temporary failure in name resolution") { return .unreachable }
    if line.hasPrefix("ssh: Could not resolve hostname")
      || line.hasSuffix("open failed: connect failed: Name or service not known")
    {
      return .hostUnknown
    }
    let isConfiguration =
      line.contains("ad configuration option") || line.contains("bad configuration options")
      || line.hasPrefix("Bad owner or permissions") || line.hasPrefix("Unable to negotiate")
      || line.hasPrefix("Can't open user config file")
      || line.hasSuffix("percent_dollar_expand: failed")
      || line.hasPrefix("invalid environment variable expansion")
      || isJump && line.contains("not found")
    return isConfiguration ? .configuration : nil
  }

  /// True when sshd hung up before any key was exchanged.
  static func isDropped(_ said: String) -> Bool {
    said.split(whereSeparator: \.isNewline).contains {
      $0.hasPrefix("kex_exchange_identification:")
    }
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
