import CLibSSH
import Glibc

/// The keys that ssh would offer to a host: files, and which of an agent's.
struct Identities {
  /// The key files that are left to offer, in ssh's order.
  private(set) var files: [String] = []
  /// True when the user named key files, other than ssh's own.
  let areGiven: Bool
  /// The agent's socket; nil when there is none.
  let agentSocket: String?
  /// Why there is no agent.
  let agentReason: String
  /// The certificates that CertificateFile names.
  let certificates: [Certificate]
  /// Where it names none, certificates lie beside the keys.
  private let looksBeside: Bool
  private let isOnly: Bool
  private let given: String?

  /// Reads what `ssh -G` says.
  ///
  /// Throws `configuration` for a path that stands for nothing.
  init(_ target: SSHTarget, _ configuration: OpenSSHConfiguration) throws(LinkFailure) {
    let settings = configuration.all("identityfile")
    areGiven = settings.contains { !$0.hasPrefix("~/.ssh/id_") }
    given = target.identityFile
    for setting in settings {
      let path = try configuration.path(setting)
      if !files.contains(path) { files.append(path) }
    }
    let named = configuration.all("certificatefile")
    looksBeside = named.isEmpty
    var certificates: [Certificate] = []
    for setting in named {
      let path = try configuration.path(setting)
      guard let certificate = Certificate(path: path) else { continue }
      certificates.append(certificate)
    }
    self.certificates = certificates
    isOnly = configuration.isOn("identitiesonly")
    let setting = configuration.all("identityagent").first
    let isNone = configuration.isNone("identityagent")
    let variable = setting.flatMap {
      $0.hasPrefix("$") && !$0.hasPrefix("${") ? $0.dropFirst() : nil
    }
    if isNone {
      agentSocket = nil
    } else if let setting, setting != "SSH_AUTH_SOCK", variable == nil {
      agentSocket = HomePath.ofAccount(setting)  // the rest has been expanded
    } else {
      agentSocket = getenv(variable.map(String.init) ?? "SSH_AUTH_SOCK").map { String(cString: $0) }
    }
    agentReason =
      isNone ? "IdentityAgent none" : "\(variable.map(String.init) ?? "SSH_AUTH_SOCK") is not set"
  }

  /// The cluster file's key, to be offered first; once.
  mutating func takeFirst() -> String? {
    guard let given, let index = files.firstIndex(of: given) else { return nil }
    return files.remove(at: index)
  }

  /// Which of an agent's keys to offer, in ssh's order; their files are not offered again.
  mutating func choose(_ keys: [AgentFilter.Key]) -> [AgentFilter.Key] {
    let all = (given.map { [$0] } ?? []) + files
    let publics = all.map { Identities.publicKey($0) }
    let named = keys.filter { publics.contains($0.base64) }
    let held = zip(all, publics).filter { (_, key) in named.contains { $0.base64 == key } }.map(\.0)
    files.removeAll { held.contains($0) }
    let chosen = isOnly ? named : named + keys.filter { !named.contains($0) }
    func certified(_ certificates: [Certificate]) -> [AgentFilter.Key] {
      certificates.compactMap { certificate in
        guard let key = chosen.first(where: { certificate.isOf($0.blob) }) else { return nil }
        return AgentFilter.Key(
          blob: certificate.blob, comment: key.comment, signer: key.blob)
      }
    }
    return certified(certificates) + chosen + certified(held.compactMap { certificate(beside: $0) })
  }

  /// The certificate beside a key's file.
  func certificate(beside file: String) -> Certificate? {
    looksBeside ? Certificate(path: "\(file)-cert.pub") : nil
  }

  /// The file of the key that a certificate is for.
  func file(of certificate: Certificate) -> String? {
    ((given.map { [$0] } ?? []) + files).first { file in
      Identities.publicKey(file).map { certificate.isOf(Certificate.bytes(base64: $0)) } ?? false
        && Identities.obstacle(file) == nil
    }
  }

  /// Why a private key's file is not to be used; nil when it is.
  static func obstacle(_ file: String) -> String? {
    var status = stat()
    guard stat(file, &status) == 0, access(file, R_OK) == 0 else {
      return String(cString: strerror(errno))
    }
    guard status.st_uid != getuid() || status.st_mode & 0o077 == 0 else {
      return "others may read it: chmod 600 it"
    }
    return nil
  }

  /// True when a private key is the one that its file's `.pub` says; it may say nothing.
  static func isNamed(_ key: ssh_key, by file: String) -> Bool {
    var text: UnsafeMutablePointer<CChar>?
    guard let named = publicKey(file),
      ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text
    else { return true }
    defer { ssh_string_free_char(text) }
    return String(cString: text) == named
  }

  /// The public part of an identity in base64: of the `.pub` beside it, or else the file's own.
  static func publicKey(_ file: String) -> String? {
    for path in [file + ".pub", file] {
      var key: ssh_key?
      guard ssh_pki_import_pubkey_file(path, &key) == SSH_OK, let key else { continue }
      defer { ssh_key_free(key) }
      var text: UnsafeMutablePointer<CChar>?
      guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else { continue }
      defer { ssh_string_free_char(text) }
      return String(cString: text)
    }
    return nil
  }
}
