/// How much there is of something counted by name, exact to a thousandth: `1`, `4`, `0.5`.
///
/// A whole number of thousandths, so that ten shares of 0.1 are one and nothing drifts.
public struct Amount: Hashable, Sendable {
  /// It in thousandths.
  public let thousandths: Int

  /// The thousandths of one.
  public static let unit = 1000
  /// Thousandths beyond which nothing is counted, so that sums of amounts fit in 64 bits.
  private static let most = 1 << 48

  /// Creates an amount of so many thousandths.
  public init(thousandths: Int) {
    self.thousandths = max(-Self.most, min(Self.most, thousandths))
  }

  /// Creates an amount of whole ones.
  public init(_ count: Int) {
    let (product, isOver) = count.multipliedReportingOverflow(by: Self.unit)
    self.init(thousandths: isOver ? (count < 0 ? .min : .max) : product)
  }

  /// How many whole ones there are in it.
  public var count: Int { thousandths / Self.unit }

  /// A part of one, which others may have the rest of.
  public var isShare: Bool { (1..<Self.unit).contains(thousandths) }

  /// A job may take it: whole ones, or a part of one.
  public var isGrantable: Bool { isShare || thousandths % Self.unit == 0 }

  /// How many jobs that take so much find it in another one, whose parts are apart: each gets whole
  /// ones, or its share of a single one. Nil for any number, when nothing is taken.
  func multiples(in other: Amount) -> Int? {
    guard thousandths > 0 else { return nil }
    let whole = max(0, other.count)
    return isShare ? whole * (Self.unit / thousandths) : whole / max(1, count)
  }
}

extension Amount: ExpressibleByIntegerLiteral {
  /// Creates an amount of whole ones.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Amount: Comparable {
  /// Order by size.
  public static func < (left: Amount, right: Amount) -> Bool {
    left.thousandths < right.thousandths
  }

  /// Both together.
  public static func + (left: Amount, right: Amount) -> Amount {
    Amount(thousandths: left.thousandths + right.thousandths)
  }

  /// What is left, below 0 where more is taken than there is.
  public static func - (left: Amount, right: Amount) -> Amount {
    Amount(thousandths: left.thousandths - right.thousandths)
  }
}

extension Amount: CustomStringConvertible {
  /// As people write it: `2`, `0.5`, `0.125`.
  public var description: String {
    let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
    let sign = thousandths < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    var digits = String(String(rest + 1000).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}

extension Amount: Codable {
  /// Reads a number; whole ones are as they were before there were parts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self.init(count)
      return
    }
    let number = try container.decode(Double.self) * Double(Self.unit)
    guard number.magnitude <= Double(Self.most) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an amount must be a number of moderate size")
    }
    self.init(thousandths: Int(number.rounded()))
  }

  /// Writes a number, a whole one as such.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if thousandths % Self.unit == 0 {
      try container.encode(count)
    } else {
      try container.encode(Double(thousandths) / Double(Self.unit))
    }
  }
}
