import Basics
import Glibc
import SweepModel

/// The arguments of the `ssh` program for an address: an argv, which no shell of ours ever reads.
struct OpenSSHCommand {
  /// The name or alias to connect to.
  let alias: String
  private let words: [String]

  /// Checks an address; throws `configuration` for what could be read as more than a name.
  init(host: String, address: SSHAddress, timeouts: SSHTimeouts) throws(LinkFailure) {
    alias = try SSHTarget.checkedHost(address.host, what: "host name", host: host)
    var words = ["ssh"]
    if let path = address.configFile {
      words += ["-F", try HomePath.readable(path, what: "ssh configuration", host: host)]
    }
    words += ["-T", "-x", "-a"]
    var options = [
      ("ConnectionAttempts", "1"),
      ("ConnectTimeout", OpenSSHCommand.seconds(timeouts.connectSeconds)),
      ("ServerAliveInterval", OpenSSHCommand.seconds(timeouts.silenceSeconds / 3)),
      ("ServerAliveCountMax", "2"),
      // What people configure for sessions of their own and what would disturb a pipe.
      ("ClearAllForwardings", "yes"), ("PermitLocalCommand", "no"), ("RemoteCommand", "none"),
      ("EscapeChar", "none"), ("Tunnel", "no"), ("LogLevel", "VERBOSE"),
    ]
    if let port = address.port {
      options.append(("Port", String(try SSHTarget.checked(port, host: host))))
    }
    if let path = address.identityFile {
      let file = try HomePath.readable(path, what: "key file", host: host)
      options.append(("IdentityFile", try OpenSSHCommand.value(file, host: host)))
    }
    if let path = address.knownHostsFile {
      let file = try OpenSSHCommand.value(HomePath.expanded(path), host: host)
      options.append(("UserKnownHostsFile", file))
    }
    for (name, value) in options { words += ["-o", "\(name)=\(value)"] }
    if let user = address.user {
      words += ["-l", try SSHTarget.checked(user, what: "user name", host: host)]
    }
    self.words = words
  }

  /// The same for a person to paste.
  var question: String {
    let file = words.dropFirst().first == "-F" ? ["-F", quoted(words[2])] : []
    return (["ssh"] + file + ["-G", alias]).joined(separator: " ")
  }

  /// What prints the configuration that is in effect, and connects nowhere. It names a command
  /// since ssh refuses some configurations without one.
  var printingConfiguration: [String] { words + ["-G", "--", alias, "true"] }

  /// What prints the configuration with a path of it as the value of `controlpath`, which is
  /// printed with what its `~`, tokens and variables stand for.
  func printing(_ path: String) -> [String] {
    let escaped = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return words + ["-o", "ControlPath=\"\(escaped)\"", "-G", "--", alias, "true"]
  }

  /// What runs `command` on the host; `asks` lets ssh ask at the terminal, `sharing` is the socket
  /// through which one authentication serves later connections.
  func running(
    _ command: String, asks: Bool, sharing: String?,
    _ configuration: OpenSSHConfiguration = OpenSSHConfiguration("")
  ) -> [String] {
    // Strict as ssh is, and whoever asks is us or nobody.
    var options = ["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=\(asks ? "no" : "yes")"]
    // Versions before 8.7 know no such options.
    for (name, usual) in [
      ("SessionType", "default"), ("StdinNull", "no"), ("ForkAfterAuthentication", "no"),
    ] where configuration.isSet(name.lowercased(), but: [usual]) {
      options += ["-o", "\(name)=\(usual)"]
    }
    if let sharing {
      options += ["-o", "ControlPath=\(sharing)"]
      options += asks ? ["-o", "ControlMaster=auto", "-o", "ControlPersist=600"] : []
    }
    return words + options + ["--", alias, command]
  }

  /// The socket for sharing a connection that somebody had to let in, in a folder that is private
  /// by custom; nil when there is none, or when its name would be too long for a socket.
  static var ownSharing: String? {
    let folder = HomePath.expanded("~/.ssh")
    var status = stat()
    guard folder.hasPrefix("/"), folder.utf8.count < 40, stat(folder, &status) == 0,
      status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o077 == 0
    else { return nil }
    return (try? value(folder, host: "")).map { $0.dropLast() + "/quanta-%C\"" }
  }

  private static func seconds(_ seconds: Double) -> String {
    String(Int(min(max(seconds.rounded(.up), 1), 86_400)))
  }

  /// A path as the value of an option: in quotes, with its tokens taken literally.
  ///
  /// Throws `configuration` for `${`, which ssh would expand and which cannot be escaped, and for
  /// control characters.
  static func value(_ path: String, host: String) throws(LinkFailure) -> String {
    let hasControl = path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard path.ranges(of: "${").isEmpty, !hasControl else {
      throw LinkFailure(
        .configuration,
        "\(host): ssh takes no path that holds \"${\" or a control character: \(printable(path))",
        remedy: "give the file another name, or a link to it")
    }
    var text = "\""
    for character in path.unicodeScalars {
      switch character {
      case "\"", "\\": text += "\\"
      case "%": text += "%"
      default: break
      }
      text.unicodeScalars.append(character)
    }
    return text + "\""
  }
}
