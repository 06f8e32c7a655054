/// Numbers as labels, titles of groups and file names have them: four significant digits and no
/// decimals that say nothing; whole numbers as they are.
public enum ShortNumber {
  /// The digits of a label, unless two different values need more to differ.
  public static let digits = 4

  /// A value in at most so many significant digits: `0.131`, `5.623e-05`; ASCII only.
  public static func text(_ value: Double, digits: Int = ShortNumber.digits) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    guard let decimal = DecimalNumber(value) else { return "\(value)" }
    let rounded = decimal.significant(digits)
    let leading = rounded.leadingPlace ?? 0
    guard (-4..<6).contains(leading) else {
      return trimmed(rounded.divided(byTenTo: leading).text) + "e\(leading < 0 ? "-" : "+")"
        + (abs(leading) < 10 ? "0" : "") + "\(abs(leading))"
    }
    return trimmed(rounded.text)
  }

  /// The fewest significant digits, from ``digits`` on, in which different values differ; of many values
  /// as many digits as are sure to do.
  public static func digits(telling values: [Double]) -> Int {
    let distinct = Set(values).sorted()
    guard distinct.count > 1 else { return digits }
    guard distinct.count <= 1000 else {
      let gap = zip(distinct, distinct.dropFirst()).reduce(Double.infinity) { least, pair in
        min(least, (pair.1 - pair.0) / max(abs(pair.0), abs(pair.1)))
      }
      return (digits..<17).first { gap >= 1 / power($0 - 1) } ?? 17
    }
    return (digits..<17).first { digits in
      Set(distinct.map { text($0, digits: digits) }).count == distinct.count
    } ?? 17
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { power, _ in 10 * power }
  }

  /// One text for each text of one axis: numbers short, with more digits where different ones would
  /// look alike; words as they are.
  public static func texts(_ texts: [String]) -> [String] {
    let numbers = texts.map { text in
      text.count > digits || text.hasSuffix(".0") ? Double(text) : nil
    }
    let enough = digits(telling: numbers.compactMap { $0?.isFinite == true ? $0 : nil })
    let short = zip(texts, numbers).map { text, number in
      number.flatMap { $0.isFinite ? self.text($0, digits: enough) : nil } ?? text
    }
    return Set(short).count == Set(texts).count ? short : texts
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var kept = Substring(text)
    while kept.last == "0" { kept.removeLast() }
    if kept.last == "." { kept.removeLast() }
    return String(kept)
  }
}

extension Double {
  /// The number as sentences have it: four significant digits and no decimals that say nothing.
  public var printable: String { ShortNumber.text(self) }
}
