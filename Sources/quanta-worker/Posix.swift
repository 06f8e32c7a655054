import Glibc
import WorkFolder

/// A system call that failed, or a situation that its caller cannot mend.
struct PosixError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A failed call, explained by `errno`.
  init(call: String, _ code: Int32 = errno) {
    let limit = code == EFBIG ? ProcessLimits.fileWords : ""
    description = "\(call): \(String(cString: strerror(code)))\(limit)"
  }
}

/// Writes a line to standard error.
func complain(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
}

/// Seconds on the monotonic clock.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// An owned file descriptor's operations; every one retries on EINTR.
struct Descriptor {
  let number: Int32

  /// Reads what is there, up to 64 KiB: nil when nothing is there yet, empty at the end.
  func readSome() throws(PosixError) -> [UInt8]? {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      repeat { count = read(number, buffer.baseAddress, buffer.count) } while interrupted(count)
      if count < 0 {
        failure = errno
        count = 0
      }
    }
    switch failure {
    case 0: return bytes
    case EAGAIN, EWOULDBLOCK: return nil
    case ECONNRESET, EIO: return []
    default: throw PosixError(call: "read", failure)
    }
  }

  /// Writes as much as goes now; the number of bytes taken.
  func writeSome(_ bytes: ArraySlice<UInt8>) throws(PosixError) -> Int {
    var count = 0
    repeat {
      count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    } while interrupted(count)
    if count >= 0 { return count }
    if errno == EAGAIN || errno == EWOULDBLOCK { return 0 }
    throw PosixError(call: "write")
  }

  /// Writes everything, waiting as long as it takes.
  func writeAll(_ bytes: [UInt8]) throws(PosixError) {
    var position = 0
    while position < bytes.count {
      let count = try writeSome(bytes[position...])
      position += count
      if count == 0 { wait(for: Int16(POLLOUT)) }
    }
  }

  /// Something waits to be read, the end of the stream included.
  var isReadable: Bool {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  func makeNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

  func close() { _ = Glibc.close(number) }

  private func wait(for events: Int16) {
    var descriptor = pollfd(fd: number, events: events, revents: 0)
    _ = poll(&descriptor, 1, -1)
  }

  private func interrupted(_ count: Int) -> Bool { count < 0 && errno == EINTR }
}

/// A pipe, both ends closed on exec.
func makePipe() throws(PosixError) -> (reading: Descriptor, writing: Descriptor) {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { throw PosixError(call: "pipe") }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (Descriptor(number: ends[0]), Descriptor(number: ends[1]))
}

/// Reads a whole regular file; nil when it does not exist.
func readFile(
  _ name: String, in folder: Directory, saysInUse: Bool = false
) throws(PosixError) -> [UInt8]? {
  let number: Int32?
  do {
    number = try folder.open(name, O_RDONLY)
  } catch {
    throw PosixError("\(error)")
  }
  guard let number else { return nil }
  if saysInUse { futimens(number, nil) }
  return try readAll(Descriptor(number: number))
}

/// Reads a whole file of the system's, such as those of `/proc`; nil when it does not exist.
func readFile(_ path: String) throws(PosixError) -> [UInt8]? {
  let number = open(path, O_RDONLY | O_CLOEXEC)
  guard number >= 0 else {
    if errno == ENOENT { return nil }
    throw PosixError(call: "open \(path)")
  }
  return try readAll(Descriptor(number: number))
}

private func readAll(_ file: Descriptor) throws(PosixError) -> [UInt8] {
  defer { file.close() }
  var content: [UInt8] = []
  while let bytes = try file.readSome(), !bytes.isEmpty { content += bytes }
  return content
}

/// Writes a file so that after a crash it holds either the old or the new content, whole.
func writeFileAtomically(
  _ name: String, in folder: Directory, _ bytes: [UInt8]
) throws(PosixError) {
  let temporary = name + ".part"
  folder.removeFile(temporary)
  do {
    guard folder.status(of: name)?.isFile ?? true else {
      throw FolderTrouble(FolderTrouble.notFile(name))
    }
    guard let number = try folder.open(temporary, O_WRONLY | O_CREAT | O_EXCL) else { return }
    let file = Descriptor(number: number)
    defer { file.close() }
    try file.writeAll(bytes)
    guard fsync(number) == 0 else { throw PosixError(call: "fsync \(temporary)") }
    guard renameat(folder.number, temporary, folder.number, name) == 0 else {
      throw PosixError(call: "rename \(temporary)")
    }
  } catch {
    folder.removeFile(temporary)
    throw PosixError("\(folder.path): \(error)")
  }
  fsync(folder.number)
}
