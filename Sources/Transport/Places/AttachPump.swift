import Posix
import SweepModel

/// Moves a link's bytes over a channel: first the talk with the shell, then the worker's.
///
/// It runs on the channel's thread and blocks it. What the owner queued is held back until the
/// worker is attached; writing follows the far end's window, reading the owner's pace.
struct AttachPump {
  /// How long the far end may take for the last bytes after a close, seconds.
  private static let closingSeconds = 2.0
  /// At most this is written before something is read, bytes.
  private static let burstBytes = 1 << 20

  private enum Phase {
    /// Talking with the shell.
    case talking
    /// A file is on its way, or was the last thing that was asked for.
    case shipping(UploadFile)
    /// The worker has the pipe.
    case attached
  }

  private let channel: any Channel
  private let outbox: Outbox
  private var dialog: ShipDialog
  private var phase = Phase.talking
  private var isAttached: Bool { if case .attached = phase { true } else { false } }
  private var request: ArraySlice<UInt8>
  private var errors = Tail()
  private var hasReceived = false
  private var hasMoved = false
  private var closing: Deadline?
  private var hasSentEnd = false

  init(_ channel: any Channel, dialog: ShipDialog, outbox: Outbox) {
    self.channel = channel
    self.dialog = dialog
    self.outbox = outbox
    request = dialog.request[...]
  }

  /// Pumps to the end of the link and says why it ended; before the worker is attached, something
  /// must move every `stallSeconds`.
  mutating func run(
    stallSeconds: Double, _ onEvent: (LinkEvent) -> Void
  ) throws(LinkFailure) -> LinkFailure {
    var stall = Deadline(secondsFromNow: stallSeconds)
    while true {
      if try isClosed() {
        return LinkFailure(.lost, "\(dialog.host.name): closed", remedy: "open it again")
      }
      hasMoved = false
      // Reading first: it also flushes what libssh holds, without which nothing can be written.
      if let failure = try readAll(onEvent) { return failure }
      try writeBurst()
      if hasMoved, case .shipping = phase { onEvent(.shipping) }
      if hasMoved {
        stall = Deadline(secondsFromNow: stallSeconds)
        continue
      }
      if channel.isAtEnd { return try ending(onEvent) }
      try channel.checkConnected()
      if !isAttached, stall.hasPassed { throw stalled(stallSeconds) }
      let limit = isAttached ? Deadline(secondsFromNow: .infinity) : stall
      channel.wait(until: closing.map { limit.orEarlier($0) } ?? limit)
    }
  }

  /// Takes the steps of a close that the owner asked for; true when they are done.
  private mutating func isClosed() throws(LinkFailure) -> Bool {
    guard outbox.isCloseRequested else { return false }
    guard isAttached else { return true }
    let deadline = closing ?? Deadline(secondsFromNow: AttachPump.closingSeconds)
    closing = deadline
    if outbox.isEmpty, !hasSentEnd {
      hasSentEnd = true
      try channel.sendEnd()
    }
    return deadline.hasPassed
  }

  private mutating func writeBurst() throws(LinkFailure) {
    var burst = 0
    var count = 0
    let channel = channel
    let write = { (bytes: ArraySlice<UInt8>) throws(LinkFailure) -> Int in
      count = try channel.write(bytes)
      return count
    }
    repeat {
      count = 0
      if !request.isEmpty {
        request.removeFirst(try write(request))
      } else if case .shipping(let upload) = phase {
        try upload.withFront(write)
      } else if isAttached {
        try outbox.withFront(limit: 1 << 16, write)
      }
      burst += count
    } while count > 0 && burst < AttachPump.burstBytes
    if burst > 0 { hasMoved = true }
  }

  private mutating func readAll(
    _ onEvent: (LinkEvent) -> Void
  ) throws(LinkFailure) -> LinkFailure? {
    let said = try channel.read(.errors)
    let bytes = try channel.read(.output)
    if !said.isEmpty || !bytes.isEmpty { hasMoved = true }
    errors.append(said)
    guard !bytes.isEmpty else { return nil }
    if isAttached {
      deliver(Array(bytes), onEvent)
      return nil
    }
    return try converse(bytes, onEvent)
  }

  private mutating func converse(
    _ bytes: ArraySlice<UInt8>, _ onEvent: (LinkEvent) -> Void
  ) throws(LinkFailure) -> LinkFailure? {
    var next = dialog.receive(bytes)
    while let order = next {
      switch order {
      case .send(let file): phase = .shipping(try UploadFile(file))
      case .fail(let failure): return failure
      case .attached(let first):
        phase = .attached
        onEvent(.opened)
        deliver(first, onEvent)
        return nil
      }
      next = dialog.receive()
    }
    return nil
  }

  private mutating func deliver(_ bytes: [UInt8], _ onEvent: (LinkEvent) -> Void) {
    guard !bytes.isEmpty else { return }
    hasReceived = true
    onEvent(.received(bytes))
  }

  /// The far end closed its output: why.
  private mutating func ending(
    _ onEvent: (LinkEvent) -> Void
  ) throws(LinkFailure) -> LinkFailure {
    let status = try channel.exitStatus()
    if let failure = try readAll(onEvent) { return failure }
    guard isAttached else {
      return LinkFailure(
        .worker,
        "\(dialog.host.name): the host's shell ended before the worker ran; \(printed)",
        remedy: channel.shellRemedy)
    }
    return attachFailure(
      host: dialog.host.name, status.map { .init(shellStatus: $0) } ?? .signal(nil),
      errors: errors.text, hasReceived: hasReceived)
  }

  private func stalled(_ seconds: Double) -> LinkFailure {
    let doing =
      if case .shipping = phase { "while files were shipped" } else {
        "instead of a shell's answer"
      }
    return LinkFailure(
      .unreachable, "\(dialog.host.name): \(Int(seconds)) s of silence \(doing); \(printed)",
      remedy: {
        if case .shipping = phase { return "check whether the host or the way there is overloaded" }
        return channel.shellRemedy + "; or the host is overloaded"
      }())
  }

  /// What the account said beside what it was asked for.
  private var printed: String { accountWords(dialog.words, errors.text) }
}

/// What an account printed that was to run a command, for a failure's message.
func accountWords(_ output: String, _ errors: String) -> String {
  let words = [output, errors].filter { !$0.isEmpty }.joined(separator: " ")
  return words.isEmpty ? "it said nothing" : "it said: \(words)"
}
