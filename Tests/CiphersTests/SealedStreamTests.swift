import Ciphers
import Testing

/// Streams between two who have a key, and what others get out of them.
@Suite struct SealedStreamTests {
  private let key = SealingKey.random()

  /// Lets both speak until neither has anything to say.
  private func meet(_ relay: inout SealedStream, _ pilot: inout SealedStream) throws {
    while !relay.outgoing.isEmpty || !pilot.outgoing.isEmpty {
      _ = try pilot.receive(relay.takeOutgoing())
      _ = try relay.receive(pilot.takeOutgoing())
    }
  }

  @Test func bothSides_haveTheKey_andHearEachOther_cutAnywhere() throws {
    var relay = SealedStream(relay: key)
    var pilot = SealedStream(pilot: "17_3.0.21", key: key)
    #expect(!relay.isOpen && !pilot.isOpen && relay.peer == nil)
    try meet(&relay, &pilot)
    #expect(relay.isOpen && pilot.isOpen && relay.peer == "17_3.0.21")
    let text = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var heard: [UInt8] = []
    let sealed = relay.seal(text)
    for start in stride(from: 0, to: sealed.count, by: 1021) {
      let records = try pilot.receive(Array(sealed[start..<min(start + 1021, sealed.count)]))
      heard += records.flatMap { $0 }
    }
    #expect(heard == text)
    #expect(try pilot.receive(relay.seal([])) == [[]])
    #expect(try relay.receive(pilot.seal([1, 2])) == [[1, 2]])
  }

  @Test func otherKey_isRefused_byBoth() throws {
    var relay = SealedStream(relay: key)
    var stranger = SealedStream(pilot: "17_3.0.21", key: .random())
    _ = try stranger.receive(relay.takeOutgoing())
    #expect(throws: SealError.forged) { try relay.receive(stranger.takeOutgoing()) }
    #expect(relay.peer == nil && relay.outgoing.isEmpty, "nothing was said that the key seals")
    var pilot = SealedStream(pilot: "17_3.0.21", key: key)
    var impostor = SealedStream(relay: .random())
    _ = try pilot.receive(impostor.takeOutgoing())
    #expect(throws: SealError.forged) { try impostor.receive(pilot.takeOutgoing()) }
    let guess = [16, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
    #expect(throws: SealError.forged) { try pilot.receive(guess) }
    #expect(!pilot.isOpen)
  }

  @Test func anotherProtocol_isRefused_atOnce() {
    var pilot = SealedStream(pilot: "a", key: key)
    #expect(throws: SealError.foreign) { try pilot.receive(Array("SSH-2".utf8)) }
    var relay = SealedStream(relay: key)
    #expect(throws: SealError.forged) {
      try relay.receive(Array("GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n".utf8))
    }
  }

  /// What was recorded of one stream is nothing in another, and no record is taken twice or back.
  @Test func replays_areRefused() throws {
    var relay = SealedStream(relay: key)
    var pilot = SealedStream(pilot: "17_3.0.21", key: key)
    _ = try pilot.receive(relay.takeOutgoing())
    let introduction = pilot.takeOutgoing()
    _ = try relay.receive(introduction)
    _ = try pilot.receive(relay.takeOutgoing())
    var other = SealedStream(relay: key)
    #expect(throws: SealError.forged) { try other.receive(introduction) }
    let order = relay.seal([7])
    #expect(try pilot.receive(order) == [[7]])
    #expect(throws: SealError.forged) { try pilot.receive(order) }
    #expect(throws: SealError.forged) { try relay.receive(order) }
  }

  @Test func lengthsBeyondTheLargest_areRefused_beforeTheyCome() throws {
    var relay = SealedStream(relay: key)
    #expect(throws: SealError.forged) {
      try relay.receive([UInt8](repeating: 1, count: 16) + [0, 1, 0, 0])
    }
    var opened = SealedStream(relay: key)
    var pilot = SealedStream(pilot: "a", key: key)
    try meet(&opened, &pilot)
    #expect(throws: SealError.forged) { try opened.receive([17, 0, 1, 0]) }
  }
}
