import ArgumentParser
import Basics
import Foundation
import Store
import SweepModel

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says why a job stands as it does, and what was tried.",
    discussion: """
      Examples:
        quanta explain 3f2a91
        quanta explain 12 --sweep parity-data-small
      """)

  @OptionGroup var job: JobArgument
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Document: Encodable {
    struct Try: Encodable {
      let number: Int
      let worker: String
      let started: String
      let ended: String?
      let outcome: String
      let message: String
    }
    let job: String
    let state: String
    let explanation: String
    let attempts: [Try]
  }

  func run() throws {
    let reader = try store.reader(about: job.named)
    let record = try job.record(in: reader)
    let attempts = try reader.attempts(of: record.job.key)
    let live = liveStatus(reader)
    let isInRun =
      try live.map { try reader.jobs(of: $0.sweep).contains { $0.job.key == record.job.key } }
      ?? false
    let sweep = try SweepArgument.name(of: [record.job.key], near: job.sweep, in: reader)
    let explanation = Explanation(record, live: live, isInRun: isInRun, sweep: sweep).sentence
    if output.json {
      return try printJSON(
        Document(
          job: record.job.key.hex, state: record.state.word, explanation: explanation,
          attempts: attempts.map(row)))
    }
    let standing =
      record.state == .setAside
      ? ": \(record.state.described(explanation))" : " is \(record.state.word): \(explanation)"
    Console.print("job \(record.job.key.short)\(standing)")
    Console.print(
      "  " + record.job.parameters.entries.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
    for record in attempts {
      let attempt = row(record)
      let tail = attempt.message.isEmpty ? "" : ": \(attempt.message)"
      Console.print(
        "  try \(attempt.number) on \(attempt.worker) at \(describeLocalTime(record.startedAt)): "
          + "\(attempt.outcome)\(tail)")
    }
  }

  private func row(_ attempt: AttemptRecord) -> Document.Try {
    let outcome =
      switch attempt.outcome {
      case .open: "running"
      case .accepted: "recorded"
      case .superseded: "discarded"
      case .failed(let cause): cause.word
      case .late(let agrees): agrees ? "late, the same bits" : "late, OTHER BITS"
      }
    let reason = if case .superseded(let reason) = attempt.outcome { reason } else { "" }
    return Document.Try(
      number: attempt.attempt.number, worker: attempt.worker,
      started: describeTime(attempt.startedAt), ended: attempt.endedAt.map(describeTime),
      outcome: outcome, message: reason.isEmpty ? attempt.message : reason)
  }
}

/// Why a job stands as it does, from the store and, if a coordinator runs, from its live status.
struct Explanation {
  let sentence: String

  /// - Parameters:
  ///   - isInRun: Whether the job is one of those that the coordinator runs now.
  ///   - sweep: One that holds the job; nil for a job in none.
  init(_ record: JobRecord, live: RunStatus?, isInRun: Bool, sweep: String?) {
    let resume = "quanta resume" + (sweep.map { " \($0)" } ?? "")
    if let live, !isInRun, record.state == .running || record.state == .waiting {
      sentence =
        "the coordinator runs \(live.sweep), which does not hold this job; "
        + "`\(resume)` goes on with this one after it"
      return
    }
    let retry = "quanta retry \(record.job.key.short)"
    sentence =
      switch record.state {
      case .done: "its result is recorded"
      case .setAside: "\(record.reason); `\(retry)` frees it"
      case .cancelled: "a person cancelled it; `\(retry)` frees it"
      case .running: Self.running(record, live, resume)
      case .waiting: Self.waiting(record, live, resume)
      }
  }

  private static func running(
    _ record: JobRecord, _ live: RunStatus?, _ resume: String
  ) -> String {
    guard let live else {
      return "no coordinator is running; its worker goes on, and `\(resume)` finds it again"
    }
    return live.attempts.first { $0.job == record.job.key }?.explanation
      ?? "its attempt is about to be told"
  }

  private static func waiting(
    _ record: JobRecord, _ live: RunStatus?, _ resume: String
  ) -> String {
    guard let live else { return "no coordinator is running; `\(resume)` goes on" }
    switch live.mode {
    case .paused: return "the run is paused; `\(resume)` lets it go on"
    case .suspended: return "the run is suspended (Ctrl-Z); `fg` in its terminal lets it go on"
    case .draining, .stopping:
      return "the run is \(live.mode.rawValue); `\(resume)` goes on after it"
    case .running: break
    }
    let ready = live.workers.filter(\.isReady)
    if ready.isEmpty {
      let reasons = live.workers.map { "\($0.name) is \($0.state.rawValue)" }.joined(
        separator: ", ")
      return "no host is connected: \(reasons)"
    }
    if let reason = live.heldBack[record.job.key] { return reason }
    let inUse = ready.reduce(0) { $0 + $1.coresInUse }
    let cores = ready.reduce(0) { $0 + $1.cores }
    return
      "\(inUse) of \(cores) cores are busy; \(counted(live.waiting, "job")) \(live.waiting == 1 ? "waits" : "wait, the longest go first")"
  }
}
