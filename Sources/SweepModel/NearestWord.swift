/// Finds the word that a misspelt one was meant to be.
public enum NearestWord {
  /// The candidate closest to `word` in the Damerau–Levenshtein metric, upper and lower case
  /// alike; nil when none is close enough to be a likely slip: at most `limit` edits, by default
  /// one for every three letters. Ties go to the earlier candidate.
  public static func of(_ word: String, in candidates: [String], limit: Int? = nil) -> String? {
    let lowered = Array(word.lowercased().unicodeScalars.prefix(100))
    let limit = min(limit ?? 3, (lowered.count + 2) / 3, lowered.count - 1)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      var apart = distance(lowered, scalars)
      if lowered.count >= 4, scalars.starts(with: lowered) { apart = min(apart, limit) }
      if apart <= limit, apart < best?.distance ?? Int.max { best = (candidate, apart) }
    }
    return best?.word
  }

  /// The remedy of an unknown-word error: the likely word and all the words that exist.
  public static func remedy(for word: String, in candidates: [String]) -> String {
    let list = candidates.joined(separator: ", ")
    guard let near = of(word, in: candidates) else { return "expected one of: \(list)" }
    return "did you mean \"\(near)\"? Expected one of: \(list)"
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
