import CLibSSH
import Transport

/// Answers libssh's questions for passphrases: never with a passphrase, but it remembers that
/// one was asked, so that a failure can name the encrypted key.
///
/// It must live as long as the session that it is attached to.
final class PassphraseQuestions {
  /// The files of encrypted keys, in the order in which they were tried.
  private(set) var asked: [String] = []
  private var current: String?
  private let callbacks: UnsafeMutablePointer<ssh_callbacks_struct>
  private var session: ssh_session?

  init() {
    callbacks = .allocate(capacity: 1)
    callbacks.initialize(to: ssh_callbacks_struct())
    callbacks.pointee.size = MemoryLayout<ssh_callbacks_struct>.size  // ssh_callbacks_init
    callbacks.pointee.auth_function = { _, _, _, _, _, userdata in
      if let userdata {
        Unmanaged<PassphraseQuestions>.fromOpaque(userdata).takeUnretainedValue().note()
      }
      return -1
    }
  }

  deinit {
    callbacks.deallocate()
  }

  /// Makes the session ask here.
  func attach(to session: ssh_session) {
    self.session = session
    callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
    ssh_set_callbacks(session, callbacks)
  }

  /// Reads a private key and lends it; nil when the file holds none or needs a passphrase.
  func withKey<Result>(
    _ file: String, _ body: (ssh_key) throws(LinkFailure) -> Result
  ) throws(LinkFailure) -> Result? {
    current = file
    defer { current = nil }
    var key: ssh_key?
    let code = ssh_pki_import_privkey_file(
      file, nil, callbacks.pointee.auth_function, callbacks.pointee.userdata, &key)
    guard code == SSH_OK, let key else { return nil }
    defer { ssh_key_free(key) }
    return try body(key)
  }

  private func note() {
    var name = current
    var text: UnsafeMutablePointer<CChar>?
    if name == nil, let session,
      ssh_userauth_publickey_auto_get_current_identity(session, &text) == SSH_OK, let text
    {
      name = String(cString: text)
      ssh_string_free_char(text)
    }
    if let name, !asked.contains(name) { asked.append(name) }
  }
}
