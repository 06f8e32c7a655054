import SweepModel

@testable import Transport

/// The rows of the table, by what they are about.
extension OptionRow {
  static let all = places + keys + certificates + trust + algorithms + sessions

  private static let longComment = "# " + String(repeating: "x", count: 1100)
  private static let longHost =
    "Host " + (1...200).map { "node\($0)" }.joined(separator: " ") + " h1"
  private static let jump = "Host h2 h3\n  ProxyJump none\nHost h1\n  ProxyJump"
  private static let pipe = "exec 3<>/dev/tcp/%h/%p; cat <&3 & exec cat >&3"

  /// Where it leads, and how the file is read.
  private static let places = [
    OptionRow("HostName", .reached, ""),
    OptionRow(
      "layout of the manual", .reached,
      """
      Host h1
        HostName 127.0.0.1
      Host h*
        Port {port}
        IdentityFile {lab}/id
        UserKnownHostsFile {lab}/known_hosts
      """, isWhole: true),
    OptionRow("no such name", .refused(.hostUnknown), "HostName no-such-host.invalid"),
    OptionRow("HostName %h", .refused(.hostUnknown), "HostName %h.invalid"),
    OptionRow("Port of nobody", .refused(.refused), "Port 1"),
    OptionRow("User of nobody", .refused(.authenticationRejected), "User nobody-at-all"),
    OptionRow("= and quotes", .reached, "HostName=\"127.0.0.1\"\nPort = {port} # here"),
    OptionRow("CRLF", .reached, "Host h1\r\n  HostName 127.0.0.1\r\n  Port {port}\r\n"),
    OptionRow("negated Host", .reached, "Host h? !h1\n  Port 1"),
    OptionRow("comment of 1 100 characters", .reached, longComment),
    OptionRow("Host line of 1 400 characters", .reached, longHost + "\n  ConnectTimeout 9"),
    OptionRow(
      "Host line that decides, 1 400 characters", .refused(.refused), longHost + "\n  Port 1"),
    OptionRow("Include within Host", .reached, "Host h1\n  Include {lab}/included"),
    OptionRow(
      "Include after HostName", .reached, "Host h1\n  HostName 127.0.0.1\n  Include {lab}/inc*"),
    OptionRow("Include of nothing", .reached, "Include {lab}/nothing-here"),
    OptionRow("Include of an unknown word", .refused(.configuration), "Include {lab}/unknown"),
    OptionRow(
      "Include within another Host of an unknown word", .refused(.configuration),
      "Host other\n  Include {lab}/unknown"),
    OptionRow("Include of itself", .refused(.configuration), "Include {lab}/endless"),
    OptionRow("unknown word", .refused(.configuration), "Frobnicate yes"),
    OptionRow("IgnoreUnknown", .reached, "IgnoreUnknown Frob*\nFrobnicate yes"),
    OptionRow("bad value", .refused(.configuration), "Port many"),
    OptionRow("Match originalhost", .refused(.refused), "Match originalhost h1\n  Port 1"),
    OptionRow(
      "Match host", .refused(.refused),
      "Host h1\n  HostName 127.0.0.1\nMatch host 127.0.0.1\n  Port 1"),
    OptionRow("Match exec", .refused(.refused), "Match exec \"test %n = h1\"\n  Port 1"),
    OptionRow("Match exec that fails", .reached, "Match exec false\n  Port 1"),
    OptionRow("Match user", .refused(.refused), "User kim\nMatch user kim\n  Port 1"),
    OptionRow("Match localuser of nobody", .reached, "Match localuser nobody-at-all\n  Port 1"),
    OptionRow("Match not", .refused(.refused), "Match !originalhost h2\n  Port 1"),
    OptionRow(
      "Match final", .reached,
      """
      Host h1
        HostName 127.0.0.1
        Port {port}
        IdentityFile {lab}/id
      Match final host 127.0.0.1
        UserKnownHostsFile {lab}/known_hosts
      """, isWhole: true),
    OptionRow("Match canonical", .reached, "Match canonical\n  Port 1"),
    OptionRow("CanonicalizeHostname yes", .reached, "CanonicalizeHostname yes"),
    OptionRow(
      "CanonicalizeHostname always", .reached,
      "CanonicalizeHostname always\nCanonicalDomains invalid"),
    OptionRow("AddressFamily inet", .reached, "AddressFamily inet"),
    OptionRow("AddressFamily inet6", .refused(.hostUnknown), "AddressFamily inet6"),
    OptionRow("BindAddress", .needsOpenSSH, "BindAddress 127.0.0.1"),
    OptionRow("ConnectTimeout", .reached, "ConnectTimeout 5\nConnectionAttempts 2"),
    OptionRow("ProxyCommand", .reached, "ProxyCommand bash -c '[ %r.%n = {user}.h1 ]; \(pipe)'"),
    OptionRow("ProxyCommand that fails", .refused(.unreachable), "ProxyCommand false"),
    OptionRow("ProxyCommand of nobody", .refused(.configuration), "ProxyCommand no-such-program"),
    OptionRow("ProxyCommand none", .reached, "ProxyCommand none\nProxyCommand false"),
    OptionRow("ProxyJump", .reached, "\(jump) h2"),
    OptionRow("ProxyJump over two", .reached, "\(jump) h2,h3"),
    OptionRow("ProxyJump of a jump", .reached, "Host h1\n  ProxyJump h2\nHost h2\n  ProxyJump h3"),
    OptionRow("ProxyJump with user and port", .reached, "\(jump) {user}@localhost:{port}"),
    OptionRow("ProxyJump as ssh://", .reached, "\(jump) ssh://{user}@localhost:{port}"),
    OptionRow("ProxyJump none", .reached, "ProxyJump none\nProxyJump no-such-host.invalid"),
    OptionRow(
      "ProxyJump to an unknown name", .refused(.hostUnknown), "\(jump) no-such-host.invalid"),
    OptionRow("ProxyJump refused", .refused(.refused), "\(jump) h2\nHost h2\n  Port 1"),
  ]

