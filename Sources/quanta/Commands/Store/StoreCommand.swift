import ArgumentParser

/// `quanta store`: what a store holds, and its care.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Shows what a store holds and how large it is; cares for it.",
    discussion: """
      Nothing here touches what other programs keep in a store's folder. What changes a store \
      waits while a run has it (Ctrl-C leaves the queue, --no-wait refuses); `show`, `unlisted` and \
      `archive` work beside one.

      Examples:
        quanta store
        quanta store discard 3,5-8 --sweep widths --reason "the host was overclocked"
        quanta store rename widths widths-2026
        quanta store merge ../laptop/quanta-store
        quanta store archive widths.tar.gz
        quanta store prune
      """,
    subcommands: [
      StoreShowCommand.self, StoreUnlistedCommand.self, StoreDiscardCommand.self,
      StoreRenameCommand.self, StoreForgetCommand.self, StoreMergeCommand.self,
      StoreArchiveCommand.self, StorePruneCommand.self,
    ], defaultSubcommand: StoreShowCommand.self)
}

/// `--yes` of a command that asks.
struct ConsentOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  static let remedy = "--yes goes on without a question"
}
