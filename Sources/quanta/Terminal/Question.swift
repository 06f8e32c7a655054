import Findings
import Foundation
import Operations

/// A question to a person at the terminal.
enum Question {
  /// True when somebody can be asked.
  static var canAsk: Bool { isatty(0) == 1 && isatty(2) == 1 }

  /// Goes on when a person agrees or has agreed beforehand; ends the command when the person does not.
  /// Where nobody can be asked, the command is refused.
  ///
  /// - Parameters:
  ///   - text: What would happen, a sentence or several.
  ///   - agreed: Whether the person has agreed by an option.
  ///   - remedy: How to agree beforehand.
  static func confirm(_ text: String, agreed: Bool, remedy: String) throws {
    if agreed { return Console.error(text) }
    guard canAsk else {
      let separator = text.contains("\n") ? "\n" : "; "
      throw CommandError("nothing was changed. \(text)\(separator)\(remedy)")
    }
    Console.error(text)
    Console.draw("Go on? [y/N] ")
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
    guard ["y", "yes"].contains(answer) else {
      Console.error("nothing was changed")
      throw ExitStatus.interrupted
    }
  }

  /// Goes on where no result leaves a sweep, or when a person agrees.
  static func confirm(_ replacement: SweepReplacement, agreed: Bool) throws {
    if let departure = replacement.departure { Console.error(departure) }
    guard replacement.losesResults else { return }
    try confirm(replacement.text, agreed: agreed, remedy: replacement.remedy)
  }
}
