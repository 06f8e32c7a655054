import Glibc
import Posix

/// A child process of ours as a channel: this machine. What starts a child to get further, as the
/// system's `ssh`, says what differs.
class ChildChannel: Channel {
  private let outbox: Outbox
  private(set) final var child: ChildProcess?
  private(set) final var received: ArraySlice<UInt8> = []
  private var complaints: ArraySlice<UInt8> = []
  private(set) final var isAtEnd = false
  private var areErrorsOpen = true
  private var isFull = false

  /// Starts nothing; `outbox` wakes whoever waits.
  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  deinit {
    _ = child?.end(graceSeconds: 0.1)
  }

  var shellRemedy: String {
    "run it again; look for a full disk or a machine under heavy load, and for limits (ulimit -a)"
  }

  var wasDropped: Bool { false }

  func start(
    _ place: WorkerPlace, _ timeouts: SSHTimeouts, limit: Deadline,
    _ onStage: (ChannelStage) -> Void
  ) throws(LinkFailure) {
    try run(place.arguments)
    onStage(.connected("this machine"))
  }

  func canAsk(after failure: LinkFailure) -> Bool { false }

  /// What of a child's complaints is for the reader.
  func filtered(_ complaints: ArraySlice<UInt8>) -> ArraySlice<UInt8> { complaints }

  /// Starts the child; `keepsTerminal` lets it ask questions at our terminal.
  final func run(_ arguments: [String], keepsTerminal: Bool = false) throws(LinkFailure) {
    child = try ChildProcess(arguments, keepsTerminal: keepsTerminal)
  }

  /// Takes what there is of both streams, one piece of each at a time.
  final func fill() {
    guard let child else { return }
    if areErrorsOpen, complaints.isEmpty {
      var bytes: ArraySlice<UInt8> = []
      areErrorsOpen = child.readErrors(into: &bytes)
      complaints = filtered(bytes)
    }
    if !isAtEnd, received.isEmpty { isAtEnd = !child.read(into: &received) }
  }

  final func read(_ stream: ChannelStream) -> ArraySlice<UInt8> {
    fill()
    switch stream {
    case .output:
      defer { received = [] }
      return received
    case .errors:
      defer { complaints = [] }
      return complaints
    }
  }

  final func write(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let child else { return 0 }
    let count = child.write(bytes)
    isFull = count.map { $0 < bytes.count } ?? false
    // It reads no more: what it still says is read to its end, and nothing waits for it.
    if count == nil { outbox.end() }
    return count ?? 0
  }

  final func sendEnd() { child?.closeInput() }

  final func checkConnected() {}

  func exitStatus() throws(LinkFailure) -> Int32? {
    defer { fill() }
    return child?.end(graceSeconds: 2)
  }

  final func wait(until deadline: Deadline) {
    guard let child else { return }
    var descriptors = [pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0)]
    if !isAtEnd {
      let events = Int16(isFull ? POLLIN | POLLOUT : POLLIN)
      descriptors.append(pollfd(fd: child.pipe, events: events, revents: 0))
    }
    if areErrorsOpen {
      descriptors.append(pollfd(fd: child.errorPipe, events: Int16(POLLIN), revents: 0))
    }
    waitForEvents(&descriptors, until: deadline)
    outbox.waker.clear()
  }
}
