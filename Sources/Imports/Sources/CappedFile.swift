import Basics
import Glibc
import Posix

/// Reads files that others wrote, up to a size.
enum CappedFile {
  /// The bytes of a regular file; throws, as a sentence, where it is none, cannot be read, or is larger
  /// than `limit`, which is seen before anything is read.
  static func read(_ path: String, limit: Int) throws(ImportError) -> [UInt8] {
    do throws(PosixError) {
      guard let file = try RegularFile.open(path) else { throw PosixError("is not there") }
      if Int(file.status.st_size) <= limit {
        let bytes = try file.readAll(limit: limit)
        if bytes.count <= limit { return bytes }
      }
    } catch {
      throw ImportError("\(printable(path)) \(error)")
    }
    throw ImportError("\(printable(path)) is larger than \(limit >> 20) MiB, the most that is read")
  }

  /// Throws for what is neither a file nor a folder, such as a pipe: it is read more than once.
  static func check(_ path: String) throws(ImportError) {
    do throws(PosixError) {
      if !Descriptor.isFolder(path) { _ = try RegularFile.open(path) }
    } catch {
      throw ImportError(
        "\(printable(path)) \(error)", remedy: "name a file or folder that holds runs")
    }
  }

  /// The first bytes of a regular file; none of anything else.
  static func start(of path: String, count: Int) -> [UInt8] {
    guard let file = (try? RegularFile.open(path)) ?? nil else { return [] }
    return (try? file.read(at: 0, count: count)) ?? []
  }

  /// True of a file whose last line has no end.
  static func endsOpen(_ path: String) -> Bool {
    guard let file = (try? RegularFile.open(path)) ?? nil else { return false }
    let size = Int(file.status.st_size)
    return size > 0
      && (try? file.read(at: size - 1, count: 1)).map { ![[0x0A], [0x0D]].contains($0) } ?? false
  }

  /// True for a folder that may be read; for a link to one only where links are followed.
  static func isFolder(_ path: String, followingLinks: Bool) -> Bool {
    let flags = O_RDONLY | O_DIRECTORY | (followingLinks ? 0 : O_NOFOLLOW)
    return (try? Descriptor(opening: path, flags)) != nil
  }
}
