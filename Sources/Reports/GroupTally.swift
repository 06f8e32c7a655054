public import Analysis
import Basics
import Fitting
import SweepModel

/// What there is to say of many fits together: how many there are, why some are refused, and what is warned
/// of, each once, with the number of groups and the first of them.
public struct GroupTally: Sendable {
  /// Groups without a fit.
  public private(set) var refused = 0
  /// Groups whose data do not determine every parameter.
  public private(set) var unidentified = 0
  private var count = 0
  private var leftOut = 0
  private var order: [String] = []
  private var notes: [String: (count: Int, first: String, text: String)] = [:]

  /// What a group adds to it; made on any thread.
  public struct Entry: Sendable {
    let title: String
    let isRefused: Bool
    let isIdentified: Bool
    let leftOut: Int
    /// Codes or reasons, each with a full sentence.
    let notes: [(key: String, text: String)]

    /// What a group adds.
    public init(_ group: FitGroup) {
      title = group.title
      isIdentified = group.fit?.isIdentified ?? true
      leftOut = group.leftOut.reduce(0) { $0 + $1.count }
      var notes = group.allWarnings.map { ($0.code.rawValue, $0.message) }
      if case .refused(let reason) = group.outcome {
        isRefused = true
        notes.append(("no fit", reason))
      } else {
        isRefused = false
      }
      self.notes = notes
    }
  }

  /// An empty tally.
  public init() {}

  /// Adds a group.
  public mutating func add(_ entry: Entry) {
    count += 1
    leftOut += entry.leftOut
    if entry.isRefused { refused += 1 }
    if !entry.isIdentified { unidentified += 1 }
    for note in entry.notes {
      if notes[note.key] == nil { order.append(note.key) }
      notes[note.key, default: (0, entry.title, note.text)].count += 1
    }
  }

  /// A line for the whole and one for each kind of note.
  public var lines: [String] {
    var whole = "\(count) groups: \(count - refused) fitted"
    if refused > 0 { whole += ", \(refused) without a fit" }
    if leftOut > 0 { whole += "; \(counted(leftOut, "row")) left out" }
    return [whole]
      + order.compactMap { key in
        notes[key].map { note in
          "\(key): \(counted(note.count, "group")), first \(note.first): \(note.text)"
        }
      }
  }
}
