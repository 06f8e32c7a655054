import Basics
package import SweepModel

/// Something that a job has one of: a parameter, a scalar of its result, or a fact about it. Names
/// are those of `quanta export`; a scalar whose name a parameter has is `scalar.NAME`.
package struct JobField: Hashable, Sendable {
  /// What a job may have there.
  package enum Value: Hashable, Sendable {
    case number(Double)
    case text(String)
  }

  /// The name as it was given.
  package let name: String

  /// Facts beside parameters and scalars.
  package static let facts = ["position", "job", "state", "attempts", "reason"]

  /// Other words for names, as tables and JSON have them.
  private static let synonyms = [
    "#": "position", "index": "position", "key": "job", "tries": "attempts", "loss": "loss.final",
  ]

  /// The job's value; nil where it has none.
  package func value(of job: JobRecord) -> Value? {
    if let value = Self.value(of: job, name) { return value }
    return Self.synonyms[name].flatMap { Self.value(of: job, $0) }
  }

  private static func value(of job: JobRecord, _ name: String) -> Value? {
    if let parameter = job.job.parameters[name] {
      return parameter.number.map(Value.number) ?? .text(parameter.description)
    }
    let scalar = name.hasPrefix("scalar.") ? String(name.dropFirst(7)) : name
    if let found = job.scalars.first(where: { $0.name == name || $0.name == scalar }) {
      return .number(found.value)
    }
    return switch name {
    case "position": .number(Double(job.index))
    case "job": .text(job.job.key.hex)
    case "state": .text(job.state.word)
    case "attempts": .number(Double(job.attempts))
    case "reason": job.reason.isEmpty ? nil : .text(job.reason)
    default: nil
    }
  }

  /// Every name that a job's values go by.
  package static func names(of job: JobRecord) -> [String] {
    job.job.parameters.entries.map(\.name) + job.scalars.map(\.name) + facts
  }
}

extension JobField.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): ShortNumber.text(number)
    }
  }
}

/// A field by whose values jobs are ordered.
package struct JobOrder {
  let field: JobField
  let isDescending: Bool

  /// Reads `loss.final`, small values first, or `-loss.final`, large ones first.
  package init(parsing text: String) throws {
    isDescending = text.hasPrefix("-")
    let name = isDescending ? String(text.dropFirst()) : text
    guard !name.isEmpty, !name.hasPrefix("-") else {
      throw CommandError("--sort takes a name, such as loss.final, not \"\(text)\"")
    }
    field = JobField(name: name)
  }
}

/// The jobs that meet conditions, in an order of their values.
package struct JobQuery {
  package let conditions: [JobCondition]
  package let order: [JobOrder]
  package let isReversed: Bool
  /// The jobs that meet all conditions.
  package private(set) var found: [JobRecord] = []
  private var seen: Set<String> = []
  private var missing: Set<String>

  package init(_ conditions: [JobCondition], order: [JobOrder] = [], isReversed: Bool = false) {
    self.conditions = conditions
    self.order = order
    self.isReversed = isReversed
    missing = Set((conditions.map(\.field) + order.map(\.field)).map(\.name))
  }

  /// Whether it asks for anything.
  package var isEmpty: Bool { conditions.isEmpty && order.isEmpty }

  /// The fields that it names, each once.
  package var fields: [JobField] {
    var fields: [JobField] = []
    for field in conditions.map(\.field) + order.map(\.field)
    where !fields.contains(field) {
      fields.append(field)
    }
    return fields
  }

  /// Takes jobs in.
  package mutating func take(_ jobs: [JobRecord]) {
    for job in jobs {
      for name in missing where JobField(name: name).value(of: job) != nil {
        missing.remove(name)
      }
      if !missing.isEmpty { seen.formUnion(JobField.names(of: job)) }
      if conditions.allSatisfy({ $0.holds(job) }) { found.append(job) }
    }
  }

  /// Sorts what was found; throws for a name that no job has, as a slip would find nothing.
  package mutating func finish(_ sweep: String) throws {
    if let name = missing.sorted().first, !seen.isEmpty {
      throw CommandError(
        "no job of \(sweep) has \"\(name)\"",
        remedy: NearestWord.remedy(for: name, in: seen.sorted()))
    }
    guard !order.isEmpty else { return }
    let keyed = found.map { job in (job, order.map { $0.field.value(of: job) }) }
    found = keyed.sorted { isBefore($0.1, $1.1) ?? ($0.0.index < $1.0.index) }.map(\.0)
  }

  /// Whether one row of values comes before another; nil where they are equal. Jobs without a value
  /// come last in either direction.
  private func isBefore(_ left: [JobField.Value?], _ right: [JobField.Value?]) -> Bool? {
    for (order, (left, right)) in zip(order, zip(left, right)) {
      switch (left, right) {
      case (nil, nil): continue
      case (nil, _?): return false
      case (_?, nil): return true
      case (let left?, let right?):
        guard let isLess = Self.isLess(left, right) else { continue }
        return isLess != (isReversed != order.isDescending)
      }
    }
    return nil
  }

  private static func isLess(_ left: JobField.Value, _ right: JobField.Value) -> Bool? {
    switch (left, right) {
    case (.number(let left), .number(let right)):
      if left == right { return nil }
      // What is not a number comes after all that are.
      if left.isNaN || right.isNaN { return left.isNaN == right.isNaN ? nil : right.isNaN }
      return left < right
    case (.text(let left), .text(let right)): return left == right ? nil : left < right
    case (.number, .text): return true
    case (.text, .number): return false
    }
  }
}
