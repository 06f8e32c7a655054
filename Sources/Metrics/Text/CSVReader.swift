import Basics

/// A CSV file with a header, such as Lightning's `metrics.csv`, Keras' CSVLogger or `progress.csv`.
///
/// Empty fields are no values, so rows may be sparse. Without a column of steps a row's number is its
/// step. A header may come again where a program went on.
struct CSVReader: MetricReader {
  fileprivate static let lineLimit = 4 << 20

  private var file: GrowingFile
  private var lines = LineSplitter(limit: CSVReader.lineLimit)
  private var rows: CSVRows
  private let prefix: String
  private let step: String?

  init(path: String, prefix: String, step: String?) {
    file = GrowingFile(path)
    rows = CSVRows(origin: path, prefix: prefix, step: step)
    (self.prefix, self.step) = (prefix, step)
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    var file = file
    file.read(
      isFinal: isFinal,
      reset: {
        book.forget(rows.names)
        rows = CSVRows(origin: self.file.path, prefix: prefix, step: step)
        lines = LineSplitter(limit: Self.lineLimit)
      },
      { block in
        var lines = lines
        lines.split(block) { rows.read($0, into: &book) }
        self.lines = lines
      })
    if isFinal, !file.isCut {
      var lines = lines
      lines.finish { rows.read($0, into: &book) }
      self.lines = lines
      rows.finish(into: &book)
    }
    self.file = file
    if let problem = file.problem { book.noteLoss(problem) }
  }
}

/// The rows of a CSV file one after the other.
private struct CSVRows: Sendable {
  private static let columnLimit = 100_000

  /// What a column holds that is no number.
  private struct Texts {
    let line: Int
    let first: String
    var count = 0
  }

  /// The names recorded so far.
  private(set) var names: Set<String> = []
  private let origin: String
  private let prefix: String
  private let step: String?
  private var header: [String] = []
  private var stepColumn: Int?
  private var delimiter = UInt8(ascii: ",")
  private var row = 0
  private var lastStep: Int?
  /// A comment above the header, which may be the header.
  private var comment: [UInt8] = []
  private var lineNumber = 0
  /// Columns that hold texts, and how many numbers every column holds.
  private var texts: [Int: Texts] = [:]
  private var numbers: [Int] = []
  private var hasToldLength = false
  /// False of what has zeros where a header should be, as UTF-16 has.
  private var isText = true
  /// A row whose quotes have not closed.
  private var open: [UInt8] = []

  init(origin: String, prefix: String, step: String?) {
    (self.origin, self.prefix, self.step) = (origin, prefix, step)
  }

  mutating func read(_ line: LineSplitter.Line, into book: inout MetricBook) {
    guard !line.isCut else {
      if !hasToldLength { book.noteLoss(line.tooLong(in: origin, limit: CSVReader.lineLimit)) }
      hasToldLength = true
      // A row below is not the header.
      if header.isEmpty { (header, numbers) = ([""], [0]) }
      open = []
      return
    }
    lineNumber = line.number
    let line = line.bytes
    let quotes = line.reduce(0) { $0 + ($1 == UInt8(ascii: "\"") ? 1 : 0) }
    guard open.isEmpty, quotes % 2 == 0 else {
      let closes = !open.isEmpty && quotes % 2 == 1
      guard open.count + line.count < 1 << 22 else {
        open = []
        return book.noteLoss("A quote in \(origin) never closes: that row is left out.")
      }
      if !open.isEmpty { open.append(0x0A) }
      open += line
      guard closes else { return }
      let whole = open
      open = []
      return take(whole[...], into: &book)
    }
    take(line, into: &book)
  }

  /// A last row whose quotes never close is none.
  mutating func finish(into book: inout MetricBook) {
    tellOfTexts(&book)
    guard !open.isEmpty else { return }
    open = []
    book.noteLoss("A quote in \(origin) never closes: that row is left out.")
  }

  private mutating func take(_ line: ArraySlice<UInt8>, into book: inout MetricBook) {
    guard isText else { return }
    guard line.contains(where: { $0 > 0x20 }) else { return }
    if line.first == UInt8(ascii: "#") {
      if header.isEmpty { comment = Array(line.dropFirst()) }
      return
    }
    if header.isEmpty {
      guard isOfNumbers(line) else { return setHeader(line, &book) }
      setHeader(comment[...], &book)
      if header.count != split(line).count || header.contains(where: \.isEmpty) {
        isText = false
        return book.noteLoss(
          "\(origin) does not begin with the names of its columns: nothing is read of it.")
      }
    }
    let fields = split(line)
    let values = fields.map(number)
    if values.allSatisfy({ $0 == nil }) {
      let texts = fields.map(text)
      if texts == header || isHeader(texts) { return setHeader(line, &book) }
      for column in fields.indices.prefix(header.count) { noteText(fields[column], column) }
      return
    }
    guard fields.count <= header.count else { return noteWidth(&book, fields.count) }
    defer { row += 1 }
    let written = stepColumn.flatMap { $0 < values.count ? values[$0] : nil }
    if let stepColumn, stepColumn < fields.count {
      if written != nil {
        numbers[stepColumn] += 1
      } else if noteText(fields[stepColumn], stepColumn), numbers[stepColumn] > 0 {
        return
      }
    }
    if step == nil, let written, written.isFinite, MetricValue.step(written) == nil {
      // A column such as epochs in fractions is a metric like others.
      if let stepColumn { book.noteFraction(in: header[stepColumn]) }
      stepColumn = nil
      if let lastStep, lastStep < .max { row = max(row, lastStep + 1) }
    }
    let step = stepColumn == nil ? row : written.flatMap(MetricValue.step)
    lastStep = step ?? lastStep
    if step == nil, lastStep != nil {
      book.note("A row of \(origin) has no step: it has the one after the last.")
    }
    for (column, value) in values.enumerated() where column != stepColumn {
      guard !header[column].isEmpty else { continue }
      guard let value else {
        noteText(fields[column], column)
        continue
      }
      numbers[column] += 1
      book.record(prefix + header[column], value, at: step)
      if names.count < 200_000 { names.insert(prefix + header[column]) }
    }
  }

