import LabSupport
import SweepModel

@testable import Transport

/// One ssh configuration, and what `ssh` and both engines are to make of it.
struct OptionRow: Sendable {
  /// What comes of trying to reach the host.
  enum Outcome: Sendable {
    /// `ssh` and both engines run a command there.
    case reached
    /// None of them does, and both engines say why with the same code.
    case refused(LinkFailure.Code)
    /// libssh cannot follow, and says that `engine: openssh` can.
    case needsOpenSSH
    /// `ssh` would go on without knowing the host; no engine does, and that is said.
    case strict(LinkFailure.Code)
  }

  /// What the row is about.
  let name: String
  /// What is to come of it.
  let outcome: Outcome
  /// Lines before the usual ones; `{lab}` is the lab's folder, `{port}` the usual sshd's port,
  /// `{certified}` that of one with a host certificate, `{up}` leads from a home to the root.
  let lines: String
  /// Whether the usual lines name the lab's key.
  var hasKey = true
  /// Whether any usual lines follow.
  var isWhole = false
  /// More options for `ssh`, where what it is asked for is not what the configuration is for.
  var sshOptions: [String] = []

  /// A row whose usual lines follow; those about keys only where `hasKey`.
  init(
    _ name: String, _ outcome: Outcome, _ lines: String, hasKey: Bool = true,
    isWhole: Bool = false, ssh: [String] = []
  ) {
    self.name = name
    self.outcome = outcome
    self.lines = lines
    self.hasKey = hasKey
    self.isWhole = isWhole
    sshOptions = ssh
  }

  /// The configuration file's text, but for the words in braces.
  var text: String {
    guard !isWhole else { return lines + "\n" }
    let key = hasKey ? "  IdentityFile {lab}/id\n  IdentitiesOnly yes\n" : ""
    return lines + """

      Host h1 h2 h3
        HostName 127.0.0.1
        Port {port}
      Host *
        UserKnownHostsFile {lab}/known_hosts
        GlobalKnownHostsFile /dev/null
        IdentityAgent none

      """ + key
  }
}
