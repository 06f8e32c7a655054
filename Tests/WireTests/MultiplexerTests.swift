import Basics
import Testing

@testable import Wire

/// Many streams in one.
@Suite struct MultiplexerTests {
  /// Two ends, and what each has heard of the other.
  private struct Pair {
    var near = Multiplexer()
    var far = Multiplexer()
    var heardNear: [UInt32: Int] = [:]
    var heardFar: [UInt32: Int] = [:]
    var events: [Multiplexer.Event] = []
    /// Streams whose bytes the far end takes.
    var taken: Set<UInt32> = []

    /// Lets both speak until neither has anything to say.
    mutating func settle() throws {
      while true {
        let (up, down) = (near.takeOutgoing(), far.takeOutgoing())
        if up.isEmpty, down.isEmpty { return }
        for event in try far.receive(up) {
          if case .bytes(let number, let bytes) = event {
            heardFar[number, default: 0] += bytes.count
            if taken.contains(number) { far.took(bytes.count, on: number) }
          } else {
            events.append(event)
          }
        }
        for event in try near.receive(down) {
          if case .bytes(let number, let bytes) = event {
            heardNear[number, default: 0] += bytes.count
            near.took(bytes.count, on: number)
          } else {
            events.append(event)
          }
        }
      }
    }
  }

  @Test func streams_areOpened_answered_used_andClosed_once() throws {
    var pair = Pair()
    let first = pair.near.open("17_0.0.1")
    let second = pair.near.open("17_1.0.1")
    pair.near.send([1, 2, 3], on: first)
    pair.near.close(first)
    pair.near.send([4], on: first)
    try pair.settle()
    #expect(pair.heardFar == [first: 3], "nothing after the end")
    #expect(
      pair.events == [
        .opens(first, "17_0.0.1"), .opens(second, "17_1.0.1"), .closed(first, ""),
        .closed(first, ""),
      ])
    pair.events = []
    pair.far.answer("mail", on: second)
    pair.far.close(second, "it is gone")
    try pair.settle()
    #expect(
      pair.events == [
        .answered(second, "mail"), .closed(second, "it is gone"), .closed(second, ""),
      ])
    #expect(pair.near.count == 0 && pair.far.count == 0)
  }

  @Test func streamThatNobodyReads_holdsUpNoOther_andNeverMoreThanItsWindow() throws {
    var pair = Pair()
    let streams = (0..<20).map { pair.near.open("\($0)") }
    pair.taken = Set(streams.dropFirst())
    for stream in streams { pair.near.send([UInt8](repeating: 7, count: 3 << 20), on: stream) }
    try pair.settle()
    #expect(pair.heardFar[streams[0]] == Multiplexer.window)
    #expect(streams.dropFirst().allSatisfy { pair.heardFar[$0] == 3 << 20 })
    #expect(pair.near.waiting(on: streams[0]) == 3 << 20 - Multiplexer.window)
    pair.far.took(Multiplexer.window, on: streams[0])
    try pair.settle()
    #expect(pair.heardFar[streams[0]] == 2 * Multiplexer.window)
  }

  /// Before the other side has taken anything, no more than the whole window is on its way, and every
  /// stream has its turn.
  @Test func allTogether_haveOneWindow_inTurns() throws {
    var near = Multiplexer()
    let streams = (0..<40).map { near.open("\($0)") }
    for stream in streams { near.send([UInt8](repeating: 7, count: 1 << 20), on: stream) }
    let out = near.takeOutgoing()
    #expect(out.count < Multiplexer.wholeWindow + 64 << 10)
    var far = Multiplexer()
    let heard = try far.receive(out).compactMap { event -> UInt32? in
      if case .bytes(let number, _) = event { number } else { nil }
    }
    #expect(Set(heard) == Set(streams))
  }

  @Test func bytesOfNoRelay_orMoreThanAllowed_areRefused() throws {
    var far = Multiplexer()
    #expect(throws: WireError.self) { try far.receive(Array("GET / HTTP/1.1\r\n".utf8)) }
    var near = Multiplexer()
    let stream = near.open("x")
    var eager = Multiplexer()
    _ = try eager.receive(near.takeOutgoing())
    let piece: [UInt8] = [1, 0, 0, 0, 0, 64, 0, 3] + [UInt8](repeating: 0, count: 16 << 10)
    for _ in 0..<Multiplexer.window / (16 << 10) { _ = try eager.receive(piece) }
    #expect(throws: WireError.self) { try eager.receive(piece) }
    var other = Multiplexer()
    _ = try other.receive([1, 0, 0, 0, 0, 0, 0, 1])
    #expect(throws: WireError.self) { try other.receive([1, 0, 0, 0, 0, 0, 0, 1]) }
    #expect(stream == 1)
  }

  @Test func damagedBytes_neverDoMoreThanThrow() {
    for seed in 0..<2000 {
      var random = SplitMix64(seed: UInt64(seed))
      var near = Multiplexer()
      let stream = near.open("17_0.0.1")
      near.send([UInt8](repeating: 7, count: 100), on: stream)
      near.close(stream)
      var bytes = near.takeOutgoing()
      for _ in 0..<random.integer(1...4) {
        bytes[random.integer(0...bytes.count - 1)] = UInt8(random.integer(0...255))
      }
      var far = Multiplexer()
      _ = try? far.receive(bytes)
    }
  }
}
