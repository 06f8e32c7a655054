import Basics
import Glibc
import Posix

/// Reads files that others wrote, up to a size.
enum CappedFile {
  /// The bytes of a regular file; throws, as a sentence, where it is none, cannot be read, or is larger
  /// than `limit`, which is seen before anything is read.
  static func read(_ path: String, limit: Int) throws(ImportError) -> [UInt8] {
    do throws(PosixError) {
      // A pipe without a writer must not keep anybody waiting.
      let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK)
      let facts = file.status
      guard facts.st_mode & S_IFMT == S_IFREG else {
        throw PosixError(call: "open \(path)", EISDIR)
      }
      if Int(facts.st_size) <= limit {
        let bytes = try file.readAll(limit: limit)
        if bytes.count <= limit { return bytes }
      }
    } catch {
      let why =
        error.code == EISDIR
        ? "is no regular file" : "cannot be read: \(PosixError.words(error.code))"
      throw ImportError("\(printable(path)) \(why)")
    }
    throw ImportError("\(printable(path)) is larger than \(limit >> 20) MiB, the most that is read")
  }

  /// The first bytes of a regular file; none of anything else.
  static func start(of path: String, count: Int) -> [UInt8] {
    guard let file = try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK),
      file.status.st_mode & S_IFMT == S_IFREG
    else { return [] }
    return (try? file.read(at: 0, count: count)) ?? []
  }

  /// True for a folder that may be read; for a link to one only where links are followed.
  static func isFolder(_ path: String, followingLinks: Bool) -> Bool {
    let flags = O_RDONLY | O_DIRECTORY | (followingLinks ? 0 : O_NOFOLLOW)
    return (try? Descriptor(opening: path, flags)) != nil
  }
}
