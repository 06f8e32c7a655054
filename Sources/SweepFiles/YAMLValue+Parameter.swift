import Basics
import SweepModel

extension YAMLValue {
  /// The switch that a plain `true` or `false` means; nil for anything else.
  var flag: Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// A whole number in a range; `2e5` and `200_000` are accepted when they are exactly whole.
  func integer(in range: ClosedRange<Int>, name: String) throws(FileError) -> Int {
    guard let text = plain, let number = DecimalText(text) else {
      try refuseNonFinite(name)
      throw place.error("\"\(name)\" must be a whole number, found \(found)", numberRemedy)
    }
    switch number.whole {
    case .fraction: throw place.error("\"\(name)\" must be a whole number, found \(text)")
    case .overflow: throw place.error("\"\(name)\" does not fit in 64 bits: \(text)")
    case .value(let value):
      guard range.contains(value) else {
        throw place.error("\"\(name)\" must be \(Bounds.text(range)), found \(text)")
      }
      return value
    }
  }

  /// So many whole ones of a resource, or a share of a single one in thousandths.
  func amount(name: String) throws(FileError) -> Amount {
    guard let text = plain, let number = DecimalText(text), case .fraction = number.whole else {
      return Amount(try integer(in: KeyTable.counts, name: name))
    }
    guard let value = number.real, value > 0, value < 1 else {
      throw place.error(
        "\"\(name)\" must be a whole number, or a share between 0 and 1, found \(text)",
        "a job has whole ones, or a part of one alone: write 1, 2 or 0.5")
    }
    guard case .value(let thousandths) = number.scaled(to: -3) else {
      throw place.error(
        "\"\(name)\" has more than three digits after the point: \(text)",
        "shares are counted in thousandths: write 0.333 for a third, so that three fit on one")
    }
    return Amount(thousandths: thousandths)
  }

  /// A finite number in a range.
  func real(
    in range: ClosedRange<Double> = -Double
      .greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
    openBelow: Bool = false, name: String
  ) throws(FileError) -> Double {
    guard let text = plain, let number = DecimalText(text) else {
      try refuseNonFinite(name)
      throw place.error("\"\(name)\" must be a number, found \(found)", numberRemedy)
    }
    guard let value = number.real else {
      throw place.error("\"\(name)\" does not fit in a 64-bit real: \(text)")
    }
    guard range.contains(value), !(openBelow && value == range.lowerBound) else {
      let bounds = Bounds.text(range, openBelow: openBelow)
      throw place.error("\"\(name)\" must be \(bounds), found \(text)")
    }
    return value
  }

  /// What to write instead of a text that people take for a number or several; nil where nothing is
  /// known of it.
  private var numberRemedy: String? {
    guard let text else { return nil }
    let bare = text.filter { !$0.isWhitespace }
    if plain == nil { return DecimalText(bare) == nil ? nil : "remove the quotes: \(bare)" }
    if let digits = bare.firstMatch(of: /^[+-]?0+([0-9]+)$/)?.1 {
      return "leading zeros mean base 8 to some programs and base 10 to others; write \(digits)"
    }
    if let call = bare.wholeMatch(of: /(?:np\.|numpy\.)?(range|arange)\(([^()]*)\)/) {
      return "write {range: [\(call.2.split(separator: ",").joined(separator: ", "))]}"
    }
    let parts = text.split { $0 == "," || $0.isWhitespace }
    guard parts.count > 1, parts.allSatisfy({ DecimalText(String($0)) != nil }) else { return nil }
    return "write a list: [\(parts.joined(separator: ", "))]"
  }

  private func refuseNonFinite(_ name: String) throws(FileError) {
    let word = (plain ?? "").lowercased().drop { "+-.".contains($0) }
    guard ["inf", "infinity", "nan"].contains(word) else { return }
    throw place.error("\"\(name)\" must be a finite number, found \(plain ?? "")")
  }
}

