import Glibc
import Posix
import SweepModel
import Synchronization
import Transport
import Wire

/// The one link to a pool's relay on the login host, for all of its pilots: opened with the first that needs
/// it, and anew after it broke, at growing pauses where that fails.
///
/// Events come from the link's thread, one at a time; those of a stream that cannot be opened from one of
/// their own.
final class RelayLine: Sendable {
  /// Who is told of a stream: its events, how it goes before it is opened, and that the pilot is the reason
  /// for its end.
  struct Listener: Sendable {
    let onEvent: @Sendable (LinkEvent) -> Void
    let onWay: @Sendable (_ isByMail: Bool) -> Void
    let onLost: @Sendable () -> Void
  }

  private struct Entry {
    /// The pilot's name in the run.
    let host: String
    let listener: Listener
    var hasOpened = false
    var isClosing = false
  }

  private struct State {
    var multiplexer = Multiplexer()
    var entries: [UInt32: Entry] = [:]
    /// Grows with every link; words of an old one do not count.
    var life = 0
    var isThere = false
    var link: (any Link)?
    var hasStood = false
    /// Why the last one ended before it stood, until when none is tried, and how often that was.
    var failure: LinkFailure?
    var rest = Deadline(secondsFromNow: 0)
    var failures = 0
    var isClosing = false
  }

  private let transport: HostTransport
  private let state = Mutex(State())
  private let ended = Waker()

  /// A line through a relay; nothing is opened yet.
  init(_ transport: HostTransport) { self.transport = transport }

  /// Opens a stream to a pilot, by its worker's name, for a host of the run; the line where there is none.
  func open(
    _ pilot: String, host: String, _ binary: WorkerBinary, data: [DataFile], session: String,
    _ listener: Listener
  ) -> any Link {
    enum Step {
      case refuse(LinkFailure)
      case go(UInt32, life: Int, isFirst: Bool)
    }
    let step = state.withLock { state -> Step in
      if state.isClosing { return .refuse(Self.closed) }
      if !state.isThere, let failure = state.failure, !state.rest.hasPassed {
        return .refuse(failure)
      }
      let number = state.multiplexer.open(pilot)
      state.entries[number] = Entry(host: host, listener: listener)
      Self.flush(&state)
      guard !state.isThere else { return .go(number, life: state.life, isFirst: false) }
      state.isThere = true
      state.hasStood = false
      state.life += 1
      return .go(number, life: state.life, isFirst: true)
    }
    switch step {
    case .refuse(let failure):
      let event = LinkEvent.closed(Self.failure(failure))
      if !startThread({ listener.onEvent(event) }) { listener.onEvent(event) }
      return RelayStream(0, self, life: 0)
    case .go(let number, let life, let isFirst):
      if isFirst { begin(life, binary, data, session) }
      return RelayStream(number, self, life: life)
    }
  }

  /// Ends the line, once its streams have had their last words; blocks for some seconds at most.
  func close() {
    let link = state.withLock { state in
      state.isClosing = true
      ended.clear()
      return state.isThere ? state.link : nil
    }
    guard let link else { return }
    link.close()
    var descriptors = [pollfd(fd: ended.descriptor, events: Int16(POLLIN), revents: 0)]
    waitForEvents(&descriptors, until: Deadline(secondsFromNow: 6))
  }

  fileprivate func send(_ bytes: [UInt8], on number: UInt32, life: Int) {
    state.withLock { state in
      guard state.life == life, state.entries[number]?.isClosing == false else { return }
      state.multiplexer.send(bytes, on: number)
      Self.flush(&state)
    }
  }

  fileprivate func close(_ number: UInt32, life: Int) {
    state.withLock { state in
      guard state.life == life, state.entries[number]?.isClosing == false else { return }
      state.entries[number]?.isClosing = true
      state.multiplexer.close(number)
      Self.flush(&state)
    }
  }

  private func begin(_ life: Int, _ binary: WorkerBinary, _ data: [DataFile], _ session: String) {
    let link = transport.open(binary, data: data, session: session) { [weak self] event in
      self?.serve(life, event)
    }
    let isWanted = state.withLock { state in
      guard state.life == life, state.isThere else { return false }
      state.link = link
      Self.flush(&state)
      return !state.isClosing
    }
    if !isWanted { link.close() }
  }

