package import Glibc

/// Why a folder is not used: the same words in the worker and in the script that a
/// host's shell runs (which gives its own variables for paths and names).
package struct FolderTrouble: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the path.
  package let description: String

  /// Creates a trouble in words.
  package init(_ description: String) {
    self.description = description
  }

  /// A call on a path failed, as `errno` says.
  package init(_ path: String, _ code: Int32) {
    let cause = code == ENOSPC && Self.lacksInodes(path) ? Self.noInodes : ""
    description = "\(path): \(String(cString: strerror(code)))\(cause)"
  }

  /// What is added where a disk has room, but for no more files.
  package static let noInodes = " (no inodes are left: it holds as many files as it can)"

  /// True when the disk of a path can hold no more files, however small. What is not there yet would
  /// come into the folder above.
  private static func lacksInodes(_ path: String) -> Bool {
    var path = path[...]
    var disk = statvfs()
    while statvfs(path.isEmpty ? "." : String(path), &disk) != 0 {
      guard errno == ENOENT, let slash = path.lastIndex(of: "/"), path.count > 1 else {
        return false
      }
      path = slash == path.startIndex ? "/" : path[..<slash]
    }
    return disk.f_files > 0 && disk.f_favail == 0
  }

  /// Another user owns it.
  package static func belongs(_ path: String, to owner: String) -> String {
    "\(path) belongs to \(owner): Quanta uses no other user's folder"
  }

  /// The way there is a link that another user made.
  package static func foreignLink(_ path: String, of owner: String) -> String {
    "\(path) is a link that belongs to \(owner): Quanta follows no other user's links"
  }

  /// The way there is a link to what is not there: nothing can be made at its other end.
  package static func dangling(_ path: String) -> String {
    "\(path) is a link that leads nowhere"
  }

  /// A link stands where a folder of Quanta's should.
  package static func link(_ path: String) -> String {
    "\(path) is a link where Quanta would have a folder of its own"
  }

  /// Others could put anything into it; `mode` as `ls -l` prints it.
  package static func writable(_ path: String, mode: String) -> String {
    "others may write to \(path) (\(mode))"
  }

  /// Something else has its name.
  package static func notFolder(_ path: String) -> String { "\(path) is not a folder" }

  /// Something that is no regular file has the name of one of Quanta's files.
  package static func notFile(_ path: String) -> String { "\(path) is not a regular file" }

  /// It was there before and holds what is not Quanta's.
  package static func unmarked(_ path: String) -> String {
    "\(path) was not made by Quanta (it has no \(WorkFolder.marker))"
  }

  /// A path in the home without a home.
  package static func noHome(_ folder: String) -> String {
    "HOME is empty there, so \(folder) has no place: name it by its whole path"
  }

  /// Programs cannot be started from it.
  package static func noexec(_ path: String) -> String {
    "\(path) does not let programs run (is it mounted noexec?)"
  }
}

/// A user as people know him: `kim (uid 1000)`.
///
/// It reads `/etc/passwd` itself: a static program has no way to ask the system's name services.
package func userText(_ number: uid_t) -> String {
  guard let file = fopen("/etc/passwd", "re") else { return "\(number) (uid \(number))" }
  defer { fclose(file) }
  var line: UnsafeMutablePointer<CChar>?
  var capacity = 0
  defer { free(line) }
  while getline(&line, &capacity, file) > 0, let line {
    let fields = String(cString: line).split(separator: ":", omittingEmptySubsequences: false)
    if fields.count > 2, fields[2] == String(number) { return "\(fields[0]) (uid \(number))" }
  }
  return "\(number) (uid \(number))"
}
