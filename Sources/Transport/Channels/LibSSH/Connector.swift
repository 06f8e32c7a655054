import Glibc
import Posix
import SweepModel

/// Opens TCP connections without blocking beyond a deadline (but for the name's look-up).
struct Connector {
  /// Wakes the thread when the owner wants the end.
  let outbox: Outbox
  /// For the peer to acknowledge what was sent, then the connection breaks, seconds.
  let silenceSeconds: Double

  /// Connects to the first address of the target that answers; the caller owns the socket, which
  /// does not block and is close-on-exec.
  ///
  /// Throws `hostUnknown`, `refused` or `unreachable`.
  func connect(_ target: SSHTarget, until deadline: Deadline) throws(LinkFailure) -> Int32 {
    let addresses = try resolve(target)
    defer { freeaddrinfo(addresses) }
    var lastError = EHOSTUNREACH
    var next = addresses
    while let address = next {
      switch attempt(address.pointee, until: deadline) {
      case .success(let descriptor): return descriptor
      case .failure(let code): lastError = code.value
      }
      next = address.pointee.ai_next
    }
    if lastError == EMFILE || lastError == ENFILE {
      throw HomePath.tooManyFiles(host: target.name)
    }
    throw Connector.failure(target, lastError)
  }

  private struct ErrorNumber: Error {
    let value: Int32
  }

  private func resolve(
    _ target: SSHTarget
  ) throws(LinkFailure) -> UnsafeMutablePointer<addrinfo>? {
    var hints = addrinfo()
    hints.ai_family = target.family
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(target.host, String(target.port), &hints, &found)
    guard result != 0 else { return found }
    let reason = String(cString: gai_strerror(result))
    if result == EAI_AGAIN {
      throw LinkFailure(
        .unreachable, "\(target.name): the name servers do not answer for \(target.host)",
        remedy: "check this machine's network and name servers")
    }
    throw target.unresolved(reason)
  }

  private func attempt(
    _ address: addrinfo, until deadline: Deadline
  ) -> Result<Int32, ErrorNumber> {
    let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.ai_family, kind, address.ai_protocol)
    guard descriptor >= 0 else { return .failure(ErrorNumber(value: errno)) }
    setOptions(descriptor)
    var code: Int32 = 0
    if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 { code = errno }
    if code == EINPROGRESS { code = finish(descriptor, until: deadline) }
    guard code != 0 else { return .success(descriptor) }
    close(descriptor)
    return .failure(ErrorNumber(value: code))
  }

  private func finish(_ descriptor: Int32, until deadline: Deadline) -> Int32 {
    var descriptors = [
      pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
    ]
    while descriptors[1].revents == 0 {
      if outbox.isCloseRequested { return ECANCELED }
      if deadline.hasPassed { return ETIMEDOUT }
      waitForEvents(&descriptors, until: deadline)
      outbox.waker.clear()
    }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    let result = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return result == 0 ? code : errno
  }

  /// A dead peer is noticed by the kernel: what was sent is not acknowledged in time; where
  /// nothing is sent, keep-alives are.
  private func setOptions(_ descriptor: Int32) {
    let tcp = Int32(IPPROTO_TCP)
    let seconds = Int32(min(max(silenceSeconds, 1), 86_400))
    set(descriptor, tcp, TCP_USER_TIMEOUT, seconds * 1000)
    set(descriptor, tcp, TCP_NODELAY, 1)
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    set(descriptor, tcp, TCP_KEEPIDLE, max(1, seconds / 2))
    set(descriptor, tcp, TCP_KEEPINTVL, max(1, seconds / 4))
    set(descriptor, tcp, TCP_KEEPCNT, 3)
  }

  private func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func failure(_ target: SSHTarget, _ code: Int32) -> LinkFailure {
    code == ECONNREFUSED ? target.refuses : target.silent(String(cString: strerror(code)))
  }
}
