/// The distinct values of a column, numbered by first appearance.
public struct Codes: Sendable {
  /// The number of every row's value.
  public private(set) var values: [Int32] = []
  /// The row where each value appears first.
  public private(set) var firstRows: [Int32] = []

  /// Distinct values.
  public var count: Int { firstRows.count }

  /// Numbers keys that are equal as integers.
  init(keys: [UInt64]) {
    values.reserveCapacity(keys.count)
    var slots = Slots()
    for (row, key) in keys.enumerated() {
      let found = slots.find(
        hash: Slots.mixed(key), isEqual: { keys[Int(firstRows[$0])] == key }, next: firstRows.count)
      if found == firstRows.count { firstRows.append(Int32(row)) }
      values.append(Int32(found))
    }
  }

  /// Numbers equal numbers; 0 and −0 are one, and all that are missing.
  public init(numbers: [Double]) {
    self.init(
      keys: numbers.map { $0 == 0 ? 0 : $0.isNaN ? Double.nan.bitPattern : $0.bitPattern })
  }

  /// Numbers fields of equal bytes.
  init(fields: [Table.Field], bytes: [UInt8]) {
    values.reserveCapacity(fields.count)
    var slots = Slots()
    for (row, field) in fields.enumerated() {
      var hasher = Hasher()
      bytes.withUnsafeBytes {
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[field.range]))
      }
      let found = slots.find(
        hash: UInt64(truncatingIfNeeded: hasher.finalize()),
        isEqual: { Self.isEqual(fields[Int(firstRows[$0])], field, bytes) }, next: firstRows.count)
      if found == firstRows.count { firstRows.append(Int32(row)) }
      values.append(Int32(found))
    }
  }

  /// Numbers the pairs of two codes.
  public init(_ first: Codes, _ second: Codes) {
    self.init(
      keys: zip(first.values, second.values).map { UInt64(UInt32($0)) << 32 | UInt64(UInt32($1)) })
  }

  private static func isEqual(_ a: Table.Field, _ b: Table.Field, _ bytes: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    let (from, to) = (a.range.lowerBound, b.range.lowerBound)
    return (0..<Int(a.count)).allSatisfy { bytes[from + $0] == bytes[to + $0] }
  }
}

/// An open-addressing table from hashes to numbers.
private struct Slots {
  private var entries: [(hash: UInt64, number: Int32)] = Array(repeating: (0, -1), count: 64)
  private var count = 0

  static func mixed(_ key: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(key)
    return UInt64(truncatingIfNeeded: hasher.finalize())
  }

  /// The number of an equal entry, or `next`, which is entered then.
  mutating func find(hash: UInt64, isEqual: (Int) -> Bool, next: Int) -> Int {
    if 2 * count >= entries.count { grow() }
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while entries[place].number >= 0 {
      if entries[place].hash == hash, isEqual(Int(entries[place].number)) {
        return Int(entries[place].number)
      }
      place = (place + 1) & mask
    }
    entries[place] = (hash, Int32(next))
    count += 1
    return next
  }

  private mutating func grow() {
    let old = entries
    entries = Array(repeating: (0, -1), count: 2 * old.count)
    let mask = entries.count - 1
    for entry in old where entry.number >= 0 {
      var place = Int(truncatingIfNeeded: entry.hash) & mask
      while entries[place].number >= 0 { place = (place + 1) & mask }
      entries[place] = entry
    }
  }
}

extension Table {
  /// The distinct values of a column: of a column of numbers equal numbers, `1e-05` and `0.00001`,
  /// are one value, as are missing ones of equal text, because nobody knows that nothing and `NaN` mean
  /// the same; of others equal texts are.
  public func codes(_ column: Int) -> Codes {
    switch columns[column] {
    case .numbers(let numbers): return Codes(numbers: numbers)
    case .fields(let fields):
      guard isNumeric(column) else { return Codes(fields: fields, bytes: bytes) }
      var missing: [[UInt8]: UInt64] = [:]
      return Codes(
        keys: fields.map { field in
          guard
            case .number(let value) = NumberText.read(
              bytes, field.range, hasCommas: hasDecimalCommas)
          else {
            // The payload of a NaN, which no number has.
            let text = Array(bytes[field.range])
            let number = missing[text] ?? UInt64(missing.count)
            missing[text] = number
            return Double.nan.bitPattern + number
          }
          return value == 0 ? 0 : value.bitPattern
        })
    }
  }
}
