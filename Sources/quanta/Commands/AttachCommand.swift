import Analysis
import ArgumentParser
import Basics
import Dispatch
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Shows the run of a store that goes on elsewhere, to its end.",
    discussion: """
      It shows what `quanta run` shows, from any terminal of the machine on which that runs, such as after \
      `quanta run --detach`. Ctrl-C leaves the run alone.

      Exit status 0 when all jobs are done, 1 when some are not, 130 when you left.

      Examples:
        quanta run sweep.yaml --detach
        quanta attach
      """)

  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader()
    guard let run = try WatchedRun(of: store.directory) else {
      throw CommandError(
        "no coordinator is running on this store",
        remedy: try reader.sweeps().isEmpty
          ? "`quanta run SWEEP --detach` starts one" : "`quanta status` says what is left")
    }
    let display = RunDisplay(isQuiet: false)
    let listener = SignalListener(SIGINT, on: DispatchQueue(label: "quanta.attach")) {
      display.end()
      Console.error("\(run.sweep.name) goes on; `quanta attach` shows it again")
      Foundation.exit(ExitStatus.interrupted.rawValue)
    }
    let results = try run.follow(display)
    listener.end()
    results.show(FitSettings())
    let counts = results.record.counts
    guard counts[.done] < counts.total else { return }
    let open = counts[.waiting] + counts[.running]
    Console.error(
      open == 0
        ? results.unfinished
        : "the run has ended with \(counted(open, "job")) left; `quanta resume \(results.record.name)` "
          + "goes on")
    throw ExitStatus.someFailed
  }
}
