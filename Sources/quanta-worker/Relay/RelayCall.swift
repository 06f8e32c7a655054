import Ciphers
import Glibc
import Posix
import Wire

/// One call of a pilot's to a relay: connected, proved, and then a link of the coordinator's to this worker.
struct RelayCall {
  /// How long all addresses together may take to answer, seconds.
  private static let connectSeconds = 4.0
  /// How long a relay may take to prove that it has the key, seconds.
  private static let proofSeconds = 4.0
  /// How long a relay may take for the last words, seconds.
  private static let lastSeconds = 3.0
  /// What waits for the relay beyond which the worker is not read, bytes.
  private static let mostWaiting = 1 << 20

  private let relay: Descriptor
  private var stream: SealedStream
  private var outgoing = ByteQueue()
  /// What the relay said before the worker was asked for.
  private var early: [[UInt8]] = []

  /// Connects with whichever address of a card answers first and has the key. Blocks for some seconds.
  init(_ card: RelayCard, pilot: String) throws {
    let isHere = card.machine == MachineIdentity.network
    let addresses = card.addresses.filter { isHere || !InternetAddress.isLoopback($0) }
    var tries = addresses.compactMap { InternetAddress($0, port: card.port)?.connect() }
    var failure: any Error = PosixError(
      "none of its addresses answers: \(addresses.joined(separator: ", ")), port \(card.port)")
    let limit = Deadline(secondsFromNow: Self.connectSeconds)
    while !tries.isEmpty, !limit.hasPassed {
      var entries = tries.map { pollfd(fd: $0.number, events: Int16(POLLOUT), revents: 0) }
      waitForEvents(&entries, until: limit)
      for (place, entry) in entries.enumerated().reversed() where entry.revents != 0 {
        let relay = tries.remove(at: place)
        guard InternetAddress.stands(relay) else { continue }
        do {
          let stream = SealedStream(pilot: pilot, key: card.key)
          self = try RelayCall(relay, stream)
          return
        } catch {
          failure = error
        }
      }
    }
    throw failure
  }

  /// Proves that both have the key.
  private init(_ relay: Descriptor, _ stream: SealedStream) throws {
    self.relay = relay
    self.stream = stream
    let limit = Deadline(secondsFromNow: Self.proofSeconds)
    while !self.stream.isOpen {
      guard !limit.hasPassed, let records = try receive(until: limit) else {
        throw PosixError("it does not answer")
      }
      early += records
      try relay.writeAll(self.stream.takeOutgoing())
    }
  }

  /// Waits until the coordinator wants this worker; false when the relay, or the worker, has ended.
  mutating func isWanted(_ isOver: () -> Bool) throws -> Bool {
    while early.isEmpty {
      guard !isOver(), let records = try receive(until: Deadline(secondsFromNow: 1)) else {
        return false
      }
      early += records
    }
    return true
  }

  /// Carries what is said between the relay and the worker's socket, to the end of either.
  mutating func carry(_ worker: Descriptor) throws {
    worker.makeNonBlocking()
    // The first record says no more than that the link stands.
    for record in early.dropFirst() { try worker.writeAll(record) }
    early = []
    var isDeaf = false
    while true {
      var entries = [
        pollfd(
          fd: relay.number, events: Int16(POLLIN | (outgoing.isEmpty ? 0 : POLLOUT)), revents: 0),
        pollfd(
          fd: outgoing.count < Self.mostWaiting ? worker.number : -1, events: Int16(POLLIN),
          revents: 0),
      ]
      waitForEvents(&entries, until: Deadline(secondsFromNow: .infinity))
      try flush()
      if entries[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        guard let records = try receive(until: Deadline(secondsFromNow: 0)) else { return }
        for record in records where !isDeaf { isDeaf = (try? worker.writeAll(record)) == nil }
      }
      if entries[1].revents != 0, let bytes = try worker.readSome() {
        if bytes.isEmpty { return try takeLeave() }
        outgoing.append(stream.seal(bytes))
        try flush()
      }
    }
  }

  /// The worker has ended the link: the relay hears what it said last, and ends it too.
  private mutating func takeLeave() throws {
    let limit = Deadline(secondsFromNow: Self.lastSeconds)
    var hasEnded = false
    while !limit.hasPassed {
      try flush()
      if outgoing.isEmpty, !hasEnded {
        hasEnded = true
        shutdown(relay.number, Int32(SHUT_WR))
      }
      let events = Int16(POLLIN | (outgoing.isEmpty ? 0 : POLLOUT))
      var entries = [pollfd(fd: relay.number, events: events, revents: 0)]
      waitForEvents(&entries, until: limit)
      if entries[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0,
        try receive(until: limit) == nil
      {
        return
      }
    }
  }

  /// The records that come until a time; nil at the end of the stream.
  private mutating func receive(until limit: Deadline) throws -> [[UInt8]]? {
    var entries = [pollfd(fd: relay.number, events: Int16(POLLIN), revents: 0)]
    guard waitForEvents(&entries, until: limit) else { return [] }
    guard let bytes = try relay.readSome() else { return [] }
    return bytes.isEmpty ? nil : try stream.receive(bytes)
  }

  private mutating func flush() throws(PosixError) {
    while !outgoing.isEmpty {
      let count = try relay.writeSome(outgoing.front(1 << 18))
      if count == 0 { break }
      outgoing.drop(count)
    }
  }
}
