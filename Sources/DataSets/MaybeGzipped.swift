import CZlib
import Glibc

/// A file that is read from its beginning on, unpacked on the way if gzip has packed it.
///
/// Content is read in pieces: a header that promises more than there is costs no memory.
struct MaybeGzipped: ~Copyable {
  private static let pieceBytes = 1 << 20

  let path: String
  private let file: gzFile

  /// Opens a file.
  init(_ path: String) throws(DataSetError) {
    self.path = path
    errno = 0
    guard let file = gzopen(path, "re") else {
      throw DataSetError(
        "\(path) cannot be read: \(String(cString: strerror(errno)))",
        remedy: "check the path and its permissions")
    }
    self.file = file
    gzbuffer(file, 1 << 17)
  }

  deinit { gzclose_r(file) }

  /// The next `count` bytes, fewer at the end of the file.
  ///
  /// Throws when the disk fails, or when packed content is damaged or ends early.
  mutating func read(_ count: Int) throws(DataSetError) -> [UInt8] {
    var content: [UInt8] = []
    while content.count < count {
      let wanted = min(Self.pieceBytes, count - content.count)
      var found: Int32 = 0
      content += [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
        found = gzread(file, buffer.baseAddress, UInt32(wanted))
        filled = max(0, Int(found))
      }
      var code: Int32 = 0
      let reason = gzerror(file, &code).map { String(cString: $0) } ?? ""
      guard found >= 0, code == Z_OK || code == Z_STREAM_END else {
        throw DataSetError(
          "\(path) is damaged or truncated\(reason.dropFirst(path.count))",
          remedy: "download it again")
      }
      if found == 0 { break }
    }
    return content
  }
}
