/// After which steps a job keeps its weights: what a sweep file says under `keep`. It is a parameter of
/// every job of that sweep, so that a job that keeps is another one than a job that does not; where a
/// file says nothing there is no such parameter.
public struct WeightRule: Hashable, Sendable {
  /// The steps.
  public enum Points: Hashable, Sendable {
    /// The last one.
    case final
    /// The first weights, those after about so many steps evenly spaced in the logarithm, and the last.
    case spaced(Int)
    /// Those after these steps, ascending, and the last.
    case steps([Int])
  }

  /// The steps.
  public let points: Points

  /// The name of the parameter, and of the key in a sweep file.
  public static let parameter = "keep"
  /// How many spaced steps there may be, and how many may be listed.
  public static let counts = 2...1000
  /// What may be listed.
  public static let steps = 0...1_000_000_000

  /// A rule; steps are sorted, each once. Nil for numbers that it may not have.
  public init?(_ points: Points) {
    switch points {
    case .final: self.points = points
    case .spaced(let count):
      guard Self.counts.contains(count) else { return nil }
      self.points = points
    case .steps(let list):
      let sorted = Set(list).sorted()
      guard (1...Self.counts.upperBound).contains(sorted.count),
        sorted.allSatisfy(Self.steps.contains)
      else { return nil }
      self.points = .steps(sorted)
    }
  }

  /// Reads ``text``; nil for any other text.
  public init?(text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.first == "weights" else { return nil }
    let numbers = words.dropFirst(2).compactMap { Int($0) }
    switch words.dropFirst().first {
    case nil: self.init(.final)
    case "log": self.init(.spaced(numbers.first ?? 0))
    case "at": self.init(.steps(numbers))
    default: return nil
    }
    guard self.text == text else { return nil }
  }

  /// The value of the parameter: `weights`, `weights log 40`, `weights at 100 1000`.
  public var text: String {
    switch points {
    case .final: "weights"
    case .spaced(let count): "weights log \(count)"
    case .steps(let list): "weights at \(list.map(String.init).joined(separator: " "))"
    }
  }

  /// What it means, as the end of a sentence.
  public var meaning: String {
    switch points {
    case .final: "after the last step"
    case .spaced(let count):
      "before the first step, after about \(count) log-spaced ones and the last"
    case .steps(let list):
      "after step \(list.prefix(8).map(String.init).joined(separator: ", "))"
        + "\(list.count > 8 ? ", …" : "") and the last"
    }
  }

  /// The rule of a job's parameters; nil where it keeps no weights.
  public init?(_ parameters: Parameters) {
    guard case .text(let text)? = parameters[Self.parameter] else { return nil }
    self.init(text: text)
  }
}
