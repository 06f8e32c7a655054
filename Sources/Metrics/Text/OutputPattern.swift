/// Why a pattern cannot be used.
public struct OutputPatternError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and what to write instead.
  public let description: String

  init(_ what: String) { description = what }
}

/// Metrics in a program's output, by a regular expression.
///
/// Its groups say what is what: `(?<loss>…)` or `(?P<loss>…)` is a metric of that name, a group named
/// `step`, `iteration`, `epoch` or the like the step; a group without a name is the metric that is named
/// beside the pattern; `(?<name>…)` and `(?<value>…)` together are a name and its value, as are two groups
/// without names where no metric is named. A line may hold several matches. Lines end with a line feed or
/// a carriage return, escape sequences of terminals do not count, and of a long line the first 16 KiB are read.
public struct OutputPattern: Sendable {
  private static let lineLimit = 1 << 14

  private let pattern: LinePattern
  private let meanings: [Meaning]
  private var lines = LineSplitter(limit: OutputPattern.lineLimit)

  /// What a group holds.
  private enum Meaning: Hashable {
    case metric(String)
    case step(rank: Int)
    case name
    case value
    case nothing
  }

  /// Reads a pattern.
  ///
  /// - Parameter name: What the group without a name measures.
  public init(_ pattern: String, name: String?) throws(OutputPatternError) {
    self.pattern = try LinePattern(pattern)
    let groups = self.pattern.groups
    let unnamed = groups.count { $0 == nil }
    let isPair = name == nil && unnamed == 2 && groups.count == 2
    var meanings = groups.map { group -> Meaning in
      switch group {
      case nil: .nothing
      case "name" where groups.contains("value"): .name
      case "value" where groups.contains("name"): .value
      case let name?: MetricValue.stepRank(name).map(Meaning.step) ?? .metric(name)
      }
    }
    if isPair { meanings = [.name, .value] }
    if let name, let place = groups.firstIndex(of: nil) { meanings[place] = .metric(name) }
    let isMetric = { (meaning: Meaning) in
      if case .metric = meaning { true } else { meaning == .value }
    }
    guard meanings.contains(where: isMetric) else {
      throw OutputPatternError(
        "it says no metric: name a group, as in loss=(?<loss>[0-9.]+), or name the metric beside it"
      )
    }
    self.meanings = meanings
  }

  /// Reads what the program has written next.
  ///
  /// - Parameter isFinal: Nothing more will come: a last line without its end counts.
  public mutating func read(_ bytes: [UInt8], into book: inout MetricBook, isFinal: Bool) {
    var lines = lines
    lines.split(bytes[...]) { take($0, into: &book) }
    if isFinal { lines.finish { take($0, into: &book) } }
    self.lines = lines
  }

  private func take(_ raw: LineSplitter.Line, into book: inout MetricBook) {
    guard !raw.bytes.isEmpty else { return }
    let line = EscapeSequences.removed(from: raw.bytes)
    // What stands where a line was cut may be the half of a number.
    let matches = pattern.matches(in: line).filter { match in
      !raw.isCut || match.allSatisfy { $0.map { $0.upperBound < line.endIndex } ?? true }
    }
    var step: (rank: Int, step: Int)?
    var found: [(String, Double)] = []
    for match in matches {
      var (name, value) = (nil as String?, nil as Double?)
      for (meaning, range) in zip(meanings, match.dropFirst()) {
        guard let range else { continue }
        let text = String(decoding: line[range], as: UTF8.self)
        let number = MetricValue.number(Substring(text))
        switch meaning {
        case .nothing: break
        case .name: name = text
        case .value: value = number
        case .metric(let metric):
          if let number {
            found.append((metric, number))
          } else if !MetricValue.isMissing(text) {
            book.note(
              "The output has texts that are no numbers where \u{201C}\(metric)\u{201D} is looked for: such "
                + "values are left out.")
          }
        case .step(let rank):
          let whole = number.flatMap(MetricValue.step)
          if whole == nil {
            book.note("The output has steps that are no whole numbers: rows are counted there.")
          }
          if let whole, rank < step?.rank ?? .max { step = (rank, whole) }
        }
      }
      guard let name, let value else { continue }
      if let rank = MetricValue.stepRank(name), let whole = MetricValue.step(value) {
        if rank < step?.rank ?? .max { step = (rank, whole) }
      } else {
        found.append((name, value))
      }
    }
    for (name, value) in found { book.record(name, value, at: step?.step) }
  }
}

/// What a terminal does not print: colours, movements, titles.
enum EscapeSequences {
  /// The text without them.
  static func removed(from line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard line.contains(0x1B) else { return line }
    var text: [UInt8] = []
    var at = line.startIndex
    while at < line.endIndex {
      if line[at] == 0x1B {
        at = end(of: at, in: line)
      } else {
        text.append(line[at])
        at += 1
      }
    }
    return text[...]
  }

  /// Where the sequence ends that begins at a place.
  private static func end(of start: Int, in line: ArraySlice<UInt8>) -> Int {
    var at = start + 1
    guard at < line.endIndex else { return at }
    switch line[at] {
    case UInt8(ascii: "["):
      at += 1
      while at < line.endIndex, !(0x40...0x7E).contains(line[at]) { at += 1 }
      return min(at + 1, line.endIndex)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      while at < line.endIndex, line[at] != 0x07 {
        if line[at] == 0x1B, at + 1 < line.endIndex, line[at + 1] == UInt8(ascii: "\\") {
          return at + 2
        }
        at += 1
      }
      return min(at + 1, line.endIndex)
    case 0x20...0x2F: return min(at + 2, line.endIndex)
    default: return at + 1
    }
  }
}
