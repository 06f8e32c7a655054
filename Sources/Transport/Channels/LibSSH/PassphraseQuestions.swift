import CLibSSH

/// Answers libssh's questions for passphrases with what `Passphrases` knows. It never asks anybody
/// itself (the host waits meanwhile, and not for long), but remembers which passphrases are
/// missing, so that they can be asked for, or a failure can name the encrypted key.
///
/// It must live as long as the session that it is attached to.
final class PassphraseQuestions {
  /// The files of encrypted keys that could not be opened, in the order in which they were tried.
  private(set) var missing: [String] = []
  private var current: String?
  private let callbacks: UnsafeMutablePointer<ssh_callbacks_struct>
  private var session: ssh_session?

  init() {
    callbacks = .allocate(capacity: 1)
    callbacks.initialize(to: ssh_callbacks_struct())
    callbacks.pointee.size = MemoryLayout<ssh_callbacks_struct>.size  // ssh_callbacks_init
    callbacks.pointee.auth_function = { _, buffer, size, _, _, userdata in
      guard let userdata, let buffer else { return -1 }
      let questions = Unmanaged<PassphraseQuestions>.fromOpaque(userdata).takeUnretainedValue()
      return questions.answer(into: UnsafeMutableBufferPointer(start: buffer, count: size))
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

  /// Writes the passphrase of the key at hand with its final zero; -1 when it is not known.
  private func answer(into buffer: UnsafeMutableBufferPointer<CChar>) -> Int32 {
    guard let file = fileAtHand() else { return -1 }
    guard let passphrase = Passphrases.shared.passphrase(file),
      passphrase.utf8.count < buffer.count
    else {
      if !missing.contains(file) { missing.append(file) }
      return -1
    }
    for (index, byte) in passphrase.utf8.enumerated() { buffer[index] = CChar(bitPattern: byte) }
    buffer[passphrase.utf8.count] = 0
    return 0
  }

  private func fileAtHand() -> String? {
    if let current { return current }
    var text: UnsafeMutablePointer<CChar>?
    guard let session,
      ssh_userauth_publickey_auto_get_current_identity(session, &text) == SSH_OK, let text
    else { return nil }
    defer { ssh_string_free_char(text) }
    return String(cString: text)
  }
}
