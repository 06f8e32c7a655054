/// The span of rows of whole numbers, as an echelon form modulo the prime 2⁶¹ − 1.
struct RowSpace: Sendable {
  private static let prime: UInt64 = 1 << 61 - 1

  /// Rows with a leading 1 each, and the column of it, ascending.
  private var rows: [(lead: Int, values: [UInt64])] = []

  /// The dimension of the span.
  var rank: Int { rows.count }

  /// Adds a row to the span.
  mutating func insert(_ row: [Int]) {
    var rest = reduced(row)
    guard let lead = rest.firstIndex(where: { $0 != 0 }) else { return }
    let inverse = Self.inverse(rest[lead])
    for column in lead..<rest.count { rest[column] = Self.product(rest[column], inverse) }
    let place = rows.firstIndex { $0.lead > lead } ?? rows.count
    rows.insert((lead, rest), at: place)
  }

  /// True when a row lies in the span.
  func contains(_ row: [Int]) -> Bool { reduced(row).allSatisfy { $0 == 0 } }

  /// What the rows leave of a row.
  private func reduced(_ row: [Int]) -> [UInt64] {
    var rest = row.map { $0 < 0 ? Self.prime - UInt64(-$0) : UInt64($0) }
    for (lead, values) in rows where rest[lead] != 0 {
      let factor = Self.prime - rest[lead]
      for column in lead..<rest.count {
        rest[column] = (rest[column] + Self.product(values[column], factor)) % Self.prime
      }
    }
    return rest
  }

  private static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    // 2⁶⁴ = 8 modulo the prime, and high < 2⁵⁸.
    return ((high << 3 | low >> 61) + (low & prime)) % prime
  }

  /// a^(prime − 2), by Fermat's little theorem.
  private static func inverse(_ a: UInt64) -> UInt64 {
    var result: UInt64 = 1
    var square = a
    var rest = prime - 2
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, square) }
      square = product(square, square)
      rest >>= 1
    }
    return result
  }
}
