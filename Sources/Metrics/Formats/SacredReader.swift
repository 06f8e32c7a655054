import Basics

/// A run of Sacred's FileStorageObserver: `metrics.json`, the lists and numbers of `info.json`, the
/// result. What jsonpickle wrote for a Python object is not interpreted.
struct SacredReader: MetricReader {
  private(set) var metrics: WholeJSON
  private(set) var info: WholeJSON
  private(set) var run: WholeJSON
  private let prefix: String
  private var metricNames: Set<String> = []
  private var infoNames: Set<String> = []
  private var resultNames: Set<String> = []
  private(set) var runValue: JSON?
  /// Lists of numbers in `info.json`.
  private(set) var lists: [RecordedRun.Numbers] = []

  init(path: String, prefix: String) {
    metrics = WholeJSON("\(path)/metrics.json")
    info = WholeJSON("\(path)/info.json")
    run = WholeJSON("\(path)/run.json", limit: 1 << 24)
    self.prefix = prefix
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    if let value = metrics.look() {
      book.forget(metricNames)
      metricNames = []
      recordMetrics(value, into: &book)
    }
    if let value = info.look() {
      book.forget(infoNames)
      (infoNames, lists) = ([], [])
      recordInfo(value, steps: [], name: "", into: &book)
    }
    if let value = run.look() {
      runValue = value
      book.forget(resultNames)
      resultNames = []
      recordResult(value, into: &book)
    }
    guard isFinal else { return }
    for file in [metrics, info, run] {
      if let problem = file.problem { book.note("\(file.path): \(problem)") }
    }
  }

  private mutating func recordMetrics(_ value: JSON, into book: inout MetricBook) {
    for metric in value.members {
      let values = Self.numbers(metric.value["values"])
      let steps = Self.numbers(metric.value["steps"])
      let name = prefix + metric.name
      for (row, number) in values.enumerated() {
        guard let number else { continue }
        let step = row < steps.count ? steps[row].flatMap(MetricValue.step) : nil
        book.record(name, number, at: step)
      }
      if metricNames.count < 200_000 { metricNames.insert(name) }
    }
  }

  private static func numbers(_ value: JSON?) -> [Double?] {
    switch value {
    case .numbers(let numbers)?: numbers
    case .list(let values)?: values.map(\.number)
    default: []
    }
  }

  /// Records the numbers of an object as scalars, its lists of numbers as series. Their steps are
  /// those of a list of the same length that is named so, beside them or further out.
  private mutating func recordInfo(
    _ object: JSON, steps outer: [[Double]], name outerName: String, into book: inout MetricBook
  ) {
    if object.isPythonObject {
      book.note(
        "\(info.path) holds Python objects, first \(outerName.isEmpty ? "the whole" : outerName): they are not interpreted."
      )
      return
    }
    var named: [(rank: Int, numbers: [Double])] = []
    for member in object.members {
      guard case .numbers(let numbers) = member.value else { continue }
      if let rank = MetricValue.stepRank(member.name), Self.areSteps(numbers) {
        named.append((rank, numbers))
      }
    }
    let steps = named.sorted { $0.rank < $1.rank }.map(\.numbers) + outer
    for member in object.members where outerName.utf8.count < 4096 {
      let name = outerName.isEmpty ? member.name : "\(outerName).\(member.name)"
      switch member.value {
      case .object: recordInfo(member.value, steps: steps, name: name, into: &book)
      case .numbers(let numbers): recordList(numbers, steps: steps, name, into: &book)
      default:
        guard let number = member.value.number else { continue }
        book.recordScalar(prefix + name, number)
        remember(name)
      }
    }
  }

  private mutating func recordList(
    _ numbers: [Double], steps: [[Double]], _ name: String, into book: inout MetricBook
  ) {
    if lists.count < 100_000 { lists.append(RecordedRun.Numbers(name: name, values: numbers)) }
    let isSteps = steps.contains { $0 == numbers } && MetricValue.stepRank(name) != nil
    guard !numbers.isEmpty, !isSteps else { return }
    let own = steps.first { $0.count == numbers.count }
    for (row, number) in numbers.enumerated() {
      book.record(prefix + name, number, at: own.flatMap { MetricValue.step($0[row]) } ?? row)
    }
    remember(name)
  }

  private static func areSteps(_ numbers: [Double]) -> Bool {
    numbers.allSatisfy { MetricValue.step($0) != nil }
      && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  }

  private mutating func remember(_ name: String) {
    if infoNames.count < 200_000 { infoNames.insert(prefix + name) }
  }

  private mutating func recordResult(_ run: JSON, into book: inout MetricBook) {
    guard let result = run["result"] else { return }
    if let number = result.number {
      book.recordScalar(prefix + "result", number)
      resultNames = [prefix + "result"]
    } else if !result.isPythonObject {
      JSONRow.flatten(result, prefix: prefix + "result") { name, number in
        book.recordScalar(name, number)
        if resultNames.count < 10_000 { resultNames.insert(name) }
      }
    }
  }
}
