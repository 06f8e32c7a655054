import Basics
import Glibc
import Posix

/// A small file that is written anew each time, such as JSON, looked at again and again.
struct WholeFile: Sendable {
  /// What a look finds.
  enum Look {
    /// Nothing, or what was there at the last look.
    case nothing
    /// Another content.
    case content([UInt8])
    /// More bytes than are read.
    case tooLarge
    /// Something else than a file that can be read, in words that go on after its name.
    case refused(String)
  }

  let path: String
  private let limit: Int
  private var seen: [Int] = []

  init(_ path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  /// The content, if it is another one than at the last look.
  mutating func look() -> Look {
    let file: Descriptor
    do throws(PosixError) {
      guard let found = try RegularFile.open(path) else { return .nothing }
      file = found
    } catch {
      return .refused("\(error)")
    }
    let status = file.status
    let stamp = [
      Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino),
      Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
    ]
    guard stamp != seen else { return .nothing }
    seen = stamp
    guard status.st_size <= limit else { return .tooLarge }
    guard let bytes = try? file.read(at: 0, count: Int(status.st_size)) else { return .nothing }
    return .content(bytes)
  }

  /// Has the next look find the content, whether or not it has changed.
  mutating func lookAgain() { seen = [] }
}

/// A JSON file that is written anew each time. Half a text is left for the next look.
struct WholeJSON: Sendable {
  private var file: WholeFile
  /// What is wrong with the content; nil where it is whole or not there.
  private(set) var problem: String?
  /// Whether a content was ever found.
  private(set) var exists = false

  init(_ path: String, limit: Int = 1 << 26) { file = WholeFile(path, limit: limit) }

  var path: String { file.path }

  /// The value, if it is whole and another one than at the last look.
  mutating func look() -> JSON? {
    let name = String(path.split(separator: "/").last ?? "")
    switch file.look() {
    case .nothing: return nil
    case .tooLarge:
      exists = true
      problem = "\(name) is larger than what is read of such a file."
      return nil
    case .refused(let words):
      exists = true
      problem = "\(name) \(words)."
      return nil
    case .content(let bytes):
      exists = true
      do throws(JSONDamage) {
        let value = try JSON(bytes, limit: 1 << 22)
        problem = nil
        return value
      } catch {
        let isCut = error.offset >= bytes.count - 1 || error.message.contains("never closes")
        problem =
          isCut
          ? "\(name) ends in the middle, at byte \(bytes.count)."
          : "\(name) is no JSON at byte \(error.offset): \(error.message)"
        return nil
      }
    }
  }
}