  /// A first row that names nothing.
  private func isOfNumbers(_ line: ArraySlice<UInt8>) -> Bool {
    let marks: Set = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    return line.split(omittingEmptySubsequences: false, whereSeparator: marks.contains)
      .allSatisfy { MetricValue.number(Substring(text($0))) != nil }
  }

  /// A header with further columns, or with others: below it another table goes on, which has some of
  /// the names.
  private func isHeader(_ texts: [String]) -> Bool {
    let names = Set(header)
    return names.isSubset(of: texts)
      || (texts.count > 1 && texts.contains { !$0.isEmpty && names.contains($0) }
        && !texts.contains(where: MetricValue.isMissing))
  }

  /// Takes note of a field that is no number; false where it is missing only.
  @discardableResult
  private mutating func noteText(_ field: ArraySlice<UInt8>, _ column: Int) -> Bool {
    let text = text(field.prefix(500))
    guard !MetricValue.isMissing(text), !header[column].isEmpty else { return false }
    texts[column, default: Texts(line: lineNumber, first: text)].count += 1
    return true
  }

  /// Tells of texts in columns that hold no fewer numbers.
  private mutating func tellOfTexts(_ book: inout MetricBook) {
    for (column, found) in texts.sorted(by: { $0.key < $1.key })
    where numbers[column] >= found.count || column == stepColumn {
      book.noteLoss(
        "Line \(found.line) of \(origin) has \"\(found.first.prefix(60))\" under \(header[column]), where "
          + "others are numbers: such values are left out.")
    }
    (texts, numbers) = ([:], Array(repeating: 0, count: header.count))
  }

  private func noteWidth(_ book: inout MetricBook, _ count: Int) {
    book.noteLoss(
      "A row of \(origin) has more fields than its header's \(header.count): such rows are left out."
    )
  }

  private mutating func setHeader(_ line: ArraySlice<UInt8>, _ book: inout MetricBook) {
    tellOfTexts(&book)
    guard !line.contains(0) else {
      isText = false
      return book.noteLoss("\(origin) is no text in UTF-8: nothing is read of it.")
    }
    let line = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
    let counts = [",", ";", "\t"].map { (mark: Unicode.Scalar) in
      (UInt8(ascii: mark), line.count { $0 == UInt8(ascii: mark) })
    }
    delimiter = counts.max { $0.1 < $1.1 }?.0 ?? delimiter
    header = Array(split(line).map(text).prefix(Self.columnLimit))
    let name = StepChoice(step).name(among: header.filter { !$0.isEmpty })
    stepColumn = name.flatMap { header.firstIndex(of: $0) }
    numbers = Array(repeating: 0, count: header.count)
    (row, lastStep) = (0, nil)
    var known: Set<String> = []
    if let name = header.first(where: { !$0.isEmpty && !known.insert($0).inserted }) {
      book.noteLoss("Two columns of \(origin) are called \(name): the last one counts.")
    }
  }

  /// The fields of a row as they stand there.
  private func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var fields: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var isQuoted = false
    for at in line.indices {
      if line[at] == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard line[at] == delimiter, !isQuoted else { continue }
      fields.append(line[start..<at])
      start = at + 1
      if fields.count > Self.columnLimit { return fields }
    }
    fields.append(line[start...])
    return fields
  }

  /// A field without its quotes and the blanks around it.
  private func text(_ field: ArraySlice<UInt8>) -> String {
    var trimmed = field.drop { $0 <= 0x20 }
    while let last = trimmed.last, last <= 0x20 { trimmed = trimmed.dropLast() }
    guard trimmed.count >= 2, trimmed.first == UInt8(ascii: "\""),
      trimmed.last == UInt8(ascii: "\"")
    else { return String(decoding: trimmed, as: UTF8.self) }
    var content: [UInt8] = []
    var wasQuote = false
    for byte in trimmed.dropFirst().dropLast() {
      wasQuote = byte == UInt8(ascii: "\"") && !wasQuote
      if !wasQuote { content.append(byte) }
    }
    return String(decoding: content, as: UTF8.self)
  }

  private func number(_ field: ArraySlice<UInt8>) -> Double? {
    guard field.count <= 500 else { return nil }
    let text = text(field)
    if delimiter == UInt8(ascii: ";"), text.contains(","), !text.contains(".") {
      return MetricValue.number(Substring(text.split(separator: ",").joined(separator: ".")))
    }
    return MetricValue.number(Substring(text))
  }
}