  /// Which keys are offered.
  private static let keys = [
    OptionRow(
      "no key", .refused(.authenticationRejected), "IdentityFile {lab}/other", hasKey: false),
    OptionRow("key in the agent", .reached, "IdentityAgent {lab}/agent", hasKey: false),
    OptionRow(
      "IdentitiesOnly, key in the agent alone", .refused(.authenticationRejected),
      "IdentityAgent {lab}/agent\nIdentitiesOnly yes\nIdentityFile {lab}/other", hasKey: false),
    OptionRow(
      "IdentitiesOnly and the file", .reached,
      "IdentityAgent {lab}/seven\nIdentitiesOnly yes\nIdentityFile {lab}/id", hasKey: false),
    OptionRow(
      "seventh key of the agent", .refused(.authenticationRejected),
      "IdentityAgent {lab}/seven", hasKey: false),
    OptionRow(
      "seventh key of the agent, named", .reached,
      "IdentityAgent {lab}/seven\nIdentityFile {lab}/id", hasKey: false),
    OptionRow(
      "seventh key of the agent, its .pub named", .reached,
      "IdentityAgent {lab}/seven\nIdentityFile {lab}/pubonly.pub", hasKey: false),
    OptionRow(
      "IdentitiesOnly, .pub, agent", .reached,
      "IdentityAgent {lab}/seven\nIdentitiesOnly yes\nIdentityFile {lab}/pubonly.pub",
      hasKey: false),
    OptionRow(
      "IdentityFile without its private part", .reached,
      "IdentityAgent {lab}/seven\nIdentityFile {lab}/pubonly", hasKey: false),
    OptionRow(
      ".pub without an agent", .refused(.authenticationRejected),
      "IdentityFile {lab}/pubonly.pub", hasKey: false),
    OptionRow(
      "first of two is not accepted", .reached,
      "IdentityFile {lab}/other\nIdentityFile {lab}/id", hasKey: false),
    OptionRow(
      "seventh of seven", .refused(.authenticationRejected),
      (1...6).map { "IdentityFile {lab}/wrong\($0)\n" }.joined() + "IdentityFile {lab}/id",
      hasKey: false),
    OptionRow(
      "missing before the right one", .reached,
      "IdentityFile {lab}/nothing-here\nIdentityFile {lab}/id", hasKey: false),
    OptionRow(
      "IdentityFile none", .refused(.authenticationRejected), "IdentityFile none",
      hasKey: false),
    OptionRow("damaged .pub", .reached, "IdentityFile {lab}/damaged", hasKey: false),
    OptionRow("empty .pub", .reached, "IdentityFile {lab}/emptied", hasKey: false),
    OptionRow("no .pub", .reached, "IdentityFile {lab}/alone", hasKey: false),
    OptionRow(
      ".pub of another key", .refused(.authenticationRejected),
      "IdentityFile {lab}/mixed", hasKey: false),
    OptionRow(
      "key others may read", .refused(.authenticationRejected),
      "IdentityFile {lab}/open", hasKey: false),
    OptionRow("space", .reached, "IdentityFile \"{lab}/with space\"", hasKey: false),
    OptionRow("~/", .reached, "IdentityFile ~/{up}/id", hasKey: false),
    OptionRow("~user/", .reached, "IdentityFile ~{user}/{up}/id", hasKey: false),
    OptionRow("%d", .reached, "IdentityFile %d/{up}/id", hasKey: false),
    OptionRow("%h", .reached, "IdentityFile {lab}/id_%h", hasKey: false),
    OptionRow("%n", .reached, "IdentityFile {lab}/id_%n", hasKey: false),
    OptionRow("%k", .reached, "IdentityFile {lab}/id_%k", hasKey: false),
    OptionRow("%u", .reached, "IdentityFile {lab}/id_%u", hasKey: false),
    OptionRow("%r", .reached, "IdentityFile {lab}/id_%r", hasKey: false),
    OptionRow("%C", .reached, "IdentityFile {lab}/id_%C", hasKey: false),
    OptionRow("%l", .reached, "IdentityFile {lab}/id_%l", hasKey: false),
    OptionRow("${VAR}", .reached, "IdentityFile ${HOME}/{up}/id", hasKey: false),
    OptionRow("unknown token", .refused(.configuration), "IdentityFile {lab}/id_%x", hasKey: false),
    OptionRow(
      "${VAR} that is not set", .refused(.configuration),
      "IdentityFile ${NO_SUCH_VARIABLE}/id", hasKey: false),
    OptionRow("IdentityAgent %h", .reached, "IdentityAgent {lab}/%n/../agent", hasKey: false),
    OptionRow("IdentityAgent ~", .reached, "IdentityAgent ~/{up}/agent", hasKey: false),
    OptionRow(
      "IdentityAgent $VAR that is not set", .refused(.authenticationRejected),
      "IdentityAgent $NO_SUCH_VARIABLE", hasKey: false),
    OptionRow("IdentityAgent of nobody", .reached, "IdentityAgent {lab}/nothing-here"),
    OptionRow(
      "PubkeyAuthentication no", .refused(.authenticationRejected), "PubkeyAuthentication no"),
    OptionRow("PubkeyAuthentication unbound", .reached, "PubkeyAuthentication unbound"),
    OptionRow(
      "PreferredAuthentications password", .refused(.authenticationRejected),
      "PreferredAuthentications password"),
    OptionRow(
      "PreferredAuthentications with keys last", .reached,
      "PreferredAuthentications keyboard-interactive,password,publickey"),
    OptionRow(
      "PasswordAuthentication no", .reached,
      "PasswordAuthentication no\nKbdInteractiveAuthentication no"),
    OptionRow("NumberOfPasswordPrompts", .reached, "NumberOfPasswordPrompts 0"),
    OptionRow(
      "GSSAPI and host based", .reached,
      "GSSAPIAuthentication yes\nHostbasedAuthentication yes"),
    OptionRow("AddKeysToAgent", .reached, "AddKeysToAgent yes"),
    OptionRow(
      "BatchMode no", .refused(.authenticationRejected),
      "BatchMode no\nIdentityFile {lab}/other", hasKey: false),
  ]

