import ArgumentParser
import Foundation
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
      """)

  @OptionGroup var selection: JobSelection
  @Option(name: .long, help: "Why, for the record.")
  var reason = "discarded by a person"
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if reason.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--reason must not be empty")
    }
  }

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let chosen = try selection.records(in: reader)
    let done = chosen.filter { $0.state == .done }
    guard !done.isEmpty else {
      throw CommandError(
        chosen.isEmpty
          ? "no job is named" : "nothing to discard: none of these jobs has a recorded result",
        remedy: chosen.isEmpty ? "name the jobs, or `all`" : "`quanta jobs` lists them")
    }
    let shown = done.prefix(8).map { "  \($0.job.key.short)  \(describe($0.job))" }
    let more = done.count > 8 ? ["  and \(done.count - 8) more"] : []
    try Question.confirm(
      (["\(counted(done.count, "result")) to discard, so that the jobs run anew:"] + shown + more)
        .joined(separator: "\n"), agreed: consent.yes, remedy: ConsentOptions.remedy)
    try StoreAccess.withLedger(store.directory) { ledger in
      try ledger.discard(
        done.map(\.job.key), reason: reason, at: Date().timeIntervalSince1970)
    }
    Console.error(
      "discarded \(counted(done.count, "result")); `quanta resume` computes the jobs anew")
  }

  private func describe(_ job: Job) -> String {
    job.parameters.entries.prefix(6).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}
