import Basics

/// One end of many streams in one, such as those of all pilots through one relay; pure.
///
/// ```
/// offset  size  content
///      0     4  number of the stream, little-endian; 0 for all together
///      4     3  length of the payload
///      7     1  kind: open, answer, data, window, close
///      8     n  payload: a word, bytes, or how many more bytes may follow
/// ```
///
/// Who sends may have so many bytes on their way, on each stream and on all together, as the other side
/// has said that it takes: one that is not read holds up no other, and none takes more memory than its
/// window. Each side closes a stream once, after all that it had to say; what is on its way to somebody
/// who has closed it is dropped.
public struct Multiplexer: Sendable {
  /// What the other side did.
  public enum Event: Hashable, Sendable {
    /// It opens a stream, with a word that says where to.
    case opens(UInt32, String)
    /// It has opened one that this side asked for, with a word that says how.
    case answered(UInt32, String)
    /// Bytes of a stream; ``Multiplexer/took(_:on:)`` makes room for more.
    case bytes(UInt32, [UInt8])
    /// It says nothing more on a stream, which is over; with why, where that is no end in good order.
    case closed(UInt32, String)
  }

  /// Bytes of one stream on their way.
  public static let window = 256 << 10
  /// Bytes of all streams on their way.
  public static let wholeWindow = 2 << 20
  private static let headerSize = 8
  private static let largestPiece = 32 << 10
  private static let longestWord = 1 << 10

  private enum Kind: UInt8 {
    case open = 1
    case answer, data, window, close
  }

  private struct Stream {
    var waiting = ByteQueue()
    /// How many more bytes the other side takes.
    var credit = Multiplexer.window
    /// How many more this side has said that it takes.
    var allowance = Multiplexer.window
    /// Bytes that were taken, and for which nothing was allowed anew.
    var taken = 0
    /// It closes once nothing waits, with this word.
    var farewell: String?
    var isClosed = false
  }

  private var streams: [UInt32: Stream] = [:]
  private var lastNumber: UInt32 = 0
  /// Streams with bytes that may go, in the order of their turns.
  private var turns: [UInt32] = []
  private var credit = Self.wholeWindow
  private var allowance = Self.wholeWindow
  private var taken = 0
  private var incoming = ByteQueue()
  private var offset = 0
  private var outgoing: [UInt8] = []

  /// Knows no stream.
  public init() {}

  /// How many streams there are.
  public var count: Int { streams.count }

  /// Takes what there is to be sent.
  public mutating func takeOutgoing() -> [UInt8] {
    sendTurns()
    defer { outgoing = [] }
    return outgoing
  }

  /// Opens a stream, with a word of at most 1 KiB; its number.
  public mutating func open(_ word: String) -> UInt32 {
    lastNumber += 1
    streams[lastNumber] = Stream()
    write(.open, lastNumber, Self.payload(word))
    return lastNumber
  }

  /// Says how a stream was opened that the other side asked for.
  public mutating func answer(_ word: String, on number: UInt32) {
    guard let stream = streams[number], !stream.isClosed else { return }
    write(.answer, number, Self.payload(word))
  }

  /// Sends bytes as soon as they may go; dropped where the stream is over.
  public mutating func send(_ bytes: some Collection<UInt8>, on number: UInt32) {
    guard !bytes.isEmpty, streams[number] != nil, streams[number]?.farewell == nil else { return }
    if waiting(on: number) == 0 { turns.append(number) }
    streams[number]?.waiting.append(bytes)
  }

  /// Bytes of a stream that cannot go yet.
  public func waiting(on number: UInt32) -> Int { streams[number]?.waiting.count ?? 0 }

  /// So many bytes of a stream have found their place: as many more may come.
  public mutating func took(_ count: Int, on number: UInt32) {
    guard var stream = streams[number] else { return }
    stream.taken += count
    if stream.taken >= Self.window / 4 {
      grant(stream.taken, on: number)
      stream.allowance += stream.taken
      stream.taken = 0
    }
    streams[number] = stream
  }

  /// Closes a stream once what waits has gone, with why where that is no end in good order.
  public mutating func close(_ number: UInt32, _ word: String = "") {
    guard let stream = streams[number], stream.farewell == nil else { return }
    streams[number]?.farewell = word
    if stream.waiting.isEmpty { sayFarewell(number) }
  }

