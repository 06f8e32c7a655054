import Basics

/// The log of a W&B run, `run-ID.wandb`: the history as series, the summary as scalars. Names that begin
/// with `_` are W&B's own.
struct WandBReader: MetricReader {
  private var log: WandBLog
  private let prefix: String
  private var names: Set<String> = []
  private var hasTold = false
  /// What the log says of the run.
  private(set) var run = WandBRun()

  init(path: String, prefix: String) {
    log = WandBLog(path: path)
    self.prefix = prefix
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    var log = log
    log.read(
      isFinal: isFinal,
      reset: {
        book.forget(names)
        (names, run) = ([], WandBRun())
      },
      { record in take(record, into: &book) })
    self.log = log
    if let problem = log.problem { book.noteLoss(problem) }
    if log.isOther || log.damaged > 0, !hasTold {
      hasTold = true
      book.note(
        log.isOther
          ? "\(log.path) does not begin as a log of W&B does: it is left out."
          : "\(log.path) has damaged records: they are left out.")
    }
  }

  /// What is damaged, a sentence each.
  var problems: [String] {
    if log.isOther { return ["It does not begin as a log of W&B does."] }
    return [log.problem].compactMap(\.self)
      + (log.damaged > 0 ? ["It has \(counted(log.damaged, "damaged record"))."] : [])
  }

  private mutating func take(_ record: ArraySlice<UInt8>, into book: inout MetricBook) {
    var fields = ProtobufFields(record)
    while let (number, value) = fields.next() {
      guard let bytes = value.bytes else { continue }
      switch number {
      case 2: recordHistory(bytes, into: &book)
      case 3: recordSummary(bytes, into: &book)
      case 5: run.readConfig(bytes)
      case 17: run.readRun(bytes)
      case 18: run.readExit(bytes)
      case 21: run.readHeader(bytes)
      case 26: run.readEnvironment(bytes)
      default: break
      }
    }
  }

  private mutating func recordHistory(_ data: ArraySlice<UInt8>, into book: inout MetricBook) {
    var fields = ProtobufFields(data)
    var step: Int?
    var numbers: [(String, Double)] = []
    while let (number, value) = fields.next() {
      guard let bytes = value.bytes else { continue }
      if number == 2 {
        var parts = ProtobufFields(bytes)
        while let (part, value) = parts.next() { if part == 1 { step = value.integer ?? step } }
        // The number 0 is not written.
        step = step ?? 0
      }
      guard number == 1, let item = WandBItem(bytes) else { continue }
      if item.name == "_step" { step = item.value.number.flatMap(MetricValue.step) ?? step }
      item.flatten { numbers.append(($0, $1)) }
    }
    for (name, value) in numbers {
      book.record(prefix + name, value, at: step)
      remember(name)
    }
  }

  private mutating func recordSummary(_ data: ArraySlice<UInt8>, into book: inout MetricBook) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      guard number == 1, let bytes = value.bytes, let item = WandBItem(bytes) else { continue }
      item.flatten { name, value in
        book.recordScalar(prefix + name, value)
        remember(name)
      }
    }
  }

  private mutating func remember(_ name: String) {
    if names.count < 200_000 { names.insert(prefix + name) }
  }
}

/// What the log of W&B says of a run beside its metrics.
struct WandBRun: Sendable {
  var id: String?
  var displayName: String?
  var host: String?
  var sweep: String?
  var startedAt: Double?
  var runtime: Double?
  var exitCode: Int?
  var config: [RecordedRun.Parameter] = []
  var version: String?
  /// The program and its arguments.
  var command: [String] = []

  fileprivate mutating func readRun(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      switch number {
      case 1: id = value.text
      case 4: if let bytes = value.bytes { readConfig(bytes) }
      case 8: displayName = value.text
      case 12: sweep = value.text
      case 13: host = value.text
      case 17:
        guard let bytes = value.bytes else { continue }
        var parts = ProtobufFields(bytes)
        var (seconds, nanoseconds) = (0, 0)
        while let (part, value) = parts.next() {
          if part == 1 { seconds = value.integer ?? 0 }
          if part == 2 { nanoseconds = value.integer ?? 0 }
        }
        startedAt = Double(seconds) + Double(nanoseconds) / 1e9
      default: break
      }
    }
  }

  fileprivate mutating func readConfig(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      guard let bytes = value.bytes, let item = WandBItem(bytes) else { continue }
      if item.name == "_wandb" || item.name.hasPrefix("_wandb.") {
        version = item.value["cli_version"]?.text ?? version
        continue
      }
      // A later value takes the place of the whole former one.
      config.removeAll { $0.name == item.name || $0.name.hasPrefix(item.name + ".") }
      guard number == 1, config.count < 100_000 else { continue }
      config += [RecordedRun.Parameter](.object([JSON.Member(item.name, item.value)]))
    }
  }

  fileprivate mutating func readHeader(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      guard number == 1, let bytes = value.bytes else { continue }
      var parts = ProtobufFields(bytes)
      while let (part, value) = parts.next() {
        // Behind the version stands the commit.
        if part == 1 { version = value.text.map { String($0.prefix { $0 != "+" }) } }
      }
    }
  }

  fileprivate mutating func readEnvironment(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    var program: String?
    var arguments: [String] = []
    while let (number, value) = fields.next(), arguments.count < 10_000 {
      if number == 5, let text = value.text { arguments.append(text) }
      if number == 6 { program = value.text }
    }
    // It comes again with what is known later.
    if let program, !program.isEmpty { command = [program] + arguments }
  }

  fileprivate mutating func readExit(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    exitCode = 0
    while let (number, value) = fields.next() {
      if number == 1 { exitCode = value.integer }
      if number == 2 { runtime = value.integer.map(Double.init) }
    }
  }
}

/// A name and its value in JSON.
private struct WandBItem {
  let name: String
  let value: JSON

  init?(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    var names: [String] = []
    var nested: [String] = []
    var text: ArraySlice<UInt8> = []
    while let (number, value) = fields.next() {
      switch number {
      case 1: if let name = value.text, !name.isEmpty { names = [name] }
      case 2: if let name = value.text { nested.append(name) }
      case 16: text = value.bytes ?? text
      default: break
      }
    }
    guard nested.count <= 64 else { return nil }
    name = (nested.isEmpty ? names : nested).joined(separator: ".")
    guard !name.isEmpty, let value = try? JSON(Array(text), limit: 1 << 16) else { return nil }
    self.value = value
  }

  /// The numbers, but for W&B's own and for what it calls media, such as histograms.
  func flatten(_ body: (String, Double) -> Void) {
    guard !name.hasPrefix("_") else { return }
    if let number = Self.number(value) { body(name, number) }
    Self.flatten(value, name, body)
  }

  private static func flatten(_ value: JSON, _ name: String, _ body: (String, Double) -> Void) {
    guard value["_type"] == nil else { return }
    for member in value.members where name.utf8.count < 4096 {
      let inner = "\(name).\(member.name)"
      if let number = number(member.value) { body(inner, number) }
      flatten(member.value, inner, body)
    }
  }

  /// NaN and infinities are written as texts.
  private static func number(_ value: JSON) -> Double? {
    switch value.text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: value.number
    }
  }
}
