import SweepModel
import Testing

@testable import Transport

@Suite struct OpenSSHTests {
  private func command(_ address: SSHAddress) throws -> [String] {
    try OpenSSHCommand(host: "node", address: address, timeouts: SSHTimeouts())
      .running("true", asks: false, sharing: nil)
  }

  @Test func command_anyAddress_isStrictSilentAndEndsItsOptionsBeforeTheHost() throws {
    let words = try command(SSHAddress(host: "h1", user: "kim", port: 2222))
    #expect(words.suffix(3) == ["--", "h1", "true"])
    for option in [
      "StrictHostKeyChecking=yes", "BatchMode=yes", "ServerAliveInterval=2", "Port=2222",
      "ClearAllForwardings=yes", "RemoteCommand=none", "PermitLocalCommand=no",
    ] {
      let index = try #require(words.firstIndex(of: option), "\(option)")
      #expect(words[index - 1] == "-o")
    }
    let user = try #require(words.firstIndex(of: "-l"))
    #expect(words[user + 1] == "kim")
  }

  @Test(arguments: [
    ("/a b", #""/a b""#), (#"/a"b"#, #""/a\"b""#), (#"/a\b"#, #""/a\\b""#), ("/%h", #""/%%h""#),
    ("-x", #""-x""#),
  ])
  func value_pathWithSyntax_isQuoted(_ path: String, _ expected: String) throws {
    #expect(try OpenSSHCommand.value(path, host: "node") == expected)
  }

  @Test(arguments: ["/${HOME}/id", "/a\nb", "/a\u{7F}b"])
  func value_pathThatCannotBeQuoted_isRefused(_ path: String) throws {
    #expect(throws: LinkFailure.self) { try OpenSSHCommand.value(path, host: "node") }
  }

  @Test func configuration_answersOfSSH_firstCountsAndNoneIsNothing() {
    let configuration = OpenSSHConfiguration(
      "hostname 10.0.0.1\nport 22\nproxyjump none\nidentityfile /a\nidentityfile /b c\n")
    #expect(configuration["hostname"] == "10.0.0.1")
    #expect(configuration["proxyjump"] == nil)
    #expect(configuration["identityfile"] == "/a")
    #expect(configuration["hostkeyalias"] == nil)
  }

  @Test func markers_ofKnownHosts_areReadAndNothingElse() {
    let markers = KnownHostsMarkers(
      """
      # @revoked * ssh-ed25519 COMMENT
      h1 ssh-ed25519 PLAIN @revoked
      @revoked * ssh-ed25519 STOLEN someone@somewhere
        @revoked\t|1|salt|hash ssh-rsa OTHER
      @revoked broken

      """)
    #expect(markers.revoked == ["STOLEN", "OTHER"])
    #expect(!markers.hasAuthority)
    #expect(KnownHostsMarkers("@cert-authority *.org ssh-rsa KEY\n").hasAuthority)
  }

  @Test(arguments: [
    ("ssh: connect to host h port 22: Connection refused", LinkFailure.Code?.some(.refused)),
    ("ssh: Could not resolve hostname h: Temporary failure in name resolution", .unreachable),
    (
      "Received disconnect from h port 22:2: Too many authentication failures",
      .authenticationRejected
    ),
    ("Bad owner or permissions on /root/.ssh/config", .configuration),
    ("command-line: line 0: Bad configuration option: x", .configuration),
    ("x: command not found\nConnection to h closed by remote host.", nil),
    ("NOTICE: Permission denied to all.\nConnection closed by h port 22", nil),
    ("Unable to negotiate with h port 22: no matching cipher found.", .configuration),
  ])
  func complaint_ofSSH_hasItsCode(_ said: String, _ code: LinkFailure.Code?) {
    #expect(SSHComplaint.code(of: said) == code)
  }

  @Test func fingerprint_ofAWarning_isCutOut() {
    let said = "sent by the remote host is SHA256:ab+/c. Please contact your administrator."
    #expect(SSHComplaint.fingerprint(in: said) == "SHA256:ab+/c")
    #expect(SSHComplaint.fingerprint(in: "nothing") == nil)
  }
}
