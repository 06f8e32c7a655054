/// The valid word that a mistyped one most likely meant.
enum Nearest {
  /// ` Did you mean loss.final? Known: a, b, c.`; without the question when nothing is near.
  static func hint(_ word: String, _ candidates: [String]) -> String {
    let known = candidates.isEmpty ? "" : " Known: \(candidates.joined(separator: ", "))."
    guard let near = nearest(word, candidates) else { return known }
    return " Did you mean \(near)?\(known)"
  }

  /// The candidate of least edit distance, at most a third of its length plus one.
  static func nearest(_ word: String, _ candidates: [String]) -> String? {
    let scored = candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= best.0.count / 3 + 1 else {
      return candidates.first { $0.hasPrefix(word) }
    }
    return best.0
  }

  /// Levenshtein's edit distance.
  static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substitution = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, min(row[j], diagonal) + 1)
      }
    }
    return row[right.count]
  }
}
