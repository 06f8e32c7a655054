import Basics
import Glibc
import SweepModel

/// Failures on the way to a host that both engines tell alike.
extension SSHTarget {
  /// What to do about an account that runs something else than the command that it is given.
  var shellRemedy: String {
    "`\(sshCommand) 'echo quanta'` must print quanta: look for a forced command "
      + "(authorized_keys, ForceCommand), and for exec, exit or a menu in the account's start-up "
      + "files (.bashrc, .profile)"
  }

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

  /// What sshd says when more keys were refused than its MaxAuthTries.
  static let tooManyKeys = "Too many authentication failures"

  /// The peer ended the connection before it let us in; `words` say what it or ssh told.
  func hungUp(_ doing: String, _ words: String) -> LinkFailure {
    if words.contains(SSHTarget.tooManyKeys) {
      return LinkFailure(
        .authenticationRejected, "\(name): \(text) hung up while \(doing); \(words)",
        remedy: "name the right key with IdentityFile and `IdentitiesOnly yes` in the ssh "
          + "configuration, or with `identity:` in the cluster file, so that fewer are offered; or "
          + "the account knows none of them: `ssh-copy-id`")
    }
    return LinkFailure(
      .unreachable, "\(name): \(text) hung up while \(doing); \(words)",
      remedy: "look at sshd's log on the host: it may be starting or going down, or something bars "
        + "us after failed logins (fail2ban); it is tried again")
  }

  /// known_hosts knows nothing of the host, which shows `key`.
  func keyUnknown(shows key: String?) -> LinkFailure {
    LinkFailure(
      .hostKeyUnknown,
      "\(name): known_hosts has no key for \(knownHostsName)"
        + (key.map { "; it shows \($0)" } ?? "") + "; looked in \(lookedIn)" + laxity,
      remedy: keepsKeys
        ? "run `\(ssh(["-o", "StrictHostKeyChecking=ask"]))` once and answer yes if the "
          + "fingerprint is the one that the host's administrator gives"
        : "the ssh configuration keeps no host keys (UserKnownHostsFile), and Quanta connects to "
          + "no host unseen, whatever StrictHostKeyChecking says: write `known_hosts: "
          + "~/.ssh/known_hosts` for it in the cluster file, then run `\(askingCommand)` once")
  }

  /// Where host keys were looked for; files that are away say so.
  private var lookedIn: String {
    let files = userKnownHosts + globalKnownHosts.filter { access($0, F_OK) == 0 }
    let words = files.map { file in
      if access(file, R_OK) == 0 { return printable(file) }
      return "\(printable(file)) (\(String(cString: strerror(errno))))"
    }
    return words.isEmpty ? "no file" : words.joined(separator: ", ")
  }

  /// What the user may wonder about whose own ssh goes on.
  private var laxity: String {
    ["no", "off", "false", "accept-new"].contains(checking)
      ? "; Quanta connects to no host unseen, though StrictHostKeyChecking is \(checking)" : ""
  }

  private var keepsKeys: Bool { userKnownHosts.contains { $0 != "/dev/null" } }

  private var askingCommand: String {
    ssh(["-o", "StrictHostKeyChecking=ask", "-o", "UserKnownHostsFile=~/.ssh/known_hosts"])
  }

  /// The host shows another key than known_hosts says.
  func keyChanged(shows key: String?, in file: String? = nil) -> LinkFailure {
    let file = (file ?? userKnownHosts.first).map { " -f \(quoted($0))" } ?? ""
    return LinkFailure(
      .hostKeyChanged,
      "\(name): THE HOST KEY HAS CHANGED: \(knownHostsName) now shows \(key ?? "another key"), "
        + "which is not what known_hosts says. Someone may be listening in" + laxity,
      remedy: "ask the host's administrator. Only if the key was really replaced: "
        + "`ssh-keygen -R \(quoted(knownHostsName))\(file)`, then "
        + "`\(ssh(["-o", "StrictHostKeyChecking=ask"]))` once, and compare the fingerprint")
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
