package import Glibc
import Posix

/// The folder of Quanta's files on one host.
///
/// Quanta marks a folder that it makes, and uses none that was there before it, but `quanta` inside.
/// Only what came into a marked folder after its mark is ever removed.
package struct WorkFolder: Sendable {
  /// The name of the file that marks a folder as Quanta's.
  package static let marker = ".quanta-folder"
  /// The name of the folder that is made inside one that is not Quanta's.
  package static let innerName = "quanta"
  /// How the names of folders start in which `workers check` tries what a run will do.
  package static let probePrefix = ".quanta-probe-"
  /// What lies in it.
  package static let partNames = ["bin", "data", "sessions", "setups"]

  /// The folder itself.
  package let directory: Directory

  /// Enters a work folder that was found or made before; nil when there is nothing.
  package init?(entering path: String) throws(FolderTrouble) {
    guard case .folder(let folder) = try FolderWalk.find(path) else { return nil }
    try folder.requirePrivate()
    directory = folder
  }

  private init(_ directory: Directory) { self.directory = directory }

  /// Finds the work folder of a path that a user gave, or makes it, private to him, with its mark.
  package init(making path: String) throws(FolderTrouble) {
    for _ in 0..<3 {
      switch try FolderWalk.find(path) {
      case .missing(let parent, let names):
        guard let made = try WorkFolder.make(names, in: parent) else { continue }
        directory = made
      case .folder(let folder):
        directory = try WorkFolder.placed(in: folder)
      }
      return
    }
    throw FolderTrouble(path, EEXIST)
  }

  /// A folder of the work folder, such as `data`, which is made where it is missing.
  package func part(_ name: String) throws(FolderTrouble) -> Directory {
    try directory.folder(making: name)
  }

  /// When the folder was marked; nil when it is not, and nothing in it may be removed.
  package var markedAt: timespec? {
    guard let status = directory.status(of: WorkFolder.marker), status.isFile,
      status.st_uid == geteuid()
    else { return nil }
    return status.st_mtim
  }

  /// Removes the folder and its mark if nothing else is in it; false when it stays.
  package func remove() -> Bool {
    guard markedAt != nil, directory.names() == [WorkFolder.marker] else { return false }
    let above = openat(directory.number, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let name = String(directory.path.split(separator: "/").last ?? "")
    guard above >= 0, !name.isEmpty else { return false }
    let parent = Directory(number: above, path: "\(directory.path)/..")
    let own = directory.status
    guard let found = parent.status(of: name),
      (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)
    else { return false }
    directory.removeFile(WorkFolder.marker)
    if parent.removeFolder(name) { return true }
    _ = WorkFolder.mark(directory)
    return false
  }

  /// Makes folders one in another, 0700, and marks the last; nil when somebody else was faster.
  private static func make(
    _ names: [String], in parent: Directory
  ) throws(FolderTrouble) -> Directory? {
    var folder = parent
    for (index, name) in names.enumerated() {
      let path = folder.path == "/" ? "/\(name)" : "\(folder.path)/\(name)"
      guard mkdirat(folder.number, name, 0o700) == 0 else {
        if errno == EEXIST { return nil }
        throw FolderTrouble(path, errno)
      }
      guard let made = try folder.folder(name) else { return nil }
      if index == names.count - 1, !mark(made) {
        let code = errno
        folder.removeFolder(name)
        throw FolderTrouble(path, code)
      }
      folder = made
    }
    return folder
  }

  /// Marks a folder; its first line is a number that no other folder has.
  private static func mark(_ folder: Directory) -> Bool {
    do throws(PosixError) {
      let file = try Descriptor(
        opening: marker, in: folder.number, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      let number = String(UInt64.random(in: .min ... .max), radix: 16)
      try? file.writeAll(Array("\(number)\n".utf8))  // a full disk: the name alone marks it
      return true
    } catch {
      return error.code == EEXIST
    }
  }

  /// The work folder in one that exists: itself when it is Quanta's, else `quanta` inside.
  private static func placed(in folder: Directory) throws(FolderTrouble) -> Directory {
    let status = folder.status
    if !status.isSharedByRoot {
      guard status.st_uid == geteuid() || status.st_uid == 0 else {
        throw FolderTrouble(FolderTrouble.belongs(folder.path, to: userText(status.st_uid)))
      }
      guard !status.isWritableByOthers else {
        throw FolderTrouble(FolderTrouble.writable(folder.path, mode: status.modeText))
      }
      if status.st_uid == geteuid() {
        if try isFresh(folder) {  // somebody may be making it right now
          sleep(1)
        }
        if isQuantas(folder) { return folder }
      }
    }
    if let made = try make([innerName], in: folder) { return made }
    guard let inner = try folder.folder(innerName) else {
      throw FolderTrouble("\(folder.path)/\(innerName)", ENOENT)
    }
    guard isQuantas(inner) || inner.names().isEmpty && mark(inner) else {
      throw FolderTrouble(FolderTrouble.unmarked(inner.path))
    }
    return inner
  }

  private static func isFresh(_ folder: Directory) throws(FolderTrouble) -> Bool {
    folder.status.st_mode & 0o777 == 0o700 && folder.names().isEmpty
  }

  /// True when a folder is marked, or of an older Quanta's, which marked none; then it is marked
  /// now, if the disk takes it.
  private static func isQuantas(_ folder: Directory) -> Bool {
    if WorkFolder(folder).markedAt != nil { return true }
    guard isOlder(folder) else { return false }
    _ = mark(folder)
    return true
  }

  /// True when a folder holds what an older Quanta made, and nothing else beside it.
  private static func isOlder(_ folder: Directory) -> Bool {
    let names = folder.names().filter { !$0.hasPrefix(probePrefix) }
    guard names.allSatisfy(partNames.contains) else { return false }
    var isProven = names.contains("sessions")
    for name in names {
      guard let part = try? folder.folder(name) else { return false }
      for entry in part.names() {
        switch name {
        case "bin":
          guard isProgram(entry) else { return false }
          isProven = true
        case "sessions":
          guard entry.utf8.allSatisfy(isSessionByte), part.status(of: entry)?.isFolder == true
          else { return false }
        default: break
        }
      }
    }
    return isProven
  }

  private static func isProgram(_ name: String) -> Bool {
    let prefix = "quanta-worker-"
    let rest = name.dropFirst(prefix.count)
    return name.hasPrefix(prefix) && rest.utf8.count >= 64
      && rest.utf8.allSatisfy { isSessionByte($0) || $0 == UInt8(ascii: ".") }
  }

  private static func isSessionByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte)
  }
}
