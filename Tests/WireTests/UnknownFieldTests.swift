import Basics
import SweepModel
import Testing

@testable import Wire

/// What a later version may add to messages: fields, kinds and words of which this one knows nothing.
@Suite struct UnknownFieldTests {
  /// Which fields of a message are messages themselves.
  private struct Shape {
    var inner: [UInt64: Shape] = [:]
    static let plain = Shape()
  }

  private static let shapes: [UInt8: Shape] = [
    2: Shape(inner: [1: .plain, 4: .plain]), 3: Shape(inner: [1: .plain]),
    4: Shape(inner: [1: .plain]), 65: Shape(inner: [8: .plain, 9: .plain]),
    66: Shape(inner: [1: .plain]), 67: Shape(inner: [1: .plain]), 68: Shape(inner: [1: .plain]),
    69: Shape(inner: [
      1: .plain, 2: Shape(inner: [1: .plain, 2: .plain]), 3: .plain, 4: .plain,
    ]),
    71: Shape(inner: [2: .plain]), 72: Shape(inner: [1: .plain, 2: .plain]),
    8: Shape(inner: [1: .plain, 2: .plain]), 73: Shape(inner: [1: .plain, 2: .plain]),
    74: Shape(inner: [1: .plain]), 75: Shape(inner: [1: .plain]),
  ]

  /// Puts fields of numbers that nobody has given out anywhere between a message's own, and within
  /// the messages that it holds; knows the layout by itself.
  private struct Strangers {
    var random: SplitMix64
    var count = 0

    mutating func among(_ message: ArraySlice<UInt8>, _ shape: Shape) -> [UInt8] {
      var rest = message
      var out = maybe()
      while !rest.isEmpty {
        let head = take(&rest)
        out += varint(head)
        switch head & 7 {
        case 0: out += varint(take(&rest))
        case 1: out += rest.prefix(8)
        case 5: out += rest.prefix(4)
        default:
          let size = Int(take(&rest))
          let content = rest.prefix(size)
          rest = rest.dropFirst(size)
          let inner = shape.inner[head >> 3].map { among(content, $0) } ?? Array(content)
          out += varint(UInt64(inner.count)) + inner
        }
        if head & 7 == 1 { rest = rest.dropFirst(8) }
        if head & 7 == 5 { rest = rest.dropFirst(4) }
        out += maybe()
      }
      return out
    }

    private mutating func maybe() -> [UInt8] {
      var out: [UInt8] = []
      while random.next() % 2 == 0 {
        count += 1
        let number = 1000 + random.next() % (1 << 40)
        let form = [0, 1, 2, 5][Int(random.next() % 4)] as UInt64
        out += varint(number << 3 | form)
        let bytes = (0..<8).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        switch form {
        case 0: out += varint(random.next())
        case 1: out += bytes
        case 5: out += bytes.prefix(4)
        default: out += varint(7) + bytes.prefix(7)
        }
      }
      return out
    }

    private func take(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
      var value: UInt64 = 0
      var place: UInt64 = 0
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << place
        place += 7
        if byte < 0x80 { break }
      }
      return value
    }

    private func varint(_ value: UInt64) -> [UInt8] {
      value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
    }
  }

  @Test func fieldsOfALaterVersion_anywhere_areSkipped() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("fieldsOfALaterVersion seed \(seed)")
    var strangers = Strangers(random: SplitMix64(seed: seed))
    for _ in 0..<50 {
      for order in FrozenFrameTests.orders.values {
        #expect(try Order(changed(order.frame, &strangers)) == order, "seed \(seed)")
      }
      for report in FrozenFrameTests.reports.values {
        #expect(try Report(changed(report.frame, &strangers)) == report, "seed \(seed)")
      }
    }
    #expect(strangers.count > 1000)
  }

  private func changed(_ frame: Frame, _ strangers: inout Strangers) -> Frame {
    let shape = Self.shapes[frame.kind] ?? .plain
    return Frame(kind: frame.kind, payload: strangers.among(frame.payload[...], shape))
  }

  @Test func kindsOfALaterVersion_areNoErrors() throws {
    for kind in [0, 63, 64, 200, 255] as [UInt8] {
      let frame = Frame(kind: kind, payload: Report.heartbeat.frame.payload + [8, 1])
      #expect(try Order(frame) == nil)
      #expect(try Report(frame) == nil)
    }
  }

  @Test func fieldsThatAreAbsent_areTheirDefaults() throws {
    #expect(
      try Order(Frame(kind: 1, payload: []))
        == .hello(Order.Settings(heartbeatSeconds: 2, graceSeconds: 15)))
    guard case .hello(let description)? = try Report(Frame(kind: 65, payload: [])) else {
      Issue.record("no hello")
      return
    }
    #expect(description.held == [] && description.identity == nil && description.cores == 0)
  }

  @Test func causeAndEndOfALaterVersion_areFailures() throws {
    guard case .outcome(let attempt, _)? = FrozenFrameTests.reports["outcome-timeout"] else {
      Issue.record("no outcome")
      return
    }
    var payload = FieldWriter()
    payload.write(1, attempt)
    payload.write(99, "what it has become")
    let ended = Frame(kind: 69, payload: payload.bytes)
    #expect(try Report(ended) == .outcome(attempt, .failed(.jobFailed, message: "")))
    payload.write(4) { out in
      out.write(1, "bored")
      out.write(2, "nothing to do")
    }
    let bored = Frame(kind: 69, payload: payload.bytes)
    #expect(
      try Report(bored) == .outcome(attempt, .failed(.other("bored"), message: "nothing to do")))
  }

  /// A forged message of very many fields must not take memory by the gigabyte.
  @Test func fieldsWithoutEnd_areRefused() {
    let payload = (0..<1 << 19).map { $0 % 2 == 0 ? UInt8(8) : 0 } + [8, 0]
    #expect(throws: WireError.message(.malformed("a message of too many fields", at: 1 << 19))) {
      try Report(Frame(kind: 70, payload: payload))
    }
  }

  @Test func fieldOfAnotherForm_isNamedWithItsPlace() {
    var payload = FieldWriter()
    payload.write(900, 1)
    payload.write(1, 2.5)
    #expect(throws: WireError.message(.malformed("field 1 has another form", at: 3))) {
      try Report(Frame(kind: 65, payload: payload.bytes))
    }
  }
}
