import Basics

/// JSON lines, an object each: `{"step": 100, "loss": 1.23}`. Names of nested objects are joined by
/// points; texts and lists are left out.
struct JSONLinesReader: MetricReader {
  private static let lineLimit = 1 << 20

  private var file: GrowingFile
  private var lines = LineSplitter(limit: JSONLinesReader.lineLimit)
  private var row: JSONRow
  private let prefix: String
  private let step: String?
  private var hasToldDamage = false
  private var hasToldLength = false

  init(path: String, prefix: String, step: String?) {
    file = GrowingFile(path)
    row = JSONRow(prefix: prefix, step: step)
    (self.prefix, self.step) = (prefix, step)
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    let path = file.path
    func take(_ line: LineSplitter.Line) {
      if line.isCut {
        if !hasToldLength { book.noteLoss(line.tooLong(in: path, limit: Self.lineLimit)) }
        hasToldLength = true
        return
      }
      guard let damage = row.read(line.bytes, into: &book), !hasToldDamage else { return }
      hasToldDamage = true
      book.noteLoss(
        "Line \(line.number) of \(path) is no JSON object (\(damage.description)), and neither may "
          + "be others: such lines are left out.")
    }
    var file = file
    file.read(
      isFinal: isFinal,
      reset: {
        book.forget(row.names)
        row = JSONRow(prefix: prefix, step: step)
        lines = LineSplitter(limit: Self.lineLimit)
      },
      { block in
        var lines = lines
        lines.split(block, take)
        self.lines = lines
      })
    if isFinal, !file.isCut {
      var lines = lines
      lines.finish(take)
      self.lines = lines
    }
    self.file = file
    if let problem = file.problem { book.noteLoss(problem) }
  }
}

/// What one JSON object says of metrics at a step.
struct JSONRow: Sendable {
  /// The names recorded so far.
  private(set) var names: Set<String> = []
  private let prefix: String
  private var choice: StepChoice
  private var hasSteps = false

  init(prefix: String, step: String?) {
    self.prefix = prefix
    choice = StepChoice(step)
  }

  /// Records a line; what is wrong with it, if it is neither blank nor an object.
  mutating func read(_ line: ArraySlice<UInt8>, into book: inout MetricBook) -> JSONDamage? {
    guard line.contains(where: { $0 > 0x20 }) else { return nil }
    do throws(JSONDamage) {
      let value = try JSON(Array(line), limit: 1 << 17)
      guard case .object = value else {
        throw JSONDamage(message: "An object was expected.", offset: 0)
      }
      record(value, into: &book)
      return nil
    } catch {
      return error
    }
  }

  /// Records an object's numbers.
  mutating func record(_ object: JSON, into book: inout MetricBook) {
    var numbers: [(name: String, value: Double)] = []
    Self.flatten(object, prefix: "") { numbers.append(($0, $1)) }
    let stepName = choice.name(among: numbers.lazy.map { $0.name })
    let written = numbers.last { $0.name == stepName }
    let step = written.flatMap { choice.step($0.value, of: $0.name) }
    if step == nil, let written, written.value.isFinite { book.noteFraction(in: written.name) }
    if written == nil, hasSteps, !numbers.isEmpty {
      book.note("A row has no step though others have one: it has the one after the last.")
    }
    hasSteps = hasSteps || step != nil
    for (name, value) in numbers where step == nil || name != stepName {
      book.record(prefix + name, value, at: step)
      if names.count < 200_000 { names.insert(prefix + name) }
    }
  }

  /// What a text says that is a number, as some programs write them.
  private static func written(_ value: JSON) -> Double? {
    guard case .text(let text) = value, let first = text.utf8.first,
      "+-.0123456789".utf8.contains(first) || ["nan", "inf"].contains(text.lowercased())
    else { return nil }
    return MetricValue.number(Substring(text))
  }

  /// The numbers of an object and of those in it.
  static func flatten(_ object: JSON, prefix: String, _ body: (String, Double) -> Void) {
    for member in object.members {
      let name = prefix.isEmpty ? member.name : "\(prefix).\(member.name)"
      if case .object = member.value {
        if name.utf8.count <= 4096 { flatten(member.value, prefix: name, body) }
      } else if let number = member.value.number ?? written(member.value) {
        body(name, number)
      }
    }
  }
}
