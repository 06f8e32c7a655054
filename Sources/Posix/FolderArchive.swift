import Basics
public import Glibc

/// A folder's files, links and modes as one run of bytes: the same folder is always the same bytes.
///
/// Each entry is its kind, its mode, the bytes of its path and of its content, and both; entries stand
/// in the order of their paths, a folder before what is in it.
public enum FolderArchive {
  /// Why a folder cannot be packed or unpacked.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it comes from.
    public enum Cause: Hashable, Sendable {
      /// It is more than the limit.
      case size
      /// A name or the target of a link is no text in UTF-8.
      case name
      /// The system: no space is left, say, or nothing may be written there.
      case system
      /// Anything else.
      case other
    }

    /// What happened, with the path.
    public let description: String
    /// What it comes from.
    public let cause: Cause

    /// Creates a problem in words.
    public init(_ description: String, _ cause: Cause = .other) {
      self.description = description
      self.cause = cause
    }

    init(_ path: String, _ code: Int32) {
      self.init("\(path): \(String(cString: strerror(code)))", .system)
    }
  }

  /// What an entry is.
  private enum Kind: UInt8 {
    case file = 1
    case link = 2
    case folder = 3
  }

  private static let head = Array("quanta-folder 1\n".utf8)

  /// The paths of all that lies in a folder, relative to it, in ascending order; links are not followed.
  /// Nil where there are more than `limit`. Names that are not UTF-8 are mended, which ``pack`` refuses.
  ///
  /// - Parameter left: names that are left out with all that lies in them.
  public static func paths(
    in folder: String, limit: Int = 200_000, leaving left: Set<String> = []
  ) -> [String]? {
    var found: [String] = []
    var waiting = [""]
    while let inner = waiting.popLast() {
      let prefix = inner.isEmpty ? "" : inner + "/"
      for name in Descriptor.names(in: inner.isEmpty ? folder : "\(folder)/\(inner)")
      where !left.contains(name) {
        guard found.count < limit else { return nil }
        found.append(prefix + name)
        if mode(of: "\(folder)/\(prefix)\(name)") == S_IFDIR { waiting.append(prefix + name) }
      }
    }
    return found.sorted()
  }

  /// The bytes of files and links in a folder together.
  public static func size(of paths: [String], in folder: String) -> Int {
    paths.reduce(0) { sum, path in
      var status = stat()
      guard lstat("\(folder)/\(path)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return sum
      }
      return sum + Int(status.st_size)
    }
  }

  /// What changes whenever a file, a link or a folder does.
  public static func stamp(_ path: String) -> [Int] {
    var status = stat()
    guard lstat(path, &status) == 0 else { return [] }
    let changed = [status.st_mtim, status.st_ctim].flatMap { [$0.tv_sec, $0.tv_nsec] }
    return changed + [Int(status.st_size), Int(status.st_ino)]
  }

  /// Has a file look as if it had been written in 1970: whoever writes to it later changes its
  /// ``stamp(_:)``, however soon.
  public static func age(_ path: String) {
    var times = [timespec(tv_sec: 0, tv_nsec: 1), timespec(tv_sec: 0, tv_nsec: 1)]
    utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Packs some paths of a folder, in ascending order. What is neither a file nor a link nor a folder is
  /// left out. Throws where a file cannot be read or has a name that is not UTF-8, or where it all is
  /// more than `limit` bytes.
  public static func pack(
    _ paths: [String], of folder: String, limit: Int
  ) throws(Problem) -> [UInt8] {
    var out = ByteWriter()
    out.write { $0 += head }
    var last: String?
    for path in paths {
      var status = stat()
      let place = "\(folder)/\(path)"
      let isFound = lstat(place, &status) == 0
      // A name that was mended is nobody's, or another one's that comes twice then.
      guard isFound || !path.unicodeScalars.contains("\u{FFFD}"), path != last else {
        throw Problem("the name \(printable(place)) is not UTF-8", .name)
      }
      guard isFound else { throw Problem(place, errno) }
      last = path
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        let room = limit - out.bytes.count
        write(.file, status.st_mode, path, try content(of: place, limit: room), to: &out)
      case S_IFLNK: write(.link, 0, path, Array(try target(of: place).utf8), to: &out)
      case S_IFDIR: write(.folder, status.st_mode, path, [], to: &out)
      default: continue
      }
      guard out.bytes.count <= limit else {
        throw Problem("\(folder) has more than \(limit) bytes", .size)
      }
    }
    return out.bytes
  }

  private static func write(
    _ kind: Kind, _ mode: mode_t, _ path: String, _ content: [UInt8], to out: inout ByteWriter
  ) {
    out.write(kind.rawValue)
    // Of the mode only what a person would notice: it may be run, it may be read by others.
    out.write(UInt32(mode & 0o755))
    out.write(UInt32(path.utf8.count))
    out.write(content.count)
    out.write { $0 += Array(path.utf8) }
    out.write { $0 += content }
  }

  private static func content(of path: String, limit: Int) throws(Problem) -> [UInt8] {
    do throws(PosixError) {
      let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      let bytes = try file.readAll(limit: max(0, limit))
      return bytes
    } catch {
      throw Problem(path, error.code)
    }
  }

  private static func target(of path: String) throws(Problem) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw Problem(path, errno) }
    let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
    guard let target = String(validating: bytes, as: UTF8.self) else {
      throw Problem("the link \(printable(path)) leads to a name that is not UTF-8", .name)
    }
    return target
  }

  /// Unpacks bytes into a folder that is there and empty. Nothing is written outside of it, whatever the
  /// bytes say.
  public static func unpack(_ bytes: [UInt8], into folder: String) throws(Problem) {
    var problem: Problem?
    do throws(ByteDamage) {
      var reader = ByteReader(bytes)
      guard Array(try reader.take(head.count)) == head else {
        throw reader.damage("these are no files of a folder")
      }
      while problem == nil, !reader.isAtEnd {
        guard let kind = Kind(rawValue: try reader.byte()) else {
          throw reader.damage("no kind of file")
        }
        let mode = mode_t(try reader.uint32() & 0o755)
        let length = Int(try reader.uint32())
        let count = try reader.integer()
        guard count >= 0 else { throw reader.damage("a size below 0") }
        let path = String(decoding: try reader.take(length), as: UTF8.self)
        let content = try reader.take(count)
        guard let names = names(of: path) else { throw reader.damage("the path \(path)") }
        problem = make(kind, mode, names, content, in: folder)
      }
    } catch {
      throw Problem("the packed folder is damaged: \(error)")
    }
    if let problem { throw problem }
  }

  private static func names(of path: String) -> [String]? {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isInside = names.allSatisfy { !["", ".", ".."].contains($0) && !$0.utf8.contains(0) }
    return isInside ? names : nil
  }

  /// Makes one entry; every folder on the way is opened without following a link.
  private static func make(
    _ kind: Kind, _ mode: mode_t, _ names: [String], _ content: ArraySlice<UInt8>,
    in folder: String
  ) -> Problem? {
    let path = "\(folder)/\(names.joined(separator: "/"))"
    do throws(PosixError) {
      var place = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
      for name in names.dropLast() {
        _ = mkdirat(place.number, name, 0o700)
        place = try Descriptor(
          opening: name, in: place.number, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, mode: 0)
      }
      let name = names[names.count - 1]
      switch kind {
      case .file:
        let file = try Descriptor(
          opening: name, in: place.number, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
          mode: mode | 0o600)
        try file.writeAll(Array(content))
      case .link:
        let target = String(decoding: content, as: UTF8.self)
        guard symlinkat(target, place.number, name) == 0 else { throw PosixError(call: "link") }
      case .folder:
        guard mkdirat(place.number, name, mode | 0o700) == 0 || errno == EEXIST else {
          throw PosixError(call: "mkdir")
        }
      }
      return nil
    } catch {
      return Problem(path, error.code)
    }
  }

  /// Removes a folder with all that is in it; links are removed, not followed, and nothing on another
  /// disk is touched. False where something stays.
  @discardableResult
  public static func remove(_ name: String, in folder: Int32 = AT_FDCWD) -> Bool {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return errno == ENOENT }
    return remove(Array(name.utf8CString), in: folder, on: status.st_dev)
  }

  /// - Parameter name: with its zero; its bytes need be no UTF-8.
  private static func remove(_ name: [CChar], in folder: Int32, on device: dev_t) -> Bool {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return errno == ENOENT }
    guard status.st_mode & S_IFMT == S_IFDIR else { return unlinkat(folder, name, 0) == 0 }
    guard status.st_dev == device else { return false }
    if status.st_mode & 0o700 != 0o700 { fchmodat(folder, name, 0o700, 0) }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
    let number = openat(folder, name, flags | O_CLOEXEC)
    if number >= 0 {
      let inner = Descriptor(number: number)
      for entry in inner.rawNames {
        _ = remove(entry.map { CChar(bitPattern: $0) } + [0], in: inner.number, on: device)
      }
    }
    return unlinkat(folder, name, 0x200) == 0
  }
}