  /// Certificates of users and hosts.
  private static let certificates = [
    OptionRow(
      "key whose certificate lies beside it", .reached,
      "IdentityFile {lab}/certified", hasKey: false),
    OptionRow(
      "key without its certificate", .refused(.authenticationRejected),
      "IdentityFile {lab}/bare", hasKey: false),
    OptionRow(
      "CertificateFile", .reached,
      "IdentityFile {lab}/bare\nCertificateFile {lab}/certified-cert.pub", hasKey: false),
    OptionRow(
      "CertificateFile ~ and %n", .reached,
      "IdentityFile {lab}/bare\nCertificateFile ~/{up}/%n/../certified-cert.pub", hasKey: false),
    OptionRow("CertificateFile of nothing", .reached, "CertificateFile {lab}/nothing-here"),
    OptionRow("certificate in the agent", .reached, "IdentityAgent {lab}/cert", hasKey: false),
    OptionRow(
      "CertificateFile, IdentitiesOnly, key in the agent", .reached,
      """
      IdentityAgent {lab}/cert
      IdentityFile {lab}/certified.pub
      IdentitiesOnly yes
      CertificateFile {lab}/certified-cert.pub
      """, hasKey: false),
    OptionRow(
      "host certificate", .needsOpenSSH,
      "Port {certified}\nUserKnownHostsFile {lab}/authority"),
    OptionRow(
      "host certificate of another authority", .refused(.hostKeyUnknown),
      "Port {certified}\nUserKnownHostsFile {lab}/authorities"),
    OptionRow(
      "authority and no host certificate", .refused(.hostKeyUnknown),
      "UserKnownHostsFile {lab}/authority"),
    OptionRow(
      "authority and the host's own key", .reached,
      "Port {certified}\nUserKnownHostsFile {lab}/authority {lab}/known_hosts"),
    OptionRow(
      "host certificate and HostKeyAlias", .needsOpenSSH,
      "Port {certified}\nHostKeyAlias the-cluster\nUserKnownHostsFile {lab}/authority"),
  ]

