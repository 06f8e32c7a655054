import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct StoreDiscardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Discards recorded results, so that their jobs run anew.",
    discussion: """
      The results stay in the store for the record, with the reason and out of every listing, fit and \
      figure: `quanta explain KEY` shows them, as does the view `discarded` in notebooks. \
      `quanta resume` computes the jobs anew, from their start.

      Examples:
        quanta store discard 3,5-8 --sweep widths
        quanta store discard 3f2a91 --reason "the host was overclocked"
        quanta store discard all --sweep widths --yes
        quanta store discard --quarantined --sweep widths
      """)

  @OptionGroup var selection: JobSelection
  @Flag(
    name: .long, help: "Only results that a rerun contradicts; without jobs, all such of the sweep."
  )
  var quarantined = false
  @Option(name: .long, help: "Why, for the record.")
  var reason = "discarded by a person"
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if reason.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--reason must not be empty")
    }
  }

  func run() throws {
    let reader = try store.reader(about: selection.named)
    let chosen = try candidates(reader)
    let done = chosen.filter { $0.state == .done }
    guard !done.isEmpty else {
      throw CommandError(
        chosen.isEmpty && !quarantined
          ? (selection.isEmpty ? "no job is named" : "no job meets that")
          : "nothing to discard: none of these jobs has a recorded result",
        remedy: chosen.isEmpty && !quarantined
          ? (selection.isEmpty ? "name the jobs, or `all`" : "`quanta jobs` lists them")
          : "`quanta jobs` lists them")
    }
    let label = JobLabel(done.map(\.job), axes: try axes(of: done, reader))
    let shown = done.prefix(8).map { "  \($0.job.key.short)  \(label.text(of: $0.job))" }
    let more = done.count > 8 ? ["  and \(done.count - 8) more"] : []
    let sharing = try others(listing: done, reader)
    try Question.confirm(
      (["\(counted(done.count, "result")) to discard, so that the jobs run anew:"] + shown + more
        + sharing)
        .joined(separator: "\n"), agreed: consent.yes, remedy: ConsentOptions.remedy)
    let count = try StoreAccess.withLedger(store.directory, waiter: queue.waiter) { ledger in
      // Another command may have been faster.
      let keys = try ledger.ledger(forJobs: done.map(\.job.key)).filter { $0.state == .done }
        .map(\.job.key)
      try ledger.discard(keys, reason: reason, at: Date().timeIntervalSince1970)
      return keys.count
    }
    let sweep =
      try SweepArgument.name(
        of: done.map(\.job.key), near: selection.sweep, in: reader
      ).map { " \($0)" } ?? ""
    Console.error(
      "discarded \(counted(count, "result")); `quanta resume\(sweep)` computes the jobs anew")
  }

  /// The jobs that are chosen; `--quarantined` narrows what is named, and alone means the sweep's.
  private func candidates(_ reader: StoreReader) throws -> [JobRecord] {
    guard quarantined else { return try selection.records(in: reader) }
    guard selection.isEmpty else {
      return try selection.records(in: reader).filter { $0.quarantine != nil }
    }
    return try reader.jobs(
      of: SweepArgument.name(selection.sweep, in: reader), quarantined: true)
  }

  /// A line that names the sweeps that lose a result beside the one that is meant.
  private func others(listing jobs: [JobRecord], _ reader: StoreReader) throws -> [String] {
    let meant = try? SweepArgument.name(selection.sweep, in: reader)
    let names = try reader.sweeps(listing: jobs.map(\.job.key)).filter { $0 != meant }
    guard !names.isEmpty else { return [] }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return [
      "listed by \(counted(names.count, "other sweep")) too, which "
        + "\(names.count == 1 ? "lacks" : "lack") them until then: "
        + names.prefix(5).joined(separator: ", ") + more
    ]
  }

  /// What tells the jobs apart: the axes of the sweeps that hold them.
  private func axes(of jobs: [JobRecord], _ reader: StoreReader) throws -> [String] {
    let workloads = Set(jobs.map(\.job.workload))
    var axes: [String] = []
    for sweep in try reader.sweeps() where workloads.contains(sweep.workload) {
      axes += sweep.axes.filter { !axes.contains($0) }
    }
    return axes
  }
}
