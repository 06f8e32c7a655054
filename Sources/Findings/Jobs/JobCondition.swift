import Basics
import Foundation
package import SweepModel

/// A condition on jobs: `width>10`, `loss.final<=0.1`, `width=8,16`, `seed=range(0,3)`,
/// `alpha=0.1..0.5`, `regime!=fixed`.
///
/// Numbers are compared as numbers: 0.10 is 0.1, 1e-3 is 0.001 and 200_000 is 2e5. A job that has no
/// such value meets no condition on it.
package struct JobCondition: Hashable, Sendable {
  /// What is compared.
  enum Relation: String, CaseIterable, Sendable {
    case atLeast = ">="
    case atMost = "<="
    case differs = "!="
    case equals = "="
    case above = ">"
    case below = "<"
  }

  /// One of the values that `=` and `!=` take.
  package enum Item: Hashable, Sendable {
    case number(Double)
    case text(String)
    /// `a..b`, both ends included; an end that is left out is infinite.
    case interval(ClosedRange<Double>)
    /// `range(first, end, step)`, the end left out.
    case steps(first: Double, end: Double, step: Double)
  }

  /// What the condition is about.
  let field: JobField
  let relation: Relation
  package let items: [Item]

  /// Reads a condition; throws why it is none.
  package init(parsing text: String) throws {
    guard let start = text.firstIndex(where: { "<>=!".contains($0) }),
      let relation = Relation.allCases.first(where: { text[start...].hasPrefix($0.rawValue) })
    else {
      throw CommandError(
        "it has no =, !=, <, <=, > or >=; in a shell, quote it: --where \"\(text)>10\"")
    }
    var value = text[start...].dropFirst(relation.rawValue.count)
    if relation == .equals, value.first == "=" { value.removeFirst() }
    let name = text[..<start].trimmingCharacters(in: .whitespaces)
    guard !name.isEmpty else { throw CommandError("it names nothing to compare") }
    field = JobField(name: name)
    self.relation = relation
    items = try Self.items(value.trimmingCharacters(in: .whitespaces)).map { item in
      guard name == "state", case .text(let word) = item else { return item }
      guard let state = JobState(word: word) else {
        throw CommandError(
          "no state is called \"\(word)\"; "
            + NearestWord.remedy(for: word, in: JobState.allCases.map(\.word)))
      }
      return .text(state.word)
    }
    guard ![.equals, .differs].contains(relation) else { return }
    guard items.count == 1, case .number = items[0] else {
      throw CommandError("\(relation.rawValue) takes one number, not \"\(value)\"")
    }
  }

  /// Whether a job meets it.
  package func holds(_ job: JobRecord) -> Bool {
    guard let value = field.value(of: job) else { return false }
    switch relation {
    case .equals: return items.contains { $0.holds(value) }
    case .differs: return !items.contains { $0.holds(value) }
    case .atLeast, .atMost, .above, .below: return compares(value)
    }
  }

  private func compares(_ value: JobField.Value) -> Bool {
    guard case .number(let left) = value, case .number(let right)? = items.first else {
      return false
    }
    return switch relation {
    case .atLeast: left >= right
    case .atMost: left <= right
    case .above: left > right
    default: left < right
    }
  }

  private static func items(_ text: String) throws -> [Item] {
    var parts = [""]
    var depth = 0
    for character in text {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return try parts.map { try item($0.trimmingCharacters(in: .whitespaces)) }
  }

  private static func item(_ text: String) throws -> Item {
    guard !text.isEmpty else { throw CommandError("a value is missing") }
    if let number = number(text) { return .number(number) }
    if text.hasPrefix("range("), text.hasSuffix(")") {
      let numbers = text.dropFirst(6).dropLast().split(separator: ",").map {
        number($0.trimmingCharacters(in: .whitespaces))
      }
      guard (2...3).contains(numbers.count), let first = numbers[0], let end = numbers[1],
        let step = numbers.count == 3 ? numbers[2] : 1, step > 0
      else { throw CommandError("write range(first,end) or range(first,end,step)") }
      return .steps(first: first, end: end, step: step)
    }
    guard let dots = text.firstRange(of: "..") else { return .text(text) }
    let low = String(text[..<dots.lowerBound])
    let high = String(text[dots.upperBound...])
    guard let lower = low.isEmpty ? -Double.infinity : number(low),
      let upper = high.isEmpty ? Double.infinity : number(high), !(low.isEmpty && high.isEmpty)
    else { return .text(text) }
    guard lower <= upper else { throw CommandError("\(text) ends before it begins") }
    return .interval(lower...upper)
  }

  /// A number as sweep files write it.
  private static func number(_ text: String) -> Double? {
    guard let first = text.first, first.isNumber || "+-.".contains(first) else { return nil }
    return Double(text.replacing("_", with: ""))
  }
}

extension JobCondition.Item {
  fileprivate func holds(_ value: JobField.Value) -> Bool {
    switch (self, value) {
    case (.number(let wanted), .number(let value)): value == wanted
    case (.interval(let interval), .number(let value)): interval.contains(value)
    case (.steps(let first, let end, let step), .number(let value)):
      value >= first && value < end && Self.isWhole((value - first) / step)
    case (.text(let wanted), .text(let value)): value == wanted
    // A word that looks like a number, such as the first digits of a key.
    case (.number, .text), (.interval, .text), (.steps, .text), (.text, .number): false
    }
  }

  /// Steps of a tenth are not exact: a part in 10⁹ off is on the step.
  private static func isWhole(_ steps: Double) -> Bool {
    abs(steps - steps.rounded()) <= 1e-9 * max(1, abs(steps))
  }
}