  /// Which hosts are known.
  private static let trust = [
    OptionRow("unknown key", .refused(.hostKeyUnknown), "UserKnownHostsFile {lab}/empty"),
    OptionRow(
      "unknown key, ask", .refused(.hostKeyUnknown),
      "StrictHostKeyChecking ask\nUserKnownHostsFile {lab}/empty"),
    OptionRow(
      "unknown key, yes", .refused(.hostKeyUnknown),
      "StrictHostKeyChecking yes\nUserKnownHostsFile {lab}/empty"),
    OptionRow(
      "unknown key, no", .strict(.hostKeyUnknown),
      "StrictHostKeyChecking no\nUserKnownHostsFile /dev/null"),
    OptionRow(
      "unknown key, no, known_hosts that is kept", .strict(.hostKeyUnknown),
      "StrictHostKeyChecking no\nUserKnownHostsFile {lab}/kept",
      ssh: ["-o", "UserKnownHostsFile=/dev/null"]),
    OptionRow(
      "unknown key, accept-new", .strict(.hostKeyUnknown),
      "StrictHostKeyChecking accept-new\nUserKnownHostsFile /dev/null"),
    OptionRow("changed key", .refused(.hostKeyChanged), "UserKnownHostsFile {lab}/wrong"),
    OptionRow(
      "changed key, accept-new", .refused(.hostKeyChanged),
      "StrictHostKeyChecking accept-new\nUserKnownHostsFile {lab}/wrong"),
    OptionRow(
      "changed key, no", .strict(.hostKeyChanged),
      "StrictHostKeyChecking no\nUserKnownHostsFile {lab}/wrong"),
    OptionRow("known, accept-new", .reached, "StrictHostKeyChecking accept-new"),
    OptionRow("known, no", .reached, "StrictHostKeyChecking no"),
    OptionRow("two lines, one right", .reached, "UserKnownHostsFile {lab}/both"),
    OptionRow("several files", .reached, "UserKnownHostsFile {lab}/empty {lab}/known_hosts"),
    OptionRow(
      "several files, one missing", .reached,
      "UserKnownHostsFile {lab}/nothing-here {lab}/known_hosts"),
    OptionRow(
      "several files, wrong and right", .reached,
      "UserKnownHostsFile {lab}/wrong {lab}/known_hosts"),
    OptionRow("space", .reached, "UserKnownHostsFile \"{lab}/known space\""),
    OptionRow(
      "GlobalKnownHostsFile", .reached,
      "UserKnownHostsFile {lab}/empty\nGlobalKnownHostsFile {lab}/empty {lab}/known_hosts"),
    OptionRow(
      "GlobalKnownHostsFile ~", .reached,
      "UserKnownHostsFile none\nGlobalKnownHostsFile ~{user}/{up}/known_hosts"),
    OptionRow("UserKnownHostsFile none", .refused(.hostKeyUnknown), "UserKnownHostsFile none"),
    OptionRow("~/", .reached, "UserKnownHostsFile ~/{up}/known_hosts"),
    OptionRow("~user/", .reached, "UserKnownHostsFile ~{user}/{up}/known_hosts"),
    OptionRow("%d", .reached, "UserKnownHostsFile %d/{up}/known_hosts"),
    OptionRow("%h", .reached, "UserKnownHostsFile {lab}/known_%h"),
    OptionRow("%n", .reached, "UserKnownHostsFile {lab}/known_%n"),
    OptionRow("%C", .reached, "UserKnownHostsFile {lab}/known_%C"),
    OptionRow("${VAR}", .reached, "UserKnownHostsFile ${HOME}/{up}/known_hosts"),
    OptionRow("hashed", .reached, "UserKnownHostsFile {lab}/hashed"),
    OptionRow("pattern", .reached, "UserKnownHostsFile {lab}/pattern"),
    OptionRow("negated pattern", .refused(.hostKeyUnknown), "UserKnownHostsFile {lab}/except"),
    OptionRow("one of many names", .reached, "UserKnownHostsFile {lab}/many"),
    OptionRow("entry without the port", .reached, "UserKnownHostsFile {lab}/plain"),
    OptionRow(
      "entry without the port, another key", .refused(.hostKeyUnknown),
      "UserKnownHostsFile {lab}/plainwrong"),
    OptionRow("HostKeyAlias", .reached, "HostKeyAlias the-cluster\nUserKnownHostsFile {lab}/alias"),
    OptionRow("HostKeyAlias of nobody", .refused(.hostKeyUnknown), "HostKeyAlias nobody"),
    OptionRow("@revoked", .refused(.hostKeyChanged), "UserKnownHostsFile {lab}/revoked"),
    OptionRow(
      "NoHostAuthenticationForLocalhost", .reached,
      "NoHostAuthenticationForLocalhost yes\nUserKnownHostsFile {lab}/empty"),
    OptionRow("CheckHostIP", .reached, "CheckHostIP yes"),
    OptionRow("VerifyHostKeyDNS", .reached, "VerifyHostKeyDNS yes"),
    OptionRow("KnownHostsCommand", .needsOpenSSH, "KnownHostsCommand /bin/cat {lab}/known_hosts"),
    OptionRow("RevokedHostKeys", .needsOpenSSH, "RevokedHostKeys /dev/null"),
    OptionRow(
      "HashKnownHosts, UpdateHostKeys, FingerprintHash", .reached,
      "HashKnownHosts yes\nUpdateHostKeys yes\nFingerprintHash md5"),
  ]

