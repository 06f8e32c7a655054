import Glibc
import SweepModel

/// Reads a small text file, and says precisely why it cannot.
enum TextFile {
  /// Files above this many bytes are refused: a sweep file is written by hand.
  static let maximumBytes = 4 << 20

  /// The file's text, without a byte-order mark. Throws when it is missing, unreadable, a folder,
  /// too large or not UTF-8. Pipes (`/dev/stdin`, `<(…)`) are read to their end.
  /// `missing` is the remedy when there is no such file.
  static func read(_ path: String, missing: String? = nil) throws(FileError) -> String {
    try decode(bytes(of: path, missing: missing), file: path)
  }

  /// Decodes UTF-8 bytes; an error names the place of the first byte that is not.
  static func decode(_ bytes: [UInt8], file: String) throws(FileError) -> String {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw FileError(file: file, message: "the text is UTF-16", remedy: "save it as UTF-8")
    }
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    do throws(UTF8Text.Damage) {
      return try UTF8Text.decode(content)
    } catch {
      throw FileError(
        file: file, line: error.line, column: error.column, message: "the text is not UTF-8",
        remedy: "save it as UTF-8; is it a text file at all?")
    }
  }

  private static func bytes(of path: String, missing: String?) throws(FileError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(file: path, message: "not a file name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno, missing) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, errno, missing) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: buffer.prefix(count))
      guard bytes.count <= maximumBytes else {
        let limit = "\(maximumBytes >> 20) MiB"
        throw FileError(file: path, message: "larger than \(limit); is it the right file?")
      }
    }
  }

  private static func failure(_ path: String, _ code: Int32, _ missing: String?) -> FileError {
    switch code {
    case ENOENT: FileError(file: path, message: "no such file", remedy: missing)
    case EACCES: FileError(file: path, message: "permission denied")
    case EISDIR: FileError(file: path, message: "is a folder, not a file")
    default: FileError(file: path, message: String(cString: strerror(code)))
    }
  }
}

extension Place {
  /// Moves past a scalar, counting lines as YAML does.
  mutating func advance(over scalar: Unicode.Scalar) {
    if scalar == "\n" {
      line = (line ?? 0) + 1
      column = 1
    } else {
      column = (column ?? 0) + 1
    }
  }
}
