package import Glibc
import Posix

/// A folder that is this user's alone, held by its descriptor: what is opened, made or removed in
/// it is looked up there, whatever happens to the path meanwhile, and no link is followed.
///
/// Safe from any thread: it has no state but the descriptor.
package final class Directory: Sendable {
  /// The descriptor; closed with the last reference.
  package let number: Int32
  /// The path, for messages only.
  package let path: String

  /// Takes a descriptor.
  package init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// What the folder itself is.
  package var status: stat {
    var status = stat()
    fstat(number, &status)
    return status
  }

  /// What a name stands for, links not followed; nil when there is nothing.
  package func status(of name: String) -> stat? {
    var status = stat()
    return fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  /// Throws unless the folder is the user's and only he may write to it.
  package func requirePrivate() throws(FolderTrouble) {
    let status = status
    guard status.st_uid == geteuid() else {
      throw FolderTrouble(FolderTrouble.belongs(path, to: userText(status.st_uid)))
    }
    guard !status.isWritableByOthers else {
      throw FolderTrouble(FolderTrouble.writable(path, mode: status.modeText))
    }
  }

  /// The private folder of a name; nil when there is nothing.
  package func folder(_ name: String) throws(FolderTrouble) -> Directory? {
    let inner = path == "/" ? "/\(name)" : "\(path)/\(name)"
    let number = openat(self.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      guard let status = status(of: name) else { throw FolderTrouble(inner, code) }
      if status.isLink { throw FolderTrouble(FolderTrouble.link(inner)) }
      if !status.isFolder { throw FolderTrouble(FolderTrouble.notFolder(inner)) }
      if status.st_uid != geteuid() {
        throw FolderTrouble(FolderTrouble.belongs(inner, to: userText(status.st_uid)))
      }
      throw FolderTrouble(inner, code)
    }
    let folder = Directory(number: number, path: inner)
    try folder.requirePrivate()
    return folder
  }

  /// The same; makes it, 0700, where there is nothing.
  package func folder(making name: String) throws(FolderTrouble) -> Directory {
    for _ in 0..<3 {
      if let folder = try folder(name) { return folder }
      if mkdirat(number, name, 0o700) != 0, errno != EEXIST {
        throw FolderTrouble("\(path)/\(name)", errno)
      }
    }
    throw FolderTrouble("\(path)/\(name)", ENOENT)
  }

  /// Opens a regular file of the user's; nil when there is nothing. `flags` as of open(2); nothing
  /// waits for the other end of a FIFO.
  package func open(_ name: String, _ flags: Int32, mode: mode_t = 0o600) throws(FolderTrouble)
    -> Int32?
  {
    let always = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let file = openat(number, name, flags | always, mode)
    guard file >= 0 else {
      let code = errno
      if code == ENOENT, flags & O_CREAT == 0 { return nil }
      if code == ELOOP || code == ENXIO {
        throw FolderTrouble(FolderTrouble.notFile("\(path)/\(name)"))
      }
      throw FolderTrouble("\(path)/\(name)", code)
    }
    var status = stat()
    guard fstat(file, &status) == 0, status.isFile, status.st_uid == geteuid() else {
      close(file)
      throw FolderTrouble(FolderTrouble.notFile("\(path)/\(name)"))
    }
    return file
  }

  /// The names in the folder, sorted.
  package func names() -> [String] { Descriptor(borrowing: number).names }

  /// Removes a regular file of the user's; leaves anything else.
  package func removeFile(_ name: String) {
    guard let status = status(of: name), status.isFile, status.st_uid == geteuid() else { return }
    unlinkat(number, name, 0)
  }

  /// Removes a folder that is empty; leaves anything else.
  @discardableResult
  package func removeFolder(_ name: String) -> Bool {
    // AT_REMOVEDIR, which leaves links alone.
    unlinkat(number, name, 0x200) == 0
  }
}

extension stat {
  /// True for a regular file.
  package var isFile: Bool { st_mode & S_IFMT == S_IFREG }
  /// True for a folder.
  package var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
  /// True for a symbolic link.
  package var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
  /// True for a socket.
  package var isSocket: Bool { st_mode & S_IFMT == S_IFSOCK }
  /// True when the group or everybody may write.
  package var isWritableByOthers: Bool { st_mode & 0o022 != 0 }
  /// True for a folder like `/tmp`: root's, in which nobody can touch what is another's.
  package var isSharedByRoot: Bool { st_uid == 0 && st_mode & 0o1000 != 0 }

  /// The mode of a folder as `ls -l` prints it.
  package var modeText: String {
    var text = Array("drwxrwxrwx".utf8)
    for bit in 0..<9 where st_mode & (0o400 >> mode_t(bit)) == 0 { text[bit + 1] = 0x2D }
    for (special, place, letter) in [(0o4000, 3, "s"), (0o2000, 6, "s"), (0o1000, 9, "t")]
    where st_mode & mode_t(special) != 0 {
      let isExecutable = text[place] != 0x2D
      text[place] = Array((isExecutable ? letter : letter.uppercased()).utf8)[0]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