  /// Takes bytes of the other side; throws where they are none of such a stream, which is lost then.
  public mutating func receive(_ bytes: [UInt8]) throws(WireError) -> [Event] {
    incoming.append(bytes)
    var events: [Event] = []
    while incoming.count >= Self.headerSize {
      let header = Array(incoming.front(Self.headerSize))
      let number = Self.number(header[..<4])
      let size = Int(Self.number(header[4..<7]))
      guard size <= Self.largestPiece, let kind = Kind(rawValue: header[7]) else {
        throw damage("no frame of a relay")
      }
      guard incoming.count >= Self.headerSize + size else { break }
      let payload = Array(incoming.front(Self.headerSize + size).dropFirst(Self.headerSize))
      if let event = try take(kind, number, payload) { events.append(event) }
      incoming.drop(Self.headerSize + size)
      offset += Self.headerSize + size
    }
    return events
  }

  private mutating func take(
    _ kind: Kind, _ number: UInt32, _ payload: [UInt8]
  ) throws(WireError) -> Event? {
    switch kind {
    case .open:
      guard number > lastNumber else { throw damage("a stream that was there") }
      lastNumber = number
      streams[number] = Stream()
      return .opens(number, String(decoding: payload, as: UTF8.self))
    case .answer:
      return streams[number].map { _ in .answered(number, String(decoding: payload, as: UTF8.self))
      }
    case .data: return try takeBytes(payload, on: number)
    case .window:
      let more = Int(Self.number(payload[...]))
      guard payload.count == 4, more <= Self.wholeWindow else { throw damage("no window") }
      if number == 0 { credit += more } else { widen(number, by: more) }
      return nil
    case .close:
      guard let stream = streams.removeValue(forKey: number) else { return nil }
      if !stream.isClosed { write(.close, number, []) }
      return .closed(number, String(decoding: payload, as: UTF8.self))
    }
  }

  private mutating func takeBytes(
    _ bytes: [UInt8], on number: UInt32
  ) throws(WireError) -> Event? {
    guard bytes.count <= allowance, bytes.count <= streams[number]?.allowance ?? 0 else {
      throw damage("more bytes than were allowed")
    }
    streams[number]?.allowance -= bytes.count
    allowance -= bytes.count
    taken += bytes.count
    if taken >= Self.wholeWindow / 4 {
      grant(taken, on: 0)
      allowance += taken
      taken = 0
    }
    return .bytes(number, bytes)
  }

  private mutating func widen(_ number: UInt32, by more: Int) {
    guard let stream = streams[number] else { return }
    streams[number]?.credit += more
    if stream.credit == 0, !stream.waiting.isEmpty { turns.append(number) }
  }

  /// Each stream that may send sends a piece in its turn.
  private mutating func sendTurns() {
    var turn = 0
    while turn < turns.count, credit > 0 {
      let number = turns[turn]
      turn += 1
      guard var stream = streams[number], !stream.waiting.isEmpty, stream.credit > 0 else {
        continue
      }
      let piece = stream.waiting.front(min(Self.largestPiece, credit, stream.credit))
      write(.data, number, piece)
      credit -= piece.count
      stream.credit -= piece.count
      stream.waiting.drop(piece.count)
      streams[number] = stream
      if stream.waiting.isEmpty {
        if stream.farewell != nil { sayFarewell(number) }
      } else if stream.credit > 0 {
        turns.append(number)
      }
    }
    turns.removeFirst(turn)
  }

  private mutating func sayFarewell(_ number: UInt32) {
    write(.close, number, Self.payload(streams[number]?.farewell ?? ""))
    streams[number]?.isClosed = true
  }

  private mutating func grant(_ count: Int, on number: UInt32) {
    write(.window, number, (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
  }

  private mutating func write(_ kind: Kind, _ number: UInt32, _ payload: some Collection<UInt8>) {
    var header = ByteWriter()
    header.write(number)
    header.write(UInt32(payload.count) | UInt32(kind.rawValue) << 24)
    outgoing += header.bytes
    outgoing += payload
  }

  private static func payload(_ word: String) -> [UInt8] { Array(word.utf8.prefix(longestWord)) }

  private static func number(_ bytes: some BidirectionalCollection<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func damage(_ what: String) -> WireError { .message(.malformed(what, at: offset)) }
}
