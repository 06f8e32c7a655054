import Basics

// How version 1 of the wire writes sequences: lengths as unsigned 32-bit numbers.

extension ByteReader {
  /// A whole number of a range: what counts something never overflows in sums.
  mutating func integer(
    in range: ClosedRange<Int>, _ what: String
  ) throws(ByteDamage) -> Int {
    let value = try integer()
    guard range.contains(value) else { throw damage("\(what) is \(value)") }
    return value
  }

  /// A length of time, seconds, up to a thousand years.
  mutating func seconds(_ what: String) throws(ByteDamage) -> Double {
    let value = try double()
    guard value >= 0, value < 3.2e10 else { throw damage("\(what) is \(value) s") }
    return value
  }

  mutating func data() throws(ByteDamage) -> [UInt8] {
    let count = Int(try uint32())
    return Array(try take(count))
  }

  mutating func string() throws(ByteDamage) -> String {
    guard let text = String(validating: try data(), as: UTF8.self) else {
      throw damage("a text is not UTF-8")
    }
    return text
  }

  /// Reads a list whose elements take at least `minimumSize` bytes each, so that a forged count
  /// cannot reserve memory that the frame does not hold.
  mutating func list<Element>(
    minimumSize: Int, _ body: (inout ByteReader) throws(ByteDamage) -> Element
  ) throws(ByteDamage) -> [Element] {
    let count = Int(try uint32())
    guard count <= remaining / max(1, minimumSize) else { throw truncated }
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try body(&self)) }
    return list
  }

  mutating func optional<Wrapped>(
    _ body: (inout ByteReader) throws(ByteDamage) -> Wrapped
  ) throws(ByteDamage) -> Wrapped? {
    try bool() ? try body(&self) : nil
  }
}
