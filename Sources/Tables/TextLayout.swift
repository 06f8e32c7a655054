/// How a text lays out its table: what separates fields, where the header is, what a decimal mark is.
struct TextLayout {
  /// What separates fields; nil for runs of blanks.
  var delimiter: UInt8?
  /// Where the table begins.
  var start = 0
  /// Where the header is, where it stands in a comment line; behind its `#`.
  var commentHeader: Int?
  /// True where the first row is data already.
  var hasHeader = true

  /// Lines that are looked at.
  private static let sampleLines = 12
  /// In the order of preference: a comma may be a decimal mark or part of a text.
  private static let delimiters = [",", "\t", ";", "|"].map { UInt8(ascii: $0) }

  /// Finds the layout of a text; the name's ending decides nothing that the text does.
  init(_ bytes: [UInt8]) {
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    delimiter = UInt8(ascii: ",")
    var isDeclared = false
    if let declared = Self.declared(bytes, from: start) {
      delimiter = declared.delimiter
      start = declared.end
      isDeclared = true
    } else if let data = Self.nist(bytes, from: start) {
      delimiter = nil
      commentHeader = data.header
      start = data.rows
      hasHeader = false
      return
    }
    let sample = Sample(bytes, from: start, lines: Self.sampleLines)
    guard let first = sample.lines.first else { return }
    if !isDeclared { delimiter = Self.guess(bytes, sample.lines) }
    let fields = Self.split(bytes, first, delimiter)
    guard Self.areNumbers(bytes, fields) else { return }
    hasHeader = false
    guard var comment = sample.comment else { return }
    while comment.lowerBound < comment.upperBound, bytes[comment.lowerBound] == UInt8(ascii: "#") {
      comment = comment.lowerBound + 1..<comment.upperBound
    }
    if Self.split(bytes, comment, delimiter).count == fields.count {
      commentHeader = comment.lowerBound
    }
  }

  /// Excel's first line `sep=;`.
  private static func declared(_ bytes: [UInt8], from start: Int) -> (delimiter: UInt8, end: Int)? {
    let end = lineEnd(bytes, start)
    var line = bytes[start..<end]
    while let last = line.last, last == 0x0D || last == 0x22 || last == 0x20 {
      line = line.dropLast()
    }
    if line.first == 0x22 { line = line.dropFirst() }
    guard line.count == 5, line.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8) else {
      return nil
    }
    return (line[line.startIndex + 4], end)
  }

  /// The tables of NIST's Statistical Reference Datasets: a preamble, then `Data:  y  x`.
  private static func nist(_ bytes: [UInt8], from start: Int) -> (header: Int, rows: Int)? {
    guard bytes[start...].starts(with: "NIST/ITL StRD".utf8) else { return nil }
    var found: (header: Int, rows: Int)?
    var at = start
    while at < bytes.count {
      let end = lineEnd(bytes, at)
      if bytes[at..<end].starts(with: "Data:".utf8) { found = (at + 5, min(end + 1, bytes.count)) }
      at = end + 1
    }
    return found
  }

  /// The delimiter by which the first lines have equally many fields, more than one; else the most
  /// frequent one of the first line; blanks where there is none.
  private static func guess(_ bytes: [UInt8], _ lines: [Range<Int>]) -> UInt8? {
    let counts = delimiters.map { delimiter in
      lines.map { split(bytes, $0, delimiter).count }
    }
    let even = delimiters.indices.filter { place in
      counts[place][0] > 1 && counts[place].allSatisfy { $0 == counts[place][0] }
    }
    // Of several, a comma that separates decimals loses.
    if let best = even.last(where: { delimiters[$0] != UInt8(ascii: "|") }) ?? even.last {
      return delimiters[best]
    }
    if let most = delimiters.indices.max(by: { counts[$0][0] < counts[$1][0] }), counts[most][0] > 1
    {
      let first = delimiters.indices.first { counts[$0][0] == counts[most][0] } ?? most
      return delimiters[first]
    }
    let blanks = lines.map { split(bytes, $0, nil).count }
    let isColumn = lines.count > 1 && blanks.dropFirst().allSatisfy { $0 == 1 }
    return blanks[0] > 1 && !isColumn ? nil : UInt8(ascii: ",")
  }

  /// The fields of a line, roughly: a line break in quotes ends the line.
  static func split(_ bytes: [UInt8], _ line: Range<Int>, _ delimiter: UInt8?) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    var (at, from, isQuoted) = (line.lowerBound, line.lowerBound, false)
    while at < line.upperBound {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if !isQuoted, delimiter.map({ byte == $0 }) ?? byte.isBlank {
        fields.append(from..<at)
        from = at + 1
      }
      at += 1
    }
    fields.append(from..<line.upperBound)
    let trimmed = fields.map { trim(bytes, $0) }
    return delimiter == nil ? trimmed.filter { !$0.isEmpty } : trimmed
  }

  static func trim(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, bytes[lower].isBlank { lower += 1 }
    while upper > lower, bytes[upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }

  /// Numbers, or words for missing ones beside at least one number; sizes such as `70M` may be names.
  private static func areNumbers(_ bytes: [UInt8], _ fields: [Range<Int>]) -> Bool {
    let numbers = fields.compactMap { Decimal(bytes, $0, hasCommas: true) }
    return !numbers.isEmpty && !numbers.contains(where: \.hasSize)
      && fields.allSatisfy { NumberText.read(bytes, $0, hasCommas: true) != .text }
  }

  static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    var end = start
    while end < bytes.count, !bytes[end].isLineEnd { end += 1 }
    return end
  }
}

/// The first lines of a text.
private struct Sample {
  /// Those that are neither blank nor comments.
  var lines: [Range<Int>] = []
  /// The last comment before them.
  var comment: Range<Int>?

  init(_ bytes: [UInt8], from start: Int, lines wanted: Int) {
    var at = start
    while at < bytes.count, lines.count < wanted {
      let end = TextLayout.lineEnd(bytes, at)
      let line = TextLayout.trim(bytes, at..<end)
      if !line.isEmpty {
        if bytes[line.lowerBound] != UInt8(ascii: "#") {
          lines.append(line)
        } else if lines.isEmpty {
          comment = line
        }
      }
      at = end + 1
    }
  }
}
