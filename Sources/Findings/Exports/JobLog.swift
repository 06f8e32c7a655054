import Foundation
import Store
import SweepModel
import Workloads

/// A sweep's attempts as GNU parallel's job log: a line for each that ended, in the order in which they
/// did, so that of several at one job the last is what counts.
package struct JobLog {
  private let results: SweepResults

  package init(_ results: SweepResults) { self.results = results }

  /// The log.
  package func text() throws -> String {
    var lines: [(endedAt: Double, text: String)] = []
    let jobs = try results.jobs.map { ($0, try results.attempts(of: $0.job.key)) }
    // An attempt that failed says but its worker; another at that worker says its host, too.
    var hosts: [String: String] = [:]
    for attempt in jobs.lazy.flatMap(\.1) {
      if let name = attempt.provenance?.hostname { hosts[attempt.worker] = name }
    }
    for (record, attempts) in jobs {
      for attempt in attempts {
        guard let endedAt = attempt.endedAt, let status = Self.status(attempt.outcome) else {
          continue
        }
        let fields = [
          "\(record.index + 1)",
          attempt.provenance?.hostname ?? hosts[attempt.worker] ?? attempt.worker,
          String(format: "%.3f", attempt.startedAt),
          String(format: "%10.3f", max(0, endedAt - attempt.startedAt)), "0", "0", "\(status)", "0",
          Self.command(record.job),
        ]
        lines.append((endedAt, fields.joined(separator: "\t") + "\n"))
      }
    }
    lines.sort { $0.endedAt < $1.endedAt }
    return "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
      + lines.map(\.text).joined()
  }

  /// The exit status that stands for an outcome; nil for one that is no end of a job.
  private static func status(_ outcome: AttemptRecord.Outcome) -> Int? {
    switch outcome {
    case .open, .late: nil
    case .accepted: 0
    case .superseded: 1
    case .failed(.requeued): 75
    case .failed(.timeout): 124
    case .failed(.cancelled): 130
    case .failed(.workerLost): 255
    case .failed: 1
    }
  }

  /// What a program was called with, or else the workload and its parameters, as a command line of one
  /// line.
  static func command(_ job: Job) -> String {
    let words =
      FilledCommand.words(of: job)
      ?? [job.workload]
      + job.parameters.entries.flatMap { ["--\($0.name)", $0.value.description] }
    return words.map(word).joined(separator: " ")
  }

  /// A word as a shell reads it back; bash and ksh where it has control characters.
  static func word(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 32 }) else {
      return ShellWord.quoted(text)
    }
    var quoted = "$'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": quoted += "\\\(scalar)"
      case "\0"..<" ": quoted += String(format: "\\%03o", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }
}