  /// Algorithms.
  private static let algorithms = [
    OptionRow("HostKeyAlgorithms", .reached, "HostKeyAlgorithms ssh-ed25519"),
    OptionRow("HostKeyAlgorithms +", .reached, "HostKeyAlgorithms +ssh-rsa"),
    OptionRow(
      "HostKeyAlgorithms that it lacks", .refused(.configuration),
      "HostKeyAlgorithms rsa-sha2-512"),
    OptionRow(
      "HostKeyAlgorithms of a certificate alone", .needsOpenSSH,
      "Port {certified}\nHostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\nUserKnownHostsFile {lab}/authority"
    ),
    OptionRow("Ciphers", .reached, "Ciphers aes256-gcm@openssh.com"),
    OptionRow("Ciphers -", .reached, "Ciphers -chacha20*"),
    OptionRow("Ciphers that it lacks", .refused(.configuration), "Ciphers aes128-cbc"),
    OptionRow("KexAlgorithms", .reached, "KexAlgorithms curve25519-sha256"),
    OptionRow(
      "KexAlgorithms that libssh lacks", .needsOpenSSH,
      "KexAlgorithms sntrup761x25519-sha512@openssh.com"),
    OptionRow("MACs", .reached, "Ciphers aes128-ctr\nMACs hmac-sha2-256"),
    OptionRow(
      "MACs that libssh lacks", .needsOpenSSH,
      "Ciphers aes128-ctr\nMACs umac-64@openssh.com"),
    OptionRow("PubkeyAcceptedAlgorithms", .reached, "PubkeyAcceptedAlgorithms ssh-ed25519"),
    OptionRow(
      "PubkeyAcceptedAlgorithms without the key's", .refused(.authenticationRejected),
      "PubkeyAcceptedAlgorithms rsa-sha2-512"),
    OptionRow(
      "PubkeyAcceptedAlgorithms without the agent's", .refused(.authenticationRejected),
      "PubkeyAcceptedAlgorithms rsa-sha2-512\nIdentityAgent {lab}/agent", hasKey: false),
    OptionRow(
      "RSA", .reached, "IdentityFile {lab}/strong\nPubkeyAcceptedAlgorithms rsa-sha2-256",
      hasKey: false),
    OptionRow(
      "RequiredRSASize", .refused(.authenticationRejected),
      "RequiredRSASize 4096\nIdentityFile {lab}/strong", hasKey: false),
    OptionRow("Compression", .reached, "Compression yes\nRekeyLimit 1M"),
  ]

