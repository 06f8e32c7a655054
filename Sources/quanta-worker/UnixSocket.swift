import Glibc
import WorkFolder

/// Unix-domain stream sockets by a name relative to the current folder.
enum UnixSocket {
  /// Connects; nil when nobody listens.
  static func connect(_ name: String) throws(PosixError) -> Descriptor? {
    let number = try make()
    let code = withAddress(name) { Glibc.connect(number, $0, $1) }
    if code == 0 { return Descriptor(number: number) }
    let failure = errno
    close(number)
    if failure == ENOENT || failure == ECONNREFUSED { return nil }
    throw PosixError(call: "connect to \(name)", failure)
  }

  /// Listens in place of whoever left the name behind; the caller holds the session's lock.
  static func listen(_ name: String) throws(PosixError) -> Descriptor {
    var status = stat()
    if lstat(name, &status) == 0 {
      guard status.isSocket else { throw PosixError("\(name) is in the way: it is no socket") }
      unlink(name)
    }
    let number = try make()
    guard withAddress(name, { bind(number, $0, $1) }) == 0, Glibc.listen(number, 8) == 0 else {
      throw PosixError(call: "listen on \(name)")
    }
    let listener = Descriptor(number: number)
    listener.makeNonBlocking()
    return listener
  }

  /// Takes the next connection, non-blocking; nil when there is none.
  static func accept(_ listener: Descriptor) -> Descriptor? {
    let number = Glibc.accept(listener.number, nil, nil)
    guard number >= 0 else { return nil }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    let connection = Descriptor(number: number)
    connection.makeNonBlocking()
    return connection
  }

  /// Two connected ends, both closed on exec.
  static func pair() throws(PosixError) -> (Descriptor, Descriptor) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw PosixError(call: "socketpair") }
    return (Descriptor(number: ends[0]), Descriptor(number: ends[1]))
  }

  private static func make() throws(PosixError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = socket(AF_UNIX, kind, 0)
    guard number >= 0 else { throw PosixError(call: "socket") }
    return number
  }

  private static func withAddress(
    _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: name.utf8.prefix(path.count - 1))
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
