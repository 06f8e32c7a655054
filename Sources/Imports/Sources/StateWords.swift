import Basics

/// What tools call the ends of runs.
enum StateWords {
  private static let good: Set = [
    "finished", "completed", "complete", "done", "ok", "success", "succeeded", "0", "0.0",
  ]

  /// The state that a word means.
  static func state(_ word: String) -> FoundRun.State {
    let word = word.trimmed
    if word.isEmpty { return .unknown }
    if good.contains(word.lowercased()) { return .finished }
    return .unfinished("its state is \(printable(word))", word: word)
  }
}

extension String {
  /// The text without blanks around it.
  var trimmed: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
