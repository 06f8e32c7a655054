import Glibc
import Posix

/// Stands between libssh and the ssh-agent: libssh offers all that an agent holds, in the agent's
/// order; this shows it some keys only, in the order in which they are to be offered.
///
/// `serve` runs on a thread of its own and ends when libssh's end of the pair is closed.
struct AgentFilter {
  /// A key of the agent, as it stands in the protocol.
  struct Key: Equatable {
    let blob: [UInt8]
    let comment: [UInt8]
    /// The key that signs for it, where it is a certificate that the agent does not hold.
    var signer: [UInt8]?
    /// The blob in base64, as public keys are written.
    var base64: String { AgentFilter.base64(blob) }
  }

  private static let limit = 1 << 20
  private let agent: Int32

  /// Connects to the agent's socket; nil when nobody answers there.
  init?(socketPath: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(socketPath.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    agent = socket(AF_UNIX, type, 0)
    guard agent >= 0 else { return nil }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(agent, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(agent, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      close()
      return nil
    }
  }

  /// Ends the connection to the agent.
  func close() { Glibc.close(agent) }

  /// The keys that the agent holds.
  func keys() -> [Key] {
    guard AgentFilter.send([11], to: agent), let answer = AgentFilter.receive(from: agent),
      answer.first == 12
    else { return [] }
    var rest = answer.dropFirst()
    guard let count = AgentFilter.number(&rest), count <= 10_000 else { return [] }
    var keys: [Key] = []
    for _ in 0..<count {
      guard let blob = AgentFilter.text(&rest), let comment = AgentFilter.text(&rest) else { break }
      keys.append(Key(blob: blob, comment: comment))
    }
    return keys
  }

  /// Shows `keys` to whoever holds the other end of the socket that is returned, and closes the
  /// connection to the agent in the end; nil when there is no socket or thread.
  func serve(_ keys: [Key]) -> Int32? {
    let filter = self
    guard let pair = try? makeSocketPair() else {
      close()
      return nil
    }
    let own = pair.theirs
    let isStarted = startThread {
      while let request = AgentFilter.receive(from: own.number) {
        let answer =
          request == [11]
          ? AgentFilter.list(keys) : filter.forward(AgentFilter.signed(request, keys))
        guard let answer, AgentFilter.send(answer, to: own.number) else { break }
      }
      own.close()
      filter.close()
    }
    if isStarted { return pair.ours.release() }
    close()
    return nil
  }

  private func forward(_ request: [UInt8]) -> [UInt8]? {
    AgentFilter.send(request, to: agent) ? AgentFilter.receive(from: agent) : nil
  }

  /// A request to sign (13) with a certificate, turned into one to sign with its key.
  private static func signed(_ request: [UInt8], _ keys: [Key]) -> [UInt8] {
    var rest = request.dropFirst()
    guard request.first == 13, let blob = text(&rest),
      let signer = keys.first(where: { $0.blob == blob })?.signer
    else { return request }
    return [13] + bytes(signer.count) + signer + rest
  }

  private static func list(_ keys: [Key]) -> [UInt8] {
    keys.reduce([12] + bytes(keys.count)) {
      $0 + bytes($1.blob.count) + $1.blob + bytes($1.comment.count) + $1.comment
    }
  }

  private static func bytes(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Takes the next string of the protocol.
  static func text(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let count = number(&rest), count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private static func send(_ message: [UInt8], to descriptor: Int32) -> Bool {
    var rest = (bytes(message.count) + message)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func receive(from descriptor: Int32) -> [UInt8]? {
    guard let head = receive(4, from: descriptor) else { return nil }
    var rest = head[...]
    guard let count = number(&rest), (1...limit).contains(count) else { return nil }
    return receive(count, from: descriptor)
  }

  private static func receive(_ wanted: Int, from descriptor: Int32) -> [UInt8]? {
    var all: [UInt8] = []
    while all.count < wanted {
      var piece = [UInt8](repeating: 0, count: wanted - all.count)
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      all += piece.prefix(count)
    }
    return all
  }

  /// The digits of base64.
  static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func base64(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = (0..<3).reduce(0) {
        $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0)
      }
      for place in 0..<4 {
        text.append(place <= group.count ? digits[value >> (18 - 6 * place) & 63] : 0x3D)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
