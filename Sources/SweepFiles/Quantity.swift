/// Lengths of time and sizes as people write them.
enum Quantity {
  /// Seconds of `30s`, `5 min`, `1h30m`, `2 days`, `250ms`, `1.5h`, `HH:MM:SS` or Slurm's
  /// `D-HH:MM:SS`. Units of several letters may be written large.
  ///
  /// Nil for anything else, also for a bare number, whose unit nobody knows. At most 10 years.
  static func duration(_ text: String) -> Double? {
    let seconds = text.utf8.contains(UInt8(ascii: ":")) ? clock(text) : units(text)
    guard let seconds, seconds <= 3650 * 86_400 else { return nil }
    return seconds
  }

  /// The shape of a duration as a regular expression, for the JSON Schema.
  static let durationPattern =
    "^(\\d+(\\.\\d+)? ?(\(timePattern))( ?\\d+(\\.\\d+)? ?(\(timePattern)))*"
    + "|(\\d+-)?\\d{1,4}:[0-5]\\d:[0-5]\\d)$"

  /// Bytes of `1GiB`, `512 MiB`, `4GB`, `4gb`, `4Gi`, `1.5GiB` or `100B`; nil for anything else, also
  /// for `4G`, which some programs read as 4GB and others as 4GiB, and for what does not fit in 64
  /// bits.
  static func size(_ text: String) -> Int? {
    guard let (number, unit) = split(text[...]),
      let scale = sizeUnits.first(where: {
        $0.0.lowercased() == unit.lowercased() || $0.0 == unit + "B" && unit.hasSuffix("i")
      })
    else { return nil }
    let bytes = number * Double(scale.1)
    guard bytes >= 1, bytes < 9e18, bytes.rounded() == bytes else { return nil }
    return Int(bytes)
  }

  /// The shape of a size as a regular expression, for the JSON Schema.
  static let sizePattern = "^\\d+(\\.\\d+)? ?([bB]|[kKmMgGtTpP][bB]|[kKmMgGtTpP][iI][bB]|[KMGTP]i)$"

  /// What to write instead of a size that says less than its writer knows; nil for other texts.
  static func remedy(forSize text: String) -> String? {
    guard let (number, unit) = split(text[...]) else { return nil }
    let digits = text.prefix { $0 != " " }.filter { $0.isNumber || $0 == "." }
    if unit.isEmpty { return number > 0 ? "say of what, such as \(digits)MiB" : nil }
    guard let letter = unit.uppercased().first, unit.count == 1, "KMGTP".contains(letter) else {
      return nil
    }
    return "some programs mean \(digits)\(letter)B by it and others \(digits)\(letter)iB: write one"
  }

  /// What to write instead of a number without a unit of time; nil for other texts.
  static func remedy(forDuration text: String) -> String? {
    guard let (_, unit) = split(text[...]), unit.isEmpty else { return nil }
    return "say of what, such as \(text)s or \(text)min"
  }

  private static let sizeUnits: [(String, Int)] = [
    ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("PiB", 1 << 50),
  ]

  /// Every spelling of a unit of time; those of several letters in any case but for `ms`.
  private static let timePattern = timeUnits.flatMap(\.names).map { name in
    name.count < 3
      ? name : name.map { "[\($0)\($0.uppercased())]" }.joined()
  }.joined(separator: "|")

  /// Units with all their spellings, larger ones first.
  private static let timeUnits: [(names: [String], seconds: Double)] = [
    (["weeks", "week"], 604_800), (["days", "day", "d"], 86_400),
    (["hours", "hour", "hrs", "hr", "h"], 3600),
    (["minutes", "minute", "mins", "min", "m"], 60),
    (["seconds", "second", "secs", "sec", "s"], 1), (["ms"], 0.001),
  ]

  /// `1h30m` or `1 h 30 min`: numbers with units, each unit at most once, larger ones first.
  private static func units(_ text: String) -> Double? {
    var rest = text[...]
    var seconds = 0.0
    var smallest = -1
    while !rest.isEmpty {
      if smallest >= 0 { rest = withoutSpace(rest) }
      guard let (number, tail) = number(&rest) else { return nil }
      rest = withoutSpace(tail)
      let word = String(rest.prefix { $0.isLetter })
      // M may be minutes or a million; a word is what it is.
      let unit = word.count < 3 ? word : word.lowercased()
      guard let index = timeUnits.firstIndex(where: { $0.names.contains(unit) }), index > smallest
      else { return nil }
      smallest = index
      rest = rest.dropFirst(word.count)
      seconds += number * timeUnits[index].seconds
    }
    return smallest < 0 ? nil : seconds
  }

  private static func withoutSpace(_ text: Substring) -> Substring {
    text.first == " " ? text.dropFirst() : text
  }

  /// `HH:MM:SS`, hours without limit, or `D-HH:MM:SS`.
  private static func clock(_ text: String) -> Double? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, let time = parts.last else { return nil }
    let fields = time.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 3, let hours = whole(fields[0], 1...4),
      let minutes = whole(fields[1], 2...2),
      let seconds = whole(fields[2], 2...2), minutes < 60, seconds < 60
    else { return nil }
    let clock = Double(hours * 3600 + minutes * 60 + seconds)
    guard parts.count == 2 else { return clock }
    guard let days = whole(parts[0], 1...4), hours < 24 else { return nil }
    return Double(days) * 86_400 + clock
  }

  private static func whole(_ text: Substring, _ length: ClosedRange<Int>) -> Int? {
    guard length.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func split(_ text: Substring) -> (Double, String)? {
    var rest = text
    guard let (value, tail) = number(&rest) else { return nil }
    return (value, String(withoutSpace(tail)))
  }

  /// A decimal number without sign or exponent at the start, and what follows it.
  private static func number(_ text: inout Substring) -> (Double, Substring)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard digits.first != ".", digits.last != ".", let value = Double(digits) else { return nil }
    return (value, text.dropFirst(digits.count))
  }
}
