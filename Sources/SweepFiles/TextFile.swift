import Basics
import Glibc
import Posix
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

  /// The path, or where nothing is there, the one that ends in `.yaml` instead of `.yml`, or `.yml`
  /// instead of `.yaml`, if that is there.
  static func withEitherEnding(_ path: String) -> String {
    guard access(path, F_OK) != 0 else { return path }
    for (ending, other) in [(".yml", ".yaml"), (".yaml", ".yml")] where path.hasSuffix(ending) {
      let twin = path.dropLast(ending.count) + other
      if access(String(twin), F_OK) == 0 { return String(twin) }
    }
    return path
  }

  /// The file of such a path, or of one with the other ending; nil where there is none or a folder.
  static func existing(_ path: String) -> String? {
    let path = withEitherEnding(path)
    var information = stat()
    guard stat(path, &information) == 0, information.st_mode & S_IFMT != S_IFDIR else { return nil }
    return path
  }

  /// The remedy for a file that is not there: a YAML file of its folder with nearly its name; nil
  /// when there is none.
  static func nearest(to path: String) -> String? {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[$0...].dropFirst()) } ?? path
    guard !path.utf8.contains(0) else { return nil }
    let names = Descriptor.names(in: folder.isEmpty ? "." : folder).filter {
      $0.hasSuffix(".yaml") || $0.hasSuffix(".yml")
    }
    return NearestWord.of(name, in: names).map { "did you mean \"\(folder + $0)\"?" }
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
        remedy: isLatin1(content)
          ? "it looks like Latin-1: `iconv -f latin1 -t utf-8 OLD > NEW` converts it"
          : "save it as UTF-8; is it a text file at all?")
    }
  }

  /// True for what an editor of Windows or of old would write: no control characters, and few of
  /// the bytes above ASCII, none of which is one in Latin-1 or Windows-1252.
  private static func isLatin1(_ bytes: [UInt8]) -> Bool {
    let controls = bytes.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 == 0x7F }
    return !controls && 5 * bytes.count(where: { $0 >= 0x80 }) <= bytes.count + 5
  }

  private static func bytes(of path: String, missing: String?) throws(FileError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(file: path, message: "not a file name")
    }
    let bytes: [UInt8]
    do throws(PosixError) {
      bytes = try Descriptor(opening: path).readAll(limit: maximumBytes)
    } catch {
      throw failure(path, error.code, missing)
    }
    guard bytes.count <= maximumBytes else {
      let limit = "\(maximumBytes >> 20) MiB"
      throw FileError(file: path, message: "larger than \(limit); is it the right file?")
    }
    return bytes
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
