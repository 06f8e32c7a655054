import Basics

/// Sets of several control bits as a text names them: `1+2+3 4+5+6`, counted from 1; or `none`.
///
/// Only one text names the same sets in the same order, so that equal jobs have equal keys.
struct CompositeList: Hashable, Sendable {
  /// What names no set.
  static let none = "none"
  /// Sets at most.
  static let most = 1024

  /// The control bits of each, counted from 0, ascending; empty where there is a problem.
  let codes: [[Int]]
  /// What is wrong and what to do, in a sentence or two.
  let problem: String?

  /// Reads a text about control bits 1…`atoms`.
  init(_ text: String, atoms: Int) {
    do throws(Misreading) {
      codes = try Self.codes(text, atoms: atoms)
      problem = nil
    } catch {
      codes = []
      problem = error.message
    }
  }

  private struct Misreading: Error {
    let message: String
  }

  private static func codes(_ text: String, atoms: Int) throws(Misreading) -> [[Int]] {
    guard text != none else { return [] }
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count <= most else {
      throw Misreading(message: "\(words.count) composites are more than \(most); name fewer.")
    }
    var codes: [[Int]] = []
    for word in words {
      let code = try code(word, atoms: atoms)
      guard !codes.contains(code) else {
        throw Misreading(message: "\(word) stands there twice; name each composite once.")
      }
      codes.append(code)
    }
    return codes
  }

  private static func code(_ word: String, atoms: Int) throws(Misreading) -> [Int] {
    let parts = word.split(separator: "+", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in Int(part).flatMap { "\($0)" == part ? $0 : nil } }
    let shown = String(printable(word).prefix(40))
    guard numbers.count == parts.count else {
      throw Misreading(
        message: "\"\(shown)\" is no composite: write numbers of control bits joined by +, "
          + "composites apart by one space, such as 1+2+3 4+5+6; or none.")
    }
    if let wrong = numbers.first(where: { !(1...atoms).contains($0) }) {
      throw Misreading(
        message: "\(shown) names control bit \(wrong), but they are 1 to \(atoms); name one of "
          + "these or raise atoms.")
    }
    guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw Misreading(
        message: "\(shown) names control bits out of order or twice; write "
          + Set(numbers).sorted().map(String.init).joined(separator: "+") + ".")
    }
    guard numbers.count > 1 else {
      throw Misreading(
        message: "\(shown) is a single control bit, which is a code of its own anyway "
          + "(trainAtoms); join two or more by +.")
    }
    return numbers.map { $0 - 1 }
  }
}
