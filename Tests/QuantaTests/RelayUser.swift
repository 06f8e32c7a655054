import Ciphers
import Foundation
import Posix
import Testing
import Wire

/// What a coordinator says to pilots through a relay of its own.
final class RelayUser {
  let process: Child
  private let orders: Descriptor
  private let words: Descriptor
  private var multiplexer = Multiplexer()
  private var decoders: [UInt32: FrameDecoder] = [:]
  private var reports: [UInt32: [Report]] = [:]
  /// How streams were opened.
  private(set) var ways: [UInt32: String] = [:]
  /// Why streams are over.
  private(set) var ends: [UInt32: String] = [:]

  static func arguments(_ sandbox: Sandbox) -> [String] {
    ["--folder", "\(sandbox.folder)/shared", "--session", "s", "--hash", "h"]
  }

  init(_ sandbox: Sandbox, verb: String = "relay") throws {
    let (input, orders) = try makePipe()
    let (words, output) = try makePipe()
    process = try Child(
      ["quanta-worker", verb] + Self.arguments(sandbox), program: Sandbox.workerPath, input: input,
      output: output, errors: Descriptor(borrowing: 2))
    (self.orders, self.words) = (orders, words)
  }

  deinit { kill(process.process, SIGKILL) }

  func open(_ pilot: String) throws -> UInt32 {
    let stream = multiplexer.open(pilot)
    decoders[stream] = FrameDecoder()
    try flush()
    return stream
  }

  /// Opens a stream to a pilot, anew until it goes one way: when it has dialled is its own affair.
  func open(_ pilot: String, until way: String) throws -> UInt32 {
    while true {
      let stream = try open(pilot)
      while ways[stream] == nil, ends[stream] == nil { try turn() }
      if ways[stream] == way { return stream }
      try close(stream)
      while ends[stream] == nil { try turn() }
      usleep(100_000)
    }
  }

  func send(_ order: Order, on stream: UInt32) throws { try send(order.frame.bytes, on: stream) }

  func send(_ bytes: [UInt8], on stream: UInt32) throws {
    multiplexer.send(bytes, on: stream)
    try flush()
  }

  func close(_ stream: UInt32) throws {
    multiplexer.close(stream)
    try flush()
  }

  /// Bytes of a stream that the relay does not take yet.
  func waiting(on stream: UInt32) -> Int { multiplexer.waiting(on: stream) }

  /// The next report but signs of life; nil at the end of the stream.
  func next(on stream: UInt32) throws -> Report? {
    while reports[stream, default: []].isEmpty {
      if ends[stream] != nil { return nil }
      try turn()
    }
    return reports[stream]?.removeFirst()
  }

  /// The first word of a worker that is reached.
  func isGreeted(on stream: UInt32) throws -> Bool {
    if case .hello = try next(on: stream) { true } else { false }
  }

  /// Waits for the relay's next words.
  func turn() throws {
    let bytes = try words.readNext()
    try #require(!bytes.isEmpty, "the relay has ended")
    for event in try multiplexer.receive(bytes) {
      switch event {
      case .answered(let stream, let way): ways[stream] = way
      case .closed(let stream, let why): ends[stream] = why
      case .bytes(let stream, let bytes): try hear(bytes, on: stream)
      case .opens: Issue.record("a relay opens no stream")
      }
    }
    try flush()
  }

  /// Ends it, as the end of its input does.
  func end() -> Child.Ending {
    orders.close()
    while let bytes = try? words.readNext(), !bytes.isEmpty {}
    return process.wait()
  }

  private func hear(_ bytes: [UInt8], on stream: UInt32) throws {
    multiplexer.took(bytes.count, on: stream)
    decoders[stream]?.append(bytes)
    while let frame = try decoders[stream]?.next() {
      switch try Report(frame) {
      case nil, .heartbeat, .occupied: break
      case .some(let report): reports[stream, default: []].append(report)
      }
    }
  }

  private func flush() throws { try orders.writeAll(multiplexer.takeOutgoing()) }
}

/// What is said to a relay's port, by whoever has its card or not.
struct Caller {
  let socket: Descriptor

  /// Where the only relay of a sandbox listens, and its key; nil while there is none.
  static func card(_ sandbox: Sandbox) -> (port: UInt16, key: SealingKey)? {
    let folder = "shared/sessions/s/relay"
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(sandbox.folder)/\(folder)")
    guard let name = names?.first(where: { !$0.hasSuffix(".part") }) else { return nil }
    let words = sandbox.text(of: "\(folder)/\(name)").split { $0 == " " || $0 == "\n" }
    let value = { (name: String) in words.firstIndex { $0 == name }.map { words[$0 + 1] } ?? "" }
    let digits = Array(value("key"))
    let key = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
    }
    guard let port = UInt16(value("port")), let key = SealingKey(key) else { return nil }
    return (port, key)
  }

  init(port: UInt16) throws {
    let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    socket = Descriptor(number: number)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let code = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(code == 0, "the relay does not listen")
  }

  /// Dials as a pilot does; the stream to use.
  static func pilot(_ name: String, _ card: (port: UInt16, key: SealingKey)) throws -> (
    Caller, SealedStream
  ) {
    let caller = try Caller(port: card.port)
    var stream = SealedStream(pilot: name, key: card.key)
    while !stream.isOpen {
      _ = try stream.receive(caller.socket.readNext(1))
      try caller.socket.writeAll(stream.takeOutgoing())
    }
    return (caller, stream)
  }

  /// What is heard until the relay hangs up.
  func rest() throws -> [UInt8] { try socket.readAll(limit: 1 << 20) }
}
