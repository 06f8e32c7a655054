import Glibc
import Posix

/// Where on a network somebody listens: an address in numbers, and a port. A static program can ask no
/// name service.
struct InternetAddress {
  /// How long what was sent may remain without an answer before a connection is lost, seconds.
  private static let silenceSeconds: Int32 = 30

  private var storage = sockaddr_storage()
  private let size: socklen_t

  /// Reads `10.0.0.5` or `fd00::5`; nil for anything else.
  init?(_ text: String, port: UInt16) {
    var (old, new) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &old) == 1 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr = old
      size = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
    } else if inet_pton(AF_INET6, text, &new) == 1 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_addr = new
      size = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
    } else {
      return nil
    }
  }

  /// Begins to connect; nil where there is no way there at all.
  func connect() -> Descriptor? {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = socket(Int32(storage.ss_family), kind, 0)
    guard number >= 0 else { return nil }
    let socket = Descriptor(number: number)
    socket.makeNonBlocking()
    Self.prepare(socket)
    let code = pointed { Glibc.connect(number, $0, $1) }
    return code == 0 || errno == EINPROGRESS ? socket : nil
  }

  /// A connection that was begun stands.
  static func stands(_ socket: Descriptor) -> Bool {
    var (code, size): (Int32, socklen_t) = (0, socklen_t(MemoryLayout<Int32>.size))
    return getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
  }

  /// Has a connection send at once, and end when the other side's machine is gone.
  static func prepare(_ socket: Descriptor) {
    let tcp = Int32(IPPROTO_TCP)
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
    set(socket, tcp, TCP_NODELAY, 1)
    set(socket, tcp, TCP_KEEPIDLE, silenceSeconds)
    set(socket, tcp, TCP_KEEPINTVL, silenceSeconds / 3)
    set(socket, tcp, TCP_KEEPCNT, 3)
    set(socket, tcp, TCP_USER_TIMEOUT, 1000 * silenceSeconds)
  }

  /// Listens at every address of this machine, at a port that the system chooses.
  static func listen() throws(PosixError) -> (Descriptor, port: UInt16) {
    for any in ["::", "0.0.0.0"] {
      guard var address = InternetAddress(any, port: 0) else { continue }
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      let number = socket(Int32(address.storage.ss_family), kind, 0)
      guard number >= 0 else { continue }
      let listener = Descriptor(number: number)
      if any == "::" { set(listener, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
      guard address.pointed({ bind(number, $0, $1) }) == 0, Glibc.listen(number, 512) == 0 else {
        continue
      }
      listener.makeNonBlocking()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let code = withUnsafeMutablePointer(to: &address.storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getsockname(number, $0, &size)
        }
      }
      // The port follows the family, whichever that is.
      let port = withUnsafeBytes(of: address.storage) {
        $0.load(fromByteOffset: 2, as: UInt16.self)
      }
      if code == 0 { return (listener, UInt16(bigEndian: port)) }
    }
    throw PosixError(call: "listen")
  }

  /// The addresses that this machine has, those that others can reach first.
  static func own() -> [String] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var found: [String] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard let address = entry.ifa_addr, let text = text(of: address), !found.contains(text) else {
        continue
      }
      found.append(text)
    }
    let isNear = { (text: String) in isLoopback(text) }
    return found.filter { !isNear($0) } + found.filter(isNear)
  }

  /// Nothing but the machine itself can be meant.
  static func isLoopback(_ text: String) -> Bool { text == "::1" || text.hasPrefix("127.") }

  private static func text(of address: UnsafeMutablePointer<sockaddr>) -> String? {
    var buffer = [CChar](repeating: 0, count: 64)
    let raw = UnsafeRawPointer(address)
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      var number = raw.load(as: sockaddr_in.self).sin_addr
      inet_ntop(AF_INET, &number, &buffer, socklen_t(buffer.count))
    case AF_INET6:
      var number = raw.load(as: sockaddr_in6.self).sin6_addr
      inet_ntop(AF_INET6, &number, &buffer, socklen_t(buffer.count))
    default: return nil
    }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    // Such an address means another machine on every link.
    return text.isEmpty || text.hasPrefix("fe80:") ? nil : text
  }

  private static func set(_ socket: Descriptor, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    setsockopt(socket.number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private func pointed(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }
}
