import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Waits until every job of a sweep has ended.",
    discussion: """
      Exit status 0 when all are done, 1 when some failed or nobody runs the rest.

      Examples:
        quanta wait parity-parameters-small && quanta report parity-parameters-small
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader(about: sweep)
    let name = try SweepArgument.name(sweep, in: reader)
    var isPaused = false
    while true {
      let wasRunning = LiveFile(reader.layout).isCoordinatorAlive
      let counts = try reader.sweep(named: name).counts
      if counts[.waiting] + counts[.running] == 0 {
        if counts[.done] < counts.total {
          let results = try SweepResults(reader.sweep(named: name), reader: reader)
          Console.error(results.unfinished)
          throw ExitStatus.someFailed
        }
        return
      }
      guard wasRunning else {
        let open = counts[.waiting] + counts[.running]
        Console.error(
          "\(counted(open, "job")) left and no coordinator is running; `quanta resume \(name)` goes on"
        )
        throw ExitStatus.someFailed
      }
      let wasPaused = isPaused
      isPaused = reader.liveStatus?.mode == .paused
      if isPaused, !wasPaused {
        Console.error("\(name) is paused; `quanta resume \(name)` lets it go on")
      }
      sleep(1)
    }
  }
}
