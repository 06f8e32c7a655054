import SweepModel

/// What a run has said of attempts that failed. Of messages that differ in numbers at most, the first
/// is said as it comes and then the tenth, the hundredth and so on: thousands of jobs may fail alike,
/// and the end of the run counts them.
struct FailureNotes {
  /// Different messages that are told apart; hosts may send any number of them.
  private static let mostKinds = 1000

  private var counts: [String: Int] = [:]
  /// What was said last, and when, seconds.
  private var latest = (message: "", at: -Double.infinity)

  /// What to say of one more message about `subject`; nil for nothing.
  mutating func sentence(_ subject: String, _ message: String) -> String? {
    suffix(ofOneMore: withoutNumbers(message)).map { "\(subject): \(message)\($0)" }
  }

  /// What to say of one more message that names its subject itself, of a kind; nil for nothing.
  mutating func sentence(_ message: String, of kind: String) -> String? {
    suffix(ofOneMore: kind).map { message + $0 }
  }

  /// True unless the same message came seconds ago: one cause may cost many their links at once.
  mutating func isNews(_ message: String, at now: Double) -> Bool {
    defer { latest = (message, now) }
    return latest.message != message || now > latest.at + 10
  }

  private mutating func suffix(ofOneMore kind: String) -> String? {
    if counts.count >= Self.mostKinds { counts = [:] }
    let count = counts[kind, default: 0] + 1
    counts[kind] = count
    if count == 1 { return "" }
    return Self.isPowerOfTen(count) ? " (\(count) times so far)" : nil
  }

  private static func isPowerOfTen(_ count: Int) -> Bool {
    var rest = count
    while rest.isMultiple(of: 10) { rest /= 10 }
    return rest == 1
  }
}
