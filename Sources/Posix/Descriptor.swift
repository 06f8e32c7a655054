public import Glibc
import Synchronization

/// A file descriptor that is closed with its last reference, and closed on exec.
///
/// Calls that a signal interrupts are made again. Safe from any thread, but for ``close()``: nobody may
/// use the number after it.
public final class Descriptor: Sendable {
  /// Standard output.
  public static let standardOutput = Descriptor(borrowing: 1)
  /// Standard error.
  public static let standardError = Descriptor(borrowing: 2)

  /// What the kernel calls it.
  public let number: Int32
  private let isOurs: Atomic<Bool>

  /// Takes a descriptor over.
  public init(number: Int32) {
    self.number = number
    isOurs = Atomic(true)
  }

  /// Uses a descriptor that stays another's, such as standard input.
  public init(borrowing number: Int32) {
    self.number = number
    isOurs = Atomic(false)
  }

  /// Opens a file; `flags` and `mode` as of open(2).
  public convenience init(
    opening path: String, _ flags: Int32 = O_RDONLY, mode: mode_t = 0o644
  ) throws(PosixError) {
    try self.init(opening: path, in: AT_FDCWD, flags, mode: mode)
  }

  /// Opens a file in a folder.
  public init(
    opening path: String, in folder: Int32, _ flags: Int32, mode: mode_t
  ) throws(PosixError) {
    var number: Int32 = -1
    repeat {
      number = openat(folder, path, flags | O_CLOEXEC, mode)
    } while number < 0 && errno == EINTR
    guard number >= 0 else { throw PosixError(call: "open \(path)") }
    self.number = number
    isOurs = Atomic(true)
  }

  deinit { close() }

  /// Closes it now; once.
  public func close() {
    if isOurs.exchange(false, ordering: .relaxed) { _ = Glibc.close(number) }
  }

  /// Gives it away: whoever took the number closes it.
  public func release() -> Int32 {
    isOurs.store(false, ordering: .relaxed)
    return number
  }

  /// What it leads to.
  public var status: stat {
    var status = stat()
    fstat(number, &status)
    return status
  }

  /// Reads what is there, up to `limit` bytes: nil when nothing is there yet, empty at the end.
  public func readSome(_ limit: Int = 1 << 16) throws(PosixError) -> [UInt8]? {
    try filled(limit) { Glibc.read(number, $0.baseAddress, limit) }
  }

  /// Reads up to `limit` bytes, waiting until there are any; empty at the end.
  public func readNext(_ limit: Int = 1 << 16) throws(PosixError) -> [UInt8] {
    while true {
      if let bytes = try readSome(limit) { return bytes }
      wait(for: POLLIN)
    }
  }

  /// Everything up to the end; of what is longer than `limit`, one byte more than that.
  public func readAll(limit: Int = .max) throws(PosixError) -> [UInt8] {
    var content: [UInt8] = []
    while content.count <= limit {
      let room = min(1 << 16, limit - content.count)
      let bytes = try readNext(max(1, room))
      if bytes.isEmpty { break }
      content += bytes
    }
    return content
  }

  /// Up to `count` bytes from a place in a file; fewer only at its end.
  public func read(at offset: Int, count: Int) throws(PosixError) -> [UInt8] {
    var content: [UInt8] = []
    while content.count < count {
      let place = offset + content.count
      let rest = count - content.count
      let bytes = try filled(rest) { pread(number, $0.baseAddress, rest, place) } ?? []
      if bytes.isEmpty { break }
      content = content.isEmpty ? bytes : content + bytes
    }
    return content
  }

  private func filled(
    _ count: Int, _ read: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) throws(PosixError) -> [UInt8]? {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, count in
      repeat { count = read(buffer) } while count < 0 && errno == EINTR
      if count < 0 {
        failure = errno
        count = 0
      }
    }
    switch failure {
    case 0: return bytes
    case EAGAIN: return nil
    // The other end of a stream is gone: that is its end.
    case ECONNRESET, EIO:
      if status.st_mode & S_IFMT != S_IFREG { return [] }
      fallthrough
    default: throw PosixError(call: "read", failure)
    }
  }

  /// Writes as much as goes now; the number of bytes taken.
  public func writeSome(_ bytes: ArraySlice<UInt8>) throws(PosixError) -> Int {
    var count = 0
    repeat {
      count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    if count >= 0 { return count }
    if errno == EAGAIN { return 0 }
    throw PosixError(call: "write")
  }

  /// Writes everything, waiting as long as it takes.
  public func writeAll(_ bytes: [UInt8]) throws(PosixError) {
    var position = 0
    while position < bytes.count {
      let count = try writeSome(bytes[position...])
      position += count
      if count == 0 { wait(for: POLLOUT) }
    }
  }

  private func wait(for events: Int32) {
    var entry = pollfd(fd: number, events: Int16(events), revents: 0)
    _ = poll(&entry, 1, -1)
  }

  /// Returns when what was written is on the disk.
  public func synchronize() throws(PosixError) {
    guard fsync(number) == 0 else { throw PosixError(call: "fsync") }
  }

  /// The names in a folder, sorted; none where it cannot be read.
  public var names: [String] { rawNames.map { String(decoding: $0, as: UTF8.self) }.sorted() }

  /// The names in a folder as they are, UTF-8 or not; none where it cannot be read.
  var rawNames: [[UInt8]] {
    let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        Array(bytes.prefix { $0 != 0 })
      }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names
  }

  /// The names in the folder of a path, as ``names``.
  public static func names(in folder: String) -> [String] {
    (try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY))?.names ?? []
  }

  /// Something waits to be read, the end of the stream included.
  public var isReadable: Bool {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// Has reads and writes return at once.
  public func makeNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }
}
