/// A number in decimal digits, rounded as people round on paper: on the digits that a number shows,
/// halves away from zero. In binary 9.95 lies below its half and would become 9.9.
public struct DecimalNumber: Equatable, Sendable {
  /// Whether the number is below zero.
  public let isNegative: Bool
  /// The digits without leading zeros, most significant first; none for 0.
  public let digits: [Int]
  /// The power of ten of the last digit.
  public let place: Int

  /// The power of ten of the first digit; nil for 0.
  public var leadingPlace: Int? { digits.isEmpty ? nil : place + digits.count - 1 }

  private init(isNegative: Bool, digits: [Int], place: Int) {
    self.isNegative = isNegative
    self.digits = Array(digits.drop { $0 == 0 })
    self.place = place
  }

  /// The shortest digits that name the number; nil unless it is finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    let parts = "\(abs(value))".split(separator: "e")
    let number = parts[0].split(separator: ".")
    let fraction = number.count > 1 && number[1] != "0" ? number[1] : ""
    self.init(
      isNegative: value < 0, digits: (number[0] + fraction).compactMap(\.wholeNumberValue),
      place: (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - fraction.count)
  }

  /// Rounded to a multiple of 10^place.
  public func rounded(to newPlace: Int) -> DecimalNumber {
    let dropped = newPlace - place
    if dropped <= 0 {
      let zeros = Array(repeating: 0, count: -dropped)
      return DecimalNumber(isNegative: isNegative, digits: digits + zeros, place: newPlace)
    }
    var kept = [0] + Array(repeating: 0, count: max(0, dropped - digits.count)) + digits
    let half = kept[kept.count - dropped]
    kept.removeLast(dropped)
    if kept.isEmpty { kept = [0] }
    if half >= 5 {
      var position = kept.count - 1
      while position > 0, kept[position] == 9 {
        kept[position] = 0
        position -= 1
      }
      kept[position] += 1
    }
    return DecimalNumber(isNegative: isNegative, digits: kept, place: newPlace)
  }

  /// Rounded to so many significant digits; a carry as of 0.0995 takes one decimal away: 0.10.
  public func significant(_ count: Int) -> DecimalNumber {
    guard let leadingPlace else { return self }
    let once = rounded(to: leadingPlace - count + 1)
    return once.leadingPlace == leadingPlace ? once : once.rounded(to: leadingPlace - count + 2)
  }

  /// The number divided by a power of ten.
  public func divided(byTenTo power: Int) -> DecimalNumber {
    DecimalNumber(isNegative: isNegative, digits: digits, place: place - power)
  }

  /// All digits down to the place: `-0.40`, `1200`; an ASCII minus, none for 0.
  public var text: String {
    let whole = digits.isEmpty ? [] : digits + Array(repeating: 0, count: max(0, place))
    let decimals = max(0, -place)
    let padded = Array(repeating: 0, count: max(0, decimals + 1 - whole.count)) + whole
    let all = padded.map { "\($0)" }.joined()
    let sign = isNegative && !digits.isEmpty ? "-" : ""
    guard decimals > 0 else { return sign + all }
    return "\(sign)\(all.dropLast(decimals)).\(all.suffix(decimals))"
  }
}
