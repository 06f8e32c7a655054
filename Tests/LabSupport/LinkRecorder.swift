public import Transport

/// An owner of a link for tests: it keeps what comes and waits for what a test expects.
///
/// Hand `onEvent` to `Transport.open`. One task reads at a time.
public actor LinkRecorder {
  /// What to give to `Transport.open`.
  public nonisolated let onEvent: @Sendable (LinkEvent) -> Void
  private var events: AsyncStream<LinkEvent>.Iterator
  /// Every byte that came so far.
  public private(set) var received: [UInt8] = []
  /// How often the link said that files are on their way.
  public private(set) var shippings = 0
  /// How often the link said that it stands.
  public private(set) var openings = 0
  /// How often the link ended; 1 at last.
  public private(set) var closings = 0
  /// Why it ended.
  public private(set) var failure: LinkFailure?

  /// Creates a recorder.
  public init() {
    let (stream, continuation) = AsyncStream.makeStream(of: LinkEvent.self)
    events = stream.makeAsyncIterator()
    onEvent = { continuation.yield($0) }
  }

  /// Waits for the link to stand; false when it ended instead.
  public func waitUntilOpened() async -> Bool {
    while openings == 0, closings == 0 { await step() }
    return openings > 0 && closings == 0
  }

  /// Waits until `count` bytes came in all, or the link ended; returns what came.
  public func waitForBytes(_ count: Int) async -> [UInt8] {
    while received.count < count, closings == 0 { await step() }
    return received
  }

  /// Waits until as many bytes came as the text has, or the link ended; returns what came.
  public func waitForText(_ text: String) async -> String {
    while received.count < text.utf8.count, closings == 0 { await step() }
    return String(decoding: received, as: UTF8.self)
  }

  /// Waits for the end; returns why.
  @discardableResult
  public func waitUntilClosed() async -> LinkFailure? {
    while closings == 0 { await step() }
    return failure
  }

  private func step() async {
    var iterator = events
    let event = await iterator.next(isolation: self)
    events = iterator
    switch event {
    case .shipping: shippings += 1
    case .opened: openings += 1
    case .received(let bytes): received += bytes
    case .closed(let reason):
      closings += 1
      failure = reason
    case nil: closings += 1
    }
  }
}

extension Transport {
  /// Opens a link of a session that no test shares with a coordinator.
  public func open(
    _ binary: WorkerBinary, data: [DataFile] = [],
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    open(binary, data: data, session: "lab", onEvent: onEvent)
  }
}
