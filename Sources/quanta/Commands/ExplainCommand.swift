import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says why a job stands as it does, and what was tried.",
    discussion: """
      Of a program's job it says where metrics were read, and in which format; and of its code the \
      commit, and how the folder differed from that when it was packed. Of a job that waits for what a \
      batch system lends it says why that waits, and what to do.

      Examples:
        quanta explain 3f2a91
        quanta explain 12 --sweep parity-data-small
        quanta explain 3f2a91 --diff > changes.patch
      """)

  @OptionGroup var job: JobArgument
  @Flag(
    name: .long,
    help: """
      Print what the job's code changed in its commit, as `git diff` does and `git apply` reads it.
      """)
  var diff = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let reader = try store.reader(about: job.named)
    let record = try job.record(in: reader)
    let attempts = try reader.attempts(of: record.job.key)
    let live = reader.liveStatus
    let isInRun =
      try live.map { try reader.jobs(of: $0.sweep).contains { $0.job.key == record.job.key } }
      ?? false
    let sweep = try SweepArgument.name(of: [record.job.key], near: job.sweep, in: reader)
    let ended = StoppedWorkers(reader.layout)
    let isStopped = attempts.contains {
      $0.outcome == .open && ended.hasEnded($0.worker, after: $0.startedAt)
    }
    let explanation = Explanation(
      record, live: live, isInRun: isInRun, isStopped: isStopped, sweep: sweep)
    let logs = LogReader(reader.layout)
    let code = JobCode(record.job, in: reader.layout)
    let weights = try reader.weights(of: record.job.key)
    if diff {
      if let code, !code.diff.isEmpty { return Console.write(code.diff, to: .standardOutput) }
      return Console.error(
        "there is no difference to print: " + (code?.sentence ?? "the job has no code of its own"))
    }
    if output.json {
      return try printJSON(
        ExplanationDocument(
          record, explanation, code: code, weights: weights, attempts: attempts, logs: logs))
    }
    let standing =
      record.state == .setAside
      ? ": \(record.state.described(explanation.sentence))"
      : " is \(record.state.word): \(explanation.sentence)"
    Console.print("job \(record.job.key.short)\(standing)")
    Console.print(
      "  " + record.job.parameters.entries.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
    if let code { Console.print("  \(code.sentence)") }
    if let kept = ExplanationDocument.sentence(weights) { Console.print("  \(kept)") }
    for record in attempts {
      let attempt = ExplanationDocument.Try(record, logs: logs)
      let tail = attempt.message.isEmpty ? "" : ": \(attempt.message)"
      Console.print(
        "  try \(attempt.number) on \(attempt.worker) at \(describeLocalTime(record.startedAt)): "
          + "\(attempt.outcome)\(tail)")
      if let origin = attempt.origin { Console.print("    \(printable(origin))") }
      for place in attempt.metrics { Console.print("    metrics \(place)") }
    }
  }
}
