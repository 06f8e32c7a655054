import Basics

/// Which of a metric's values is its best one, as a sweep's file declares it.
public struct BestValue: Hashable, Sendable {
  /// The end of its values that is the best one.
  public enum End: String, Hashable, Sendable, CaseIterable {
    case min
    case max
  }

  /// The metric; nil for all of which nothing else is said.
  public let metric: String?
  /// Which of its values.
  public let end: End

  /// Creates a rule.
  public init(_ metric: String?, _ end: End) {
    self.metric = metric
    self.end = end
  }

  /// The end that some rules mean for a metric: the one that names it comes first. Nil where none does.
  public static func end(of metric: String, by rules: [BestValue]) -> End? {
    (rules.first { $0.metric == metric } ?? rules.first { $0.metric == nil })?.end
  }

  /// Rules as JSON: `"max"` for all metrics, or `{"acc": "max"}`.
  static func json(_ rules: [BestValue]) -> JSON {
    if rules.count == 1, rules[0].metric == nil { return .text(rules[0].end.rawValue) }
    return .object(rules.map { JSON.Member($0.metric ?? "", .text($0.end.rawValue)) })
  }

  /// Reads what ``json(_:)`` has written; what it cannot have written counts for nothing.
  static func read(_ json: JSON) -> [BestValue] {
    func end(_ json: JSON) -> End? { json.text.flatMap(End.init) }
    if let end = end(json) { return [BestValue(nil, end)] }
    return json.members.compactMap { member in
      end(member.value).map { BestValue(member.name.isEmpty ? nil : member.name, $0) }
    }
  }
}
