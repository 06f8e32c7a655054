import Glibc

/// Follows an absolute path folder by folder, each held by its descriptor.
///
/// Links are followed only if root or the user made them: another's link could lead anywhere.
package enum FolderWalk {
  /// Where a path leads.
  package enum Place {
    /// It is there.
    case folder(Directory)
    /// The last folder that is there, and the names that are missing in it.
    case missing(Directory, [String])
  }

  /// O_PATH of <fcntl.h>, which Glibc's module hides behind _GNU_SOURCE: a folder that may be
  /// passed through but not listed.
  private static let passing: Int32 = 0o10000000
  /// As many links as Linux follows.
  private static let linkLimit = 40

  /// Finds a path.
  package static func find(_ path: String) throws(FolderTrouble) -> Place {
    guard path.hasPrefix("/") else { throw FolderTrouble("\(path) is no whole path") }
    var waiting = components(path)
    var folder = try root()
    var links = 0
    while let name = waiting.popLast() {
      if name == "." { continue }
      let inner = folder.path == "/" ? "/\(name)" : "\(folder.path)/\(name)"
      guard let status = folder.status(of: name) else {
        guard errno == ENOENT else { throw FolderTrouble(inner, errno) }
        return .missing(folder, [name] + waiting.reversed())
      }
      if status.isLink {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
          throw FolderTrouble(FolderTrouble.foreignLink(inner, of: userText(status.st_uid)))
        }
        guard faccessat(folder.number, name, F_OK, 0) == 0 || errno != ENOENT else {
          throw FolderTrouble(FolderTrouble.dangling(inner))
        }
        links += 1
        guard links <= linkLimit else { throw FolderTrouble(inner, ELOOP) }
        let target = try readLink(name, in: folder, inner)
        if target.hasPrefix("/") { folder = try root() }
        waiting += components(target)
        continue
      }
      guard status.isFolder else { throw FolderTrouble(FolderTrouble.notFolder(inner)) }
      folder = try open(name, in: folder, name == ".." ? folder.path + "/.." : inner)
    }
    return .folder(try listable(folder))
  }

  /// The components, the first one last.
  private static func components(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).reversed()
  }

  private static func root() throws(FolderTrouble) -> Directory {
    let number = Glibc.open("/", passing | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw FolderTrouble("/", errno) }
    return Directory(number: number, path: "/")
  }

  private static func open(
    _ name: String, in folder: Directory, _ path: String
  ) throws(FolderTrouble) -> Directory {
    let number = openat(folder.number, name, passing | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { throw FolderTrouble(path, errno) }
    return Directory(number: number, path: path)
  }

  /// The same folder by a descriptor that can list it, where that is allowed.
  private static func listable(_ folder: Directory) throws(FolderTrouble) -> Directory {
    let number = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return number < 0 ? folder : Directory(number: number, path: folder.path)
  }

  private static func readLink(
    _ name: String, in folder: Directory, _ path: String
  ) throws(FolderTrouble) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(folder.number, name, &buffer, buffer.count)
    guard count > 0 else { throw FolderTrouble(path, errno) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