  private static func flush(_ state: inout State) {
    guard let link = state.link else { return }
    let bytes = state.multiplexer.takeOutgoing()
    if !bytes.isEmpty { link.send(bytes) }
  }

  // MARK: What the relay says

  private func serve(_ life: Int, _ event: LinkEvent) {
    guard state.withLock({ $0.life == life }) else { return }
    switch event {
    case .shipping:
      for entry in state.withLock({ Array($0.entries.values) }) where !entry.hasOpened {
        entry.listener.onEvent(.shipping)
      }
    case .opened:
      state.withLock { state in
        state.hasStood = true
        (state.failure, state.failures) = (nil, 0)
      }
    case .received(let bytes): receive(bytes)
    case .closed(let failure): end(failure)
    }
  }

  private func receive(_ bytes: [UInt8]) {
    let events = state.withLock { state -> [Multiplexer.Event]? in
      let events = try? state.multiplexer.receive(bytes)
      for case .bytes(let number, let bytes) in events ?? [] {
        state.multiplexer.took(bytes.count, on: number)
      }
      Self.flush(&state)
      return events
    }
    guard let events else {
      // What the link tells next is its end.
      state.withLock { $0.link }?.close()
      return
    }
    for event in events { tell(event) }
  }

  private func tell(_ event: Multiplexer.Event) {
    switch event {
    case .answered(let number, let way):
      let entry = state.withLock { state in
        state.entries[number]?.hasOpened = true
        return state.entries[number]
      }
      guard let entry else { return }
      entry.listener.onWay(way == "mail")
      entry.listener.onEvent(.opened)
    case .bytes(let number, let bytes):
      state.withLock { $0.entries[number]?.listener }?.onEvent(.received(bytes))
    case .closed(let number, let word):
      guard let entry = state.withLock({ $0.entries.removeValue(forKey: number) }) else { return }
      if !entry.isClosing { entry.listener.onLost() }
      entry.listener.onEvent(.closed(entry.isClosing ? nil : Self.failure(of: entry, word)))
    case .opens: break
    }
  }

  private func end(_ failure: LinkFailure?) {
    let failure = failure ?? Self.closed
    let entries = state.withLock { state in
      if !state.hasStood {
        state.failure = failure
        state.rest = Deadline(secondsFromNow: min(30, Double(1 << min(state.failures, 5))))
        state.failures += 1
      }
      let entries = state.entries.values
      state.entries = [:]
      state.multiplexer = Multiplexer()
      state.life += 1
      state.isThere = false
      state.link = nil
      return Array(entries)
    }
    for entry in entries {
      entry.listener.onEvent(.closed(entry.isClosing ? nil : Self.failure(failure)))
    }
    ended.wake()
  }

  // MARK: Why a stream ended

  private static let closed = LinkFailure(
    .lost, "the link was closed", remedy: "another one is begun")

  /// Of the line itself, and so the same for all pilots.
  private static func failure(_ failure: LinkFailure) -> LinkFailure {
    LinkFailure(
      failure.code, "the relay to pilots: \(failure.message)",
      remedy: failure.code == .lost
        ? "another one is begun, and nothing of their jobs is lost" : failure.remedy)
  }

  private static func failure(of entry: Entry, _ word: String) -> LinkFailure {
    guard entry.hasOpened else {
      return LinkFailure(
        .worker, "\(entry.host): the relay on the login host does not reach it: \(word)",
        remedy: "it is tried again")
    }
    return LinkFailure(
      .lost, "\(entry.host): the worker there has ended, or its way to the relay broke",
      remedy:
        "it is tried again: finished results wait in the work folder, unfinished jobs go on from their "
        + "checkpoints")
  }
}

/// One stream of a line. One that nobody keeps closes itself.
private final class RelayStream: Link {
  private let number: UInt32
  private let line: RelayLine
  private let life: Int

  init(_ number: UInt32, _ line: RelayLine, life: Int) {
    (self.number, self.line, self.life) = (number, line, life)
  }

  deinit { line.close(number, life: life) }

  func send(_ bytes: [UInt8]) { line.send(bytes, on: number, life: life) }

  func close() { line.close(number, life: life) }
}
