import Glibc
import Posix

/// Carries a stream between descriptors and a mailbox, to the end of either.
struct MailPump {
  /// Between two looks into the mailbox, milliseconds: at once while something moves, rarer and rarer
  /// while nothing does.
  private static let pauses: ClosedRange<Int32> = 40...1000
  /// What comes within so many milliseconds goes as one letter.
  private static let gatheringPause: Int32 = 20

  private var box: Letterbox
  private let input: Descriptor
  private let output: Descriptor
  private var hasEnded = false
  /// Nobody takes what comes any more; what goes out still does.
  private var isDeaf = false

  init(_ box: Letterbox, input: Descriptor, output: Descriptor) {
    self.box = box
    self.input = input
    self.output = output
  }

  /// Pumps; true when the other side has ended the stream, false when `input` has.
  mutating func run() throws(PosixError) -> Bool {
    var pause = Self.pauses.lowerBound
    while true {
      let hasSent = try post(waiting: pause)
      if hasEnded { return false }
      let letters = try box.take()
      for letter in letters {
        if letter.isEmpty { return true }
        deliver(letter)
      }
      let hasMoved = hasSent || !letters.isEmpty
      pause = hasMoved ? Self.pauses.lowerBound : min(Self.pauses.upperBound, pause * 3 / 2)
    }
  }

  /// Posts what comes within a time, milliseconds.
  private mutating func post(waiting pause: Int32) throws(PosixError) -> Bool {
    var entry = pollfd(fd: box.isFull ? -1 : input.number, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, pause) > 0 else { return false }
    var letter: [UInt8] = []
    repeat {
      guard let bytes = try input.readSome(1 << 20) else { break }
      hasEnded = bytes.isEmpty
      letter += bytes
      poll(nil, 0, hasEnded ? 0 : Self.gatheringPause)
    } while !hasEnded && letter.count < Letterbox.largestLetter - (1 << 20) && input.isReadable
    if !letter.isEmpty { try box.post(letter) }
    if hasEnded { try box.post([]) }
    return true
  }

  private mutating func deliver(_ letter: [UInt8]) {
    guard !isDeaf else { return }
    isDeaf = (try? output.writeAll(letter)) == nil
  }
}