extension ParameterSpec {
  /// Reads a value of this parameter's type and range.
  func value(of value: YAMLValue) throws(FileError) -> Value {
    switch kind {
    case .integer(let range): return .integer(try value.integer(in: range, name: name))
    case .real(let range, let openBelow):
      let real = try value.real(in: range, openBelow: openBelow, name: name)
      return .real(real)
    case .flag:
      guard let flag = value.flag else {
        let words = ["yes": "true", "on": "true", "no": "false", "off": "false"]
        throw value.place.error(
          "\"\(name)\" must be true or false, found \(value.found)",
          words[value.text?.lowercased() ?? ""].map { "write \($0)" })
      }
      return .flag(flag)
    case .choice(let words):
      guard let text = value.text else {
        let list = words.joined(separator: ", ")
        throw value.place.error("\"\(name)\" must be one of \(list), found \(value.found)")
      }
      guard words.contains(text) else {
        throw value.place.error(
          "unknown \"\(name)\" \(quoted(text))", NearestWord.remedy(for: text, in: words))
      }
      return .text(text)
    case .text:
      if case .list = value.content { return .text(value.flow) }
      guard let text = value.text else {
        var remedy: String?
        if case .null = value.content {
          remedy = "quote the word that the program takes, or leave it out"
        }
        throw value.place.error("\"\(name)\" must be text, found \(value.found)", remedy)
      }
      return .text(text)
    case .data:
      guard let text = value.text else {
        throw value.place.error("\"\(name)\" must be a name or a folder, found \(value.found)")
      }
      if let problem = SafeAddress.pathProblem(text) {
        throw value.place.error("\"\(name)\" \(problem), found \(quoted(text))")
      }
      return .text(text)
    }
  }

  /// Checks a computed number against the type and range; the place is the axis's.
  func value(of number: Double, at place: Place) throws(FileError) -> Value {
    switch kind {
    case .integer(let range):
      guard number.rounded() == number else {
        throw place.error(
          "\"\(name)\" must be whole numbers, found \(number)",
          "add \"as: round\" for the nearest, or \"as: int\" to cut the fractions off")
      }
      guard let value = Int(exactly: number) else {
        throw place.error("\"\(name)\" does not fit in 64 bits: \(number)")
      }
      guard range.contains(value) else {
        throw place.error("\"\(name)\" must be \(Bounds.text(range)), found \(value)")
      }
      return .integer(value)
    case .real(let range, let openBelow):
      guard number.isFinite, range.contains(number), !(openBelow && number == range.lowerBound)
      else {
        let bounds = Bounds.text(range, openBelow: openBelow)
        throw place.error("\"\(name)\" must be \(bounds), found \(number)")
      }
      return .real(number == 0 ? 0 : number)
    case .choice, .flag, .data, .text:
      throw place.error("\"\(name)\" is not a number", "list its values: [a, b]")
    }
  }
}

/// Ranges in words.
enum Bounds {
  /// `between 1 and 8`, `at least 1`, `at most 8`.
  static func text(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound == .min, range.upperBound == .max) {
    case (false, false): "between \(range.lowerBound) and \(range.upperBound)"
    case (false, true): "at least \(range.lowerBound)"
    case (true, false): "at most \(range.upperBound)"
    case (true, true): "a whole number"
    }
  }

  /// `between 0 and 1`, `above 0 and at most 1`, `at least 0`, `above 0`, `at most 1`.
  static func text(_ range: ClosedRange<Double>, openBelow: Bool = false) -> String {
    let isLow = range.lowerBound > -Double.greatestFiniteMagnitude
    let isHigh = range.upperBound < Double.greatestFiniteMagnitude
    let low = trim(range.lowerBound)
    let high = trim(range.upperBound)
    return switch (isLow, isHigh) {
    case (true, true): openBelow ? "above \(low) and at most \(high)" : "between \(low) and \(high)"
    case (true, false): openBelow ? "above \(low)" : "at least \(low)"
    case (false, true): "at most \(high)"
    case (false, false): "a finite number"
    }
  }

  private static func trim(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
