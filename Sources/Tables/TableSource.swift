import CZlib
import Glibc
import Posix

/// The bytes of a file, of standard input or of a named pipe, unpacked if gzip has packed them.
enum TableSource {
  /// The most that a pipe may say and that packed content may unpack to, in bytes: 1 GiB.
  static let streamLimit = 1 << 30
  /// The most bytes of a file: fields are found by 32-bit places.
  static let fileLimit = Int(UInt32.max) - (1 << 20)

  /// Reads everything; `-` is standard input.
  ///
  /// - Throws: ``TableError`` for a file that cannot be read, is a folder, is too large, or is of a
  ///   kind that is not read (see ``FileKind``).
  static func read(_ path: String) throws(TableError) -> [UInt8] {
    let file: Descriptor
    do throws(PosixError) {
      file = path == "-" ? Descriptor(borrowing: STDIN_FILENO) : try Descriptor(opening: path)
    } catch {
      throw TableError(
        origin: path,
        message:
          "The file cannot be read: \(String(cString: strerror(error.code))). Does it exist, and "
          + "may you read it?")
    }
    let facts = file.status
    let kind = facts.st_mode & S_IFMT
    guard kind != S_IFDIR else {
      throw TableError(origin: path, message: "This is a folder. Name a file in it.")
    }
    let isFile = kind == S_IFREG
    guard !isFile || Int(facts.st_size) <= fileLimit else { throw tooLong(path, fileLimit) }
    let raw = try bytes(
      of: file, path, expected: isFile ? Int(facts.st_size) : 0,
      limit: isFile ? fileLimit : streamLimit)
    guard isPacked(raw) else { return raw }
    return try unpacked(raw, path)
  }

  private static func isPacked(_ raw: [UInt8]) -> Bool { raw.starts(with: [0x1F, 0x8B]) }

  /// Unpacks gzip, all members of it.
  static func unpacked(_ raw: [UInt8], _ path: String) throws(TableError) -> [UInt8] {
    var inflater = try Inflater(raw[...], format: .gzip, origin: path)
    var bytes: [UInt8] = []
    var isKnown = false
    while let piece = try inflater.next() {
      bytes += piece
      if !isKnown, bytes.count >= 64 {
        try FileKind.check(bytes, path)
        isKnown = true
      }
      guard bytes.count <= streamLimit else {
        throw TableError(
          origin: path,
          message: "It unpacks to more than 1 GiB, the most that is unpacked in memory. Unpack it "
            + "to a file if that is what you expect of it.")
      }
    }
    return bytes
  }

  private static func bytes(
    of file: Descriptor, _ path: String, expected: Int, limit: Int
  ) throws(TableError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expected + 1)
    var isKnown = false
    while true {
      let room = max(1 << 20, min(expected - bytes.count + 1, 1 << 26))
      let piece: [UInt8]
      do throws(PosixError) {
        piece = try file.readNext(room)
      } catch {
        throw TableError(
          origin: path, message: "Reading failed: \(String(cString: strerror(error.code))).")
      }
      if piece.isEmpty { return bytes }
      bytes += piece
      if !isKnown, bytes.count >= 64 {
        // What is packed is looked at once it is unpacked.
        if !isPacked(bytes) { try FileKind.check(bytes, path) }
        isKnown = true
      }
      guard bytes.count <= limit else { throw tooLong(path, limit) }
    }
  }

  private static func tooLong(_ path: String, _ limit: Int) -> TableError {
    TableError(
      origin: path,
      message: "It is longer than \(limit >> 30) GiB, the most that is read"
        + (limit == streamLimit ? " from a pipe. Save it to a file." : ". Take a part of its rows.")
    )
  }
}
