/// Finds the word that a misspelt one was meant to be.
public enum NearestWord {
  /// The candidate closest to `word` in the Damerau–Levenshtein metric, upper and lower case
  /// alike; nil when none is close enough to be a likely slip: at most `limit` edits, by default
  /// one for every three letters. Four letters that begin a word are close enough too, and three that
  /// leave out half of its letters at most (cnt for count). Ties go to the earlier candidate.
  public static func of(_ word: String, in candidates: [String], limit: Int? = nil) -> String? {
    let lowered = Array(word.lowercased().unicodeScalars.prefix(100))
    let limit = min(limit ?? 3, (lowered.count + 2) / 3, lowered.count - 1)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      var apart = distance(lowered, scalars)
      let begins = lowered.count >= 4 && scalars.starts(with: lowered)
      if begins || abbreviates(lowered, scalars) { apart = min(apart, limit) }
      if apart <= limit, apart < best?.distance ?? Int.max { best = (candidate, apart) }
    }
    return best?.word
  }

  /// True of a word's letters in their order, the first among them and at least half of them.
  private static func abbreviates(_ letters: [Unicode.Scalar], _ word: [Unicode.Scalar]) -> Bool {
    guard letters.count >= 3, letters.count * 2 >= word.count, letters.first == word.first else {
      return false
    }
    var rest = letters[...]
    for letter in word where letter == rest.first { rest.removeFirst() }
    return rest.isEmpty
  }

  /// The most words that a remedy lists in full.
  public static let listed = 20

  /// The remedy of an unknown-word error: the likely word and the words that exist; of many of
  /// them, the nearest few.
  public static func remedy(for word: String, in candidates: [String]) -> String {
    let near = of(word, in: candidates)
    let question = near.map { "did you mean \"\($0)\"?" }
    guard candidates.count > listed else {
      let list = candidates.joined(separator: ", ")
      return question.map { "\($0) Expected one of: \(list)" } ?? "expected one of: \(list)"
    }
    let list = nearest(to: word, in: candidates, count: 3).joined(separator: ", ")
    return question ?? "of \(candidates.count) the nearest are: \(list)"
  }

  /// The candidates nearest to a word, the nearest first, however far they are; those that share
  /// its beginning come before others as far away.
  public static func nearest(
    to word: String, in candidates: [String], count: Int
  ) -> [String] {
    let lowered = Array(word.lowercased().unicodeScalars.prefix(100))
    let ranked = candidates.enumerated().map { position, candidate in
      let scalars = Array(candidate.lowercased().unicodeScalars)
      let shared = zip(lowered, scalars).prefix { $0 == $1 }.count
      // A word half of which is right is nearer than a short one that is all wrong.
      return (candidate, score: distance(lowered, scalars) - 2 * shared, position)
    }
    return ranked.sorted { ($0.score, $0.2) < ($1.score, $1.2) }.prefix(count).map(\.0)
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours that turn
  /// one word into the other, no part edited twice (optimal string alignment).
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(substitution, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
