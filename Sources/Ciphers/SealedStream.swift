/// One end of a stream between two who have a key in common, sealed from its first word on; pure: bytes
/// in, bytes out.
///
/// ```
/// relay → pilot   "quanta-1", a number of 16 bytes
/// pilot → relay   a number of 16 bytes, a record: the pilot's name
/// relay → pilot   a record: empty
/// record          length of what follows (4 bytes, little-endian), sealed text of at most 64 KiB
/// ```
///
/// Both numbers are drawn anew for every stream. Each direction has a key of its own, made of the common
/// one and both numbers, and counts its records: nothing of another stream, place or direction is
/// taken for genuine. Nobody who lacks the key hears more than the relay's number, or gets more than 100
/// bytes kept.
public struct SealedStream: Sendable {
  /// The most bytes in one record.
  public static let largestRecord = 1 << 16
  /// The most bytes of a name.
  public static let longestName = 64
  private static let greeting = Array("quanta-1".utf8)
  private static let numberSize = 16
  private static let headerSize = 4

  private enum Phase {
    /// A pilot waits for the relay's number.
    case dialled(name: [UInt8])
    /// A relay waits for the pilot's number and name.
    case challenged
    /// A pilot waits for the relay's first record.
    case introduced
    case open
  }

  /// What goes to the other side next.
  public private(set) var outgoing: [UInt8] = []
  /// Who the other side says it is; nil before it is known to have the key.
  public private(set) var peer: String?

  private let key: SealingKey
  private let ownNumber: [UInt8]
  private var phase: Phase
  private var sending: SealingKey
  private var receiving: SealingKey
  private var sent: UInt64 = 0
  private var received: UInt64 = 0
  private var incoming: [UInt8] = []
  private var start = 0

  /// The relay's end of a stream that somebody has opened.
  public init(relay key: SealingKey, number: [UInt8] = Self.number()) {
    self.init(key, number, .challenged)
    outgoing = Self.greeting + number
  }

  /// A pilot's end of a stream that it has opened; `name` has at most 64 bytes.
  public init(pilot name: String, key: SealingKey, number: [UInt8] = Self.number()) {
    self.init(key, number, .dialled(name: Array(name.utf8.prefix(Self.longestName))))
  }

  private init(_ key: SealingKey, _ number: [UInt8], _ phase: Phase) {
    self.key = key
    self.phase = phase
    ownNumber = number
    (sending, receiving) = (key, key)
  }

  /// A number that no other stream has.
  public static func number() -> [UInt8] {
    (0..<numberSize).map { _ in .random(in: 0 ... .max) }
  }

  /// Both sides have proved that they have the key.
  public var isOpen: Bool { if case .open = phase { true } else { false } }

  /// Takes what there is to be sent.
  public mutating func takeOutgoing() -> [UInt8] {
    defer { outgoing = [] }
    return outgoing
  }

  /// Seals bytes as records, which follow ``outgoing``; none is one empty record. Only of an open stream.
  public mutating func seal(_ bytes: [UInt8]) -> [UInt8] {
    var sealed: [UInt8] = []
    var place = 0
    repeat {
      let end = min(bytes.count, place + Self.largestRecord)
      sealed += record(bytes[place..<end])
      place = end
    } while place < bytes.count
    return sealed
  }

  /// Takes bytes of the other side; returns the records that they complete. After an error, of whoever
  /// has not the key or whose bytes were changed, the stream is to be closed.
  public mutating func receive(_ bytes: [UInt8]) throws(SealError) -> [[UInt8]] {
    if start > 0, start == incoming.count || start > Self.largestRecord {
      incoming.removeFirst(start)
      start = 0
    }
    incoming += bytes
    var records: [[UInt8]] = []
    while let record = try next() {
      if let record = try take(record) { records.append(record) }
    }
    return records
  }

  private var available: Int { incoming.count - start }

  /// The next whole record, once the numbers are there; nil until more bytes come.
  private mutating func next() throws(SealError) -> [UInt8]? {
    switch phase {
    case .dialled(let name):
      let size = Self.greeting.count + Self.numberSize
      let greeting = incoming[start..<min(start + Self.greeting.count, incoming.count)]
      guard Self.greeting.starts(with: greeting) else { throw .foreign }
      guard available >= size else { return nil }
      let number = Array(incoming[start + Self.greeting.count..<start + size])
      start += size
      agree(relay: number, pilot: ownNumber, isRelay: false)
      outgoing += ownNumber + record(name[...])
      phase = .introduced
      return try next()
    case .challenged where receivedNumber == nil:
      guard available >= Self.numberSize else { return nil }
      let number = Array(incoming[start..<start + Self.numberSize])
      start += Self.numberSize
      receivedNumber = number
      agree(relay: ownNumber, pilot: number, isRelay: true)
      return try next()
    case .challenged: return try sealed(most: Self.longestName)
    case .introduced: return try sealed(most: 0)
    case .open: return try sealed(most: Self.largestRecord)
    }
  }

  /// A relay has the pilot's number.
  private var receivedNumber: [UInt8]?

  private mutating func sealed(most: Int) throws(SealError) -> [UInt8]? {
    guard available >= Self.headerSize else { return nil }
    let header = Array(incoming[start..<start + Self.headerSize])
    let size = header.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (SealingKey.tagSize...most + SealingKey.tagSize).contains(size) else { throw .forged }
    guard available >= Self.headerSize + size else { return nil }
    let place = start + Self.headerSize
    guard
      let text = receiving.open(incoming[place..<place + size], number: received, header: header)
    else { throw .forged }
    received += 1
    start = place + size
    return text
  }

  /// What a record means where the stream stands; the text of one of an open stream.
  private mutating func take(_ record: [UInt8]) throws(SealError) -> [UInt8]? {
    switch phase {
    case .open: return record
    case .challenged:
      peer = String(decoding: record, as: UTF8.self)
      phase = .open
      outgoing += self.record([])
    default:
      peer = ""
      phase = .open
    }
    return nil
  }

  private mutating func record(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let size = UInt32(text.count + SealingKey.tagSize)
    let header = (0..<UInt32(Self.headerSize)).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    defer { sent += 1 }
    return header + sending.seal(text, number: sent, header: header)
  }

  /// Makes the keys of both directions.
  private mutating func agree(relay: [UInt8], pilot: [UInt8], isRelay: Bool) {
    let common = key.derived(from: relay).derived(from: pilot)
    let down = common.derived(from: Array("relay to pilot".utf8))
    let up = common.derived(from: Array("pilot to relay".utf8))
    (sending, receiving) = isRelay ? (down, up) : (up, down)
  }
}

/// Why a stream cannot go on.
public enum SealError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Something else than a relay answers.
  case foreign
  /// It was not sealed with the key that both have, or changed on its way.
  case forged

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .foreign: "what answers is no relay"
    case .forged: "what came was not sealed with the relay's key, or was changed on its way"
    }
  }
}
