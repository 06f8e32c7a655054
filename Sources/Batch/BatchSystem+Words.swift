import Basics
import SweepModel

extension BatchSystem {
  /// Why it has refused, with what to do, and whether asking again may help.
  func refusal(_ output: String) -> (sentence: String, saying: Saying) {
    let lines = output.split(separator: "\n").map(String.init)
    let text = output.lowercased()
    let known = refusals.first { $0.words.contains { text.contains($0) } }
    let says = { (words: [String]) in
      lines.last { line in words.contains { line.lowercased().contains($0) } }
    }
    let line = says(["error"]) ?? says(known?.words ?? []) ?? lines.last ?? "it said nothing"
    var saying =
      known
      ?? Saying([], "look at it with `quanta workers check --script`", isFinal: false)
    if !origin.isEmpty, text.contains("not found") || text.contains("no such file") {
      saying.meaning = "mend the command in \(origin), or: \(saying.meaning)"
    }
    return ("\(title) says: \(printable(line)); \(saying.meaning)", saying)
  }

  /// What an answer means that says yes and names no job; a refusal all the same where it says one.
  func unread(_ output: String) -> (sentence: String, saying: Saying) {
    let read = refusal(output)
    guard read.saying.words.isEmpty else { return read }
    let line = output.split(separator: "\n").last.map { "says \(printable(String($0)))" }
    let remedy =
      origin.isEmpty
      ? "look at it with `quanta workers check --script`"
      : "write `answer` in \(origin) so that it finds the job in what \(submit.first ?? "it") prints"
    let said = line ?? "printed nothing"
    return (
      "\(title) took what was asked for, as it seems, and its answer names no job: it \(said); \(remedy)",
      Saying([], remedy, isFinal: false)
    )
  }

  /// Why an allocation waits, where that is more than its turn, and whether it never comes; nil where
  /// it is its turn.
  func reason(_ word: String) -> (sentence: String, isFinal: Bool)? {
    known(word).map { ("\(title) says \(printable(word)): \($0.meaning)", $0.isFinal) }
  }

  /// What a reason to wait means; nil where it is its turn.
  func meaning(of word: String) -> String? { known(word)?.meaning }

  private func known(_ word: String) -> Saying? {
    let text = word.lowercased()
    return reasons.first { $0.words.contains { text.contains($0) } }
  }
}
