import Foundation

/// What a run of chaos found: a table and, as the last line, one JSON object.
struct ChaosReport: Encodable {
  var ok = false
  let seed: UInt64
  let hosts: Int
  let faults: Int
  let seconds: Int
  var jobs = 0
  var attempts = 0
  /// Jobs without an accepted result.
  var lost = 0
  /// Jobs with more than one.
  var double = 0
  var late = 0
  /// Late results that are not those recorded.
  var dissent = 0
  /// Whether every bit of the results is the calm run's.
  var identical = true
  /// Attempts that went on from a checkpoint.
  var resumed = 0
  /// Jobs that were freed after they had failed.
  let freed: Int
  var processesLeft = 0
  var filesLeft = 0
  let byKind: [String: Int]
  let recoverySeconds: [String: Recovery.Summary]

  /// One JSON object on one line, its keys in snake case.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The faults, and how long hosts took to be heard again.
  var table: String {
    let rows = byKind.sorted { $0.key < $1.key }.map { kind, times in
      let name = kind.padding(toLength: 12, withPad: " ", startingAt: 0)
      return name + String(format: "%8d", times)
        + (recoverySeconds[kind].map {
          String(format: " %9d %9.1f %9.1f", $0.measured, $0.mean, $0.worst)
        } ?? "")
    }
    return (["fault          times  measured    mean s   worst s"] + rows).joined(separator: "\n")
  }
}
