import ArgumentParser
import Basics
import Operations
import Store
import SweepModel

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancels jobs; `quanta retry` frees them again.",
    discussion: """
      Works while a coordinator runs and when none does. Recorded results stay.

      Examples:
        quanta cancel 3f2a91
        quanta cancel 3,5-8 --sweep parity-parameters-small
        quanta cancel --where "width>100"
        quanta cancel all
      """)

  @OptionGroup var selection: JobSelection
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if selection.isEmpty {
      throw ValidationError(
        "name the jobs, or `all` for those of the last sweep or of --sweep NAME")
    }
  }

  func run() throws {
    let reader = try store.reader(about: selection.named)
    let open = try selection.records(in: reader).filter {
      $0.state == .waiting || $0.state == .running
    }
    guard !open.isEmpty else {
      let name = try SweepArgument.name(selection.sweep, in: reader)
      return Console.error(
        "nothing to cancel: no such job waits or runs; `quanta jobs \(name)` lists how each stands")
    }
    let keys = open.map(\.job.key)
    try Requests(reader).move(
      keys, to: .cancelled, asking: .cancel(keys), reason: "cancelled by a person")
    Console.error("cancelled \(counted(keys.count, "job"))")
  }
}
