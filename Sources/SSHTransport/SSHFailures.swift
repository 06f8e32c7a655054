import Transport

/// Failures on the way to a host that both engines tell alike.
extension SSHTarget {
  /// The name does not resolve.
  func unresolved(_ reason: String) -> LinkFailure {
    LinkFailure(
      .hostUnknown, "\(name): the name \(host) does not resolve (\(reason))",
      remedy: "correct the host in the cluster file, or give its HostName in ~/.ssh/config")
  }

  /// The port is closed.
  var refuses: LinkFailure {
    LinkFailure(
      .refused, "\(name): \(text) refuses the connection",
      remedy: "start sshd on the host, or correct the port in the cluster file")
  }

  /// Nothing answers.
  func silent(_ reason: String) -> LinkFailure {
    LinkFailure(
      .unreachable, "\(name): \(text) does not answer (\(reason))",
      remedy: "check that the host is up and that no firewall or missing VPN is between")
  }

  /// known_hosts knows nothing of the host, which shows `key`.
  func keyUnknown(shows key: String?) -> LinkFailure {
    LinkFailure(
      .hostKeyUnknown,
      "\(name): known_hosts has no key for \(knownHostsName)"
        + (key.map { "; it shows \($0)" } ?? ""),
      remedy: "run `\(sshCommand)` once and answer yes if the fingerprint is the one that the "
        + "host's administrator gives")
  }

  /// The host shows another key than known_hosts says.
  func keyChanged(shows key: String?) -> LinkFailure {
    let file = knownHostsFile.map { " -f \(quoted($0))" } ?? ""
    return LinkFailure(
      .hostKeyChanged,
      "\(name): THE HOST KEY HAS CHANGED: \(knownHostsName) now shows \(key ?? "another key"), "
        + "which is not what known_hosts says. Someone may be listening in",
      remedy: "ask the host's administrator. Only if the key was really replaced: "
        + "`ssh-keygen -R \(quoted(knownHostsName))\(file)`, then "
        + "`\(sshCommand)` once, and compare the fingerprint")
  }

  /// The host shows a key that known_hosts marks as revoked.
  func keyRevoked(_ key: String?) -> LinkFailure {
    LinkFailure(
      .hostKeyChanged,
      "\(name): THE HOST KEY IS REVOKED: \(knownHostsName) shows \(key ?? "a key"), which "
        + "known_hosts marks with @revoked. Someone may be using a stolen key",
      remedy: "ask the host's administrator for its new key; do not connect")
  }

  /// Only a certificate authority could vouch for the host.
  func needsAuthority(_ key: String) -> LinkFailure {
    LinkFailure(
      .hostKeyUnknown,
      "\(name): known_hosts has no key for \(knownHostsName), which shows \(key); it trusts a "
        + "certificate authority, but libssh knows no host certificates",
      remedy: "set `engine: openssh` for it in the cluster file, or add the host's own key")
  }
}
