import Foundation

/// How the coordinators of a run ended.
struct CoordinatorTally: CustomStringConvertible {
  var starts = 0
  /// Stopped by a person.
  private(set) var stopped = 0
  private(set) var refused = 0
  /// Ended without any usable host.
  private(set) var idle = 0
  /// Jobs that were freed after they had failed.
  private(set) var freed = 0

  /// Does what an ended coordinator asks for; true when the sweep is done.
  mutating func settle(_ code: Int32, _ place: ChaosPlace, _ notes: ChaosNotes) throws -> Bool {
    switch code {
    case 0: return true
    case 1:
      let text = try place.output(ofQuanta: ["retry", "--failed", "--store", place.store])
      if let count = Self.freed(in: text) { freed += count } else { idle += 1 }
    case 2: refused += 1
    // Asked to stop; 143 when that was before it had begun to listen.
    case 130, 143: stopped += 1
    case 137: break
    default:
      notes.fail("a coordinator ended with status \(code)")
      notes.say("status \(code)")
    }
    return false
  }

  var description: String {
    "coordinators: \(starts) started, \(stopped) stopped by a person, \(refused) refused, "
      + "\(idle) without any usable host; jobs freed after they had failed: \(freed)"
  }

  /// How many jobs `quanta retry` says that it freed; nil when it had none.
  static func freed(in text: String) -> Int? {
    text.firstMatch(of: /freed ([0-9]+)/).flatMap { Int($0.1) }
  }
}
