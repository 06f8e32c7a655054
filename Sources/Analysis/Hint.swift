import Basics
import SweepModel

/// ` Did you mean loss.final? Known: a, b, c.`; without the question when nothing is near.
func hint(_ word: String, _ candidates: [String]) -> String {
  let known = candidates.isEmpty ? "" : " Known: \(candidates.joined(separator: ", "))."
  guard let near = NearestWord.of(word, in: candidates) else { return known }
  return " Did you mean \(near)?\(known)"
}
