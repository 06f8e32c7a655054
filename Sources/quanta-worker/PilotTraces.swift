import Glibc
import WorkFolder

/// What pilots leave in the folder of a session beside their parts: what they printed, how often they
/// began, mailboxes, and the scripts that they ran.
///
/// A pilot whose part is not over may live, and one that has no part yet may be about to make it: what
/// changed within a day stays.
struct PilotTraces {
  /// Something to be removed.
  struct Trace {
    let folder: Directory
    let name: String
    /// From the session's folder on.
    let path: String
  }

  /// How long something must have been left alone, seconds.
  private static let patience = 86_400

  /// Files, and the folders that hold nothing else, the inner ones first.
  private(set) var files: [Trace] = []
  private(set) var folders: [Trace] = []

  /// - Parameters:
  ///   - parts: Those of the session.
  ///   - isForAll: Scripts, too, which allocations may wait to run, though no pilot lives.
  init(of session: Directory, parts: [SessionPart], isForAll: Bool) {
    let pilots = parts.filter { $0.allocation != nil && !$0.isOver }
    let alive = Set(pilots.compactMap(\.allocation))
    for name in session.names() where isOld(name, in: session) {
      if let allocation = OwnName.allocation(ofFile: name) {
        // Who begins again counts its lives.
        let isCount = name.hasSuffix(".lives")
        guard !alive.contains(allocation), alive.isEmpty || !isCount else { continue }
      } else {
        guard OwnName.isPilotScript(name), alive.isEmpty,
          isForAll || isOld(name, in: session, for: Leftovers.patience)
        else { continue }
      }
      files.append(Trace(folder: session, name: name, path: name))
    }
    takeMail(of: session, alive: alive)
  }

  private mutating func takeMail(of session: Directory, alive: Set<String>) {
    guard let mail = (try? session.folder(MailRoom.name)) ?? nil else { return }
    let names = mail.names()
    var gone = 0
    for name in names where isOld(name, in: mail) {
      let allocation = String(name.prefix { $0 != "." })
      guard OwnName.isPilot(name), !alive.contains(allocation),
        let pilot = (try? mail.folder(name)) ?? nil, take(pilot, "\(MailRoom.name)/\(name)")
      else { continue }
      folders.append(Trace(folder: mail, name: name, path: "\(MailRoom.name)/\(name)"))
      gone += 1
    }
    guard gone == names.count else { return }
    folders.append(Trace(folder: session, name: MailRoom.name, path: MailRoom.name))
  }

  /// The mailboxes of a pilot; false where something else is there.
  private mutating func take(_ pilot: Directory, _ path: String) -> Bool {
    let names = pilot.names()
    var gone = 0
    for name in names where OwnName.isMailbox(name) {
      guard let box = (try? pilot.folder(name)) ?? nil else { continue }
      let letters = box.names()
      for letter in letters where OwnName.isLetter(letter) {
        files.append(Trace(folder: box, name: letter, path: "\(path)/\(name)/\(letter)"))
      }
      guard letters.allSatisfy(OwnName.isLetter) else { continue }
      folders.append(Trace(folder: pilot, name: name, path: "\(path)/\(name)"))
      gone += 1
    }
    return gone == names.count
  }

  private func isOld(_ name: String, in folder: Directory, for seconds: Int = patience) -> Bool {
    folder.status(of: name).map { $0.st_mtim.tv_sec < time(nil) - seconds } ?? false
  }
}
