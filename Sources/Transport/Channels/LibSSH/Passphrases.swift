import Basics
import CLibSSH
import SweepModel
import Synchronization

/// The passphrases of encrypted keys, asked for once at the terminal and kept in memory while the
/// process lives, so that a link that broke at night comes back by itself.
final class Passphrases: Sendable {
  /// Those of this process.
  static let shared = Passphrases()
  private static let tries = 3
  /// By key file; an empty one means that the person gave up.
  private let known = Mutex<[String: String]>([:])

  /// The passphrase of a key file; nil when nobody gave it.
  func passphrase(_ file: String) -> String? {
    known.withLock { $0[file] }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Asks for a key's passphrase unless somebody has been asked; true when it is known then. The
  /// caller has its turn at the terminal.
  func ask(_ file: String) -> Bool {
    if let answer = known.withLock({ $0[file] }) { return !answer.isEmpty }
    var answer = ""
    for _ in 0..<Passphrases.tries {
      let text = Terminal.secret("Passphrase of the key \(printable(file)): ") ?? ""
      if text.isEmpty { break }
      guard opens(file, text) else { continue }
      answer = text
      break
    }
    known.withLock { $0[file] = answer }
    return !answer.isEmpty
  }

  private func opens(_ file: String, _ passphrase: String) -> Bool {
    var key: ssh_key?
    let code = ssh_pki_import_privkey_file(file, passphrase, nil, nil, &key)
    ssh_key_free(key)
    return code == SSH_OK
  }
}
