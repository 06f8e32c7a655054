import CZlib

/// Unpacks DEFLATE piece by piece, so that what a header promises costs no memory.
struct Inflater: ~Copyable {
  /// What stands around the packed bytes.
  enum Format: Int32 {
    /// A gzip header and checksum; several may follow each other.
    case gzip = 31
    /// Nothing, as in a zip archive.
    case raw = -15
  }

  private static let pieceBytes = 1 << 20

  /// zlib remembers where its state lies, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let source: [UInt8]
  private var position: Int
  private let format: Format
  private let origin: String
  private var isAtEnd = false

  init(_ source: ArraySlice<UInt8>, format: Format, origin: String) throws(TableError) {
    self.source = Array(source)
    self.position = 0
    self.stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    self.format = format
    self.origin = origin
    guard
      inflateInit2_(
        stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw TableError(origin: origin, message: "zlib has no memory. Free some.") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next piece; nil at the end.
  ///
  /// - Throws: ``TableError`` where the content is damaged or ends early.
  mutating func next() throws(TableError) -> [UInt8]? {
    if isAtEnd { return nil }
    var code = Z_OK
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    let before = position
    let filled = source.withUnsafeBufferPointer { input in
      piece.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress.map { $0 + position })
        stream.pointee.avail_in = UInt32(min(source.count - position, 1 << 30))
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let offered = Int(stream.pointee.avail_in)
        code = inflate(stream, Z_NO_FLUSH)
        position += offered - Int(stream.pointee.avail_in)
        return output.count - Int(stream.pointee.avail_out)
      }
    }
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR,
      filled > 0 || position > before || code == Z_STREAM_END
    else {
      throw TableError(
        origin: origin, message: "The packed content is damaged or ends early. Download it again.")
    }
    if code == Z_STREAM_END { try goOn() }
    piece.removeLast(piece.count - filled)
    return piece
  }

  /// Begins the next member, if there is one; zeros behind the last one are padding.
  private mutating func goOn() throws(TableError) {
    let rest = source[position...]
    guard format == .gzip, rest.starts(with: [0x1F, 0x8B]) else {
      isAtEnd = true
      return
    }
    guard inflateReset(stream) == Z_OK else {
      throw TableError(origin: origin, message: "The packed content is damaged.")
    }
  }
}