  /// What is for sessions of a person's own and would disturb a pipe.
  private static let sessions = [
    OptionRow("RequestTTY force", .reached, "RequestTTY force"),
    OptionRow(
      "RemoteCommand", .reached, "RemoteCommand echo hello",
      ssh: ["-o", "RemoteCommand=none"]),
    OptionRow(
      "SessionType none", .reached, "SessionType none", ssh: ["-o", "SessionType=default"]),
    OptionRow(
      "SessionType subsystem", .reached, "SessionType subsystem",
      ssh: ["-o", "SessionType=default"]),
    OptionRow("StdinNull", .reached, "StdinNull yes"),
    OptionRow("ForkAfterAuthentication", .reached, "ForkAfterAuthentication yes"),
    OptionRow("SendEnv and SetEnv", .reached, "SendEnv LANG LC_*\nSetEnv A=b"),
    OptionRow("ControlPath of nobody", .reached, "ControlPath {lab}/nothing-here"),
    OptionRow("ControlPath, stale", .reached, "ControlPath {lab}/stale"),
    OptionRow(
      "ControlMaster auto, stale", .reached, "ControlMaster auto\nControlPath {lab}/stale2"),
    OptionRow("ControlMaster yes", .reached, "ControlMaster yes\nControlPath {lab}/cm-%p"),
    OptionRow(
      "ControlMaster auto with ControlPersist", .reached,
      "ControlMaster auto\nControlPath {lab}/cp-%p\nControlPersist 5"),
    OptionRow("ForwardAgent", .reached, "ForwardAgent yes\nIdentityAgent {lab}/agent"),
    OptionRow("ForwardX11", .reached, "ForwardX11 yes\nForwardX11Trusted yes"),
    OptionRow("LocalForward, port taken", .reached, "LocalForward {port} 127.0.0.1:{port}"),
    OptionRow(
      "LocalForward, port taken, ExitOnForwardFailure", .reached,
      "LocalForward {port} 127.0.0.1:{port}\nExitOnForwardFailure yes",
      ssh: ["-o", "ClearAllForwardings=yes"]),
    OptionRow(
      "DynamicForward and RemoteForward, ports taken", .reached,
      "DynamicForward {port}\nRemoteForward {port} 127.0.0.1:{port}"),
    OptionRow("GatewayPorts and Tunnel", .reached, "GatewayPorts yes\nTunnel no"),
    OptionRow(
      "LocalCommand", .reached, "PermitLocalCommand yes\nLocalCommand sleep 600",
      ssh: ["-o", "PermitLocalCommand=no"]),
    OptionRow("VisualHostKey", .reached, "VisualHostKey yes"),
    OptionRow("LogLevel QUIET", .reached, "LogLevel QUIET"),
    OptionRow(
      "LogLevel QUIET, no key", .refused(.authenticationRejected),
      "LogLevel QUIET\nIdentityFile {lab}/other", hasKey: false),
    OptionRow("LogLevel DEBUG3", .reached, "LogLevel DEBUG3\nLogVerbose kex.c:*"),
    OptionRow(
      "EscapeChar, IPQoS, keep-alives", .reached,
      "EscapeChar none\nIPQoS ef\nTCPKeepAlive no\nServerAliveInterval 1\nServerAliveCountMax 1"),
  ]
}
