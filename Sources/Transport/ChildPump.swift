import Glibc
import Posix

/// Moves bytes between an outbox and a child's pipe until one of them ends.
///
/// It runs on one thread and blocks it. Bytes of the child go to `onBytes` as they come; a
/// consumer that is slow slows the child down, since nothing is read meanwhile.
struct ChildPump {
  /// How long a child may take to accept the last bytes and to end after a close, seconds.
  private static let closingSeconds = 2.0

  private let child: ChildProcess
  private let outbox: Outbox
  private let onBytes: (ArraySlice<UInt8>) -> Void
  private var errors = Tail()
  private var hasReceived = false
  private var closing: Deadline?

  /// How the child ended.
  struct Ending {
    /// Its exit status, 128 + n after signal n.
    let status: Int32
    /// The last of what it said on standard error, on one line.
    let errors: String
    /// True when it wrote anything to its standard output.
    let hasReceived: Bool
    /// True when `limit` passed first.
    let isTimedOut: Bool
  }

  /// Prepares a pump.
  init(
    _ child: ChildProcess, _ outbox: Outbox, onBytes: @escaping (ArraySlice<UInt8>) -> Void
  ) {
    self.child = child
    self.outbox = outbox
    self.onBytes = onBytes
  }

  /// Pumps until the child closes its output, a close is asked for, or `limit` passes; then ends
  /// the child.
  mutating func run(limit: Deadline? = nil) -> Ending {
    var isTimedOut = false
    var isOpen = true
    while isOpen {
      noteClosing()
      if let closing, closing.hasPassed { break }
      if let limit, limit.hasPassed {
        isTimedOut = true
        break
      }
      wait(limit: limit)
      writeWaiting()
      readErrors()
      isOpen = readAvailable()
    }
    outbox.end()
    let isStubborn = isTimedOut || closing?.hasPassed == true
    let status = child.end(graceSeconds: isStubborn ? 0.1 : ChildPump.closingSeconds)
    readErrors()
    return Ending(
      status: status, errors: errors.text, hasReceived: hasReceived, isTimedOut: isTimedOut)
  }

  private mutating func noteClosing() {
    guard outbox.isCloseRequested else { return }
    if closing == nil { closing = Deadline(secondsFromNow: ChildPump.closingSeconds) }
    if outbox.isEmpty { child.closeInput() }
  }

  private func wait(limit: Deadline?) {
    let wanted = Int16(outbox.isEmpty ? POLLIN : POLLIN | POLLOUT)
    var descriptors = [
      pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.pipe, events: wanted, revents: 0),
      pollfd(fd: child.errorPipe, events: Int16(errorsEnded ? 0 : POLLIN), revents: 0),
    ]
    if errorsEnded { descriptors.removeLast() }
    var deadline = limit ?? Deadline(secondsFromNow: .infinity)
    if let closing { deadline = deadline.orEarlier(closing) }
    waitForEvents(&descriptors, until: deadline)
    outbox.waker.clear()
  }

  private var errorsEnded = false

  private mutating func writeWaiting() {
    var isGone = false
    outbox.withFront(limit: 1 << 16) { bytes in
      let count = child.write(bytes)
      isGone = count == nil
      return count ?? 0
    }
    if isGone { outbox.end() }  // what the child still says is read to its end
  }

  private mutating func readAvailable() -> Bool {
    var chunk: ArraySlice<UInt8> = []
    let result = child.read(into: &chunk)
    if !chunk.isEmpty {
      hasReceived = true
      onBytes(chunk)
    }
    return result
  }

  private mutating func readErrors() {
    if !errorsEnded { errorsEnded = !child.readErrors(into: &errors) }
  }
}
