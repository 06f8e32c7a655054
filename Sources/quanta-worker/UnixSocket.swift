import Glibc
import Posix
import WorkFolder

/// Unix-domain stream sockets by a name relative to the current folder.
enum UnixSocket {
  /// Connects; nil when nobody listens.
  static func connect(_ name: String) throws(PosixError) -> Descriptor? {
    let socket = try make()
    if withAddress(name, { Glibc.connect(socket.number, $0, $1) }) == 0 { return socket }
    let failure = errno
    if failure == ENOENT || failure == ECONNREFUSED { return nil }
    throw PosixError(call: "connect to \(name)", failure)
  }

  /// The process that listens at the other end of a connection; nil where that is not known.
  static func listener(of connection: Descriptor) -> pid_t? {
    // What SO_PEERCRED gives: process, user and group.
    var credentials: [Int32] = [0, 0, 0]
    var size = socklen_t(MemoryLayout<Int32>.size * credentials.count)
    guard getsockopt(connection.number, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0,
      credentials[0] > 1
    else { return nil }
    return credentials[0]
  }

  /// Listens in place of whoever left the name behind; the caller holds the session's lock.
  static func listen(_ name: String) throws(PosixError) -> Descriptor {
    var status = stat()
    if lstat(name, &status) == 0 {
      guard status.isSocket else { throw PosixError("\(name) is in the way: it is no socket") }
      unlink(name)
    }
    let listener = try make()
    guard withAddress(name, { bind(listener.number, $0, $1) }) == 0,
      Glibc.listen(listener.number, 8) == 0
    else { throw PosixError(call: "listen on \(name)") }
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

  private static func make() throws(PosixError) -> Descriptor {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = socket(AF_UNIX, kind, 0)
    guard number >= 0 else { throw PosixError(call: "socket") }
    return Descriptor(number: number)
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
