import Analysis
import Findings
import Operations
import Scheduler
import Store
import SweepModel

extension Launch {
  /// Runs a sweep that `resolve` reads and prints how it ends; throws the status to end with.
  static func run(
    _ options: LaunchOptions, _ rule: StopOptions, _ queue: QueueOptions, replaces: Bool = false,
    resolve: () throws -> Sweep
  ) throws {
    let store = StoreLayout(directory: options.store.directory)
    if options.detach { return try Detachment.start(store) }
    let isDetached = options.detached
    try run(
      options.conditions, rule: rule.until, waiter: queue.waiter,
      audience: RunDisplay(isQuiet: options.isQuiet) {
        if isDetached { Detachment.begin(store) }
      },
      agree: { try Question.confirm($0, agreed: replaces) }, resolve: resolve
    ).conclude(options)
  }
}

extension SweepResults {
  /// Prints what a run came to.
  func show(_ settings: FitSettings) {
    Console.print(summary)
    guard hasFits, hasResults else { return }
    Console.print("")
    Console.print(fitText(settings))
  }
}

extension Launch.Outcome {
  fileprivate func conclude(_ options: LaunchOptions) throws {
    let settings = FitSettings()
    if options.output.json {
      try printJSON(results.outcome(settings, stoppedBecause: verdict?.text))
    } else {
      results.show(settings)
    }
    if let text = results.lacksNumbers { Console.error(text) }
    if let text = results.codeNote { Console.error(text) }
    for text in left { Console.error(text) }
    if let failure { throw failure }
    if let reason, ending == .interrupted {
      Console.error(
        "\(results.record.name): \(reason), so no more were started; mend that and run it again, or go on "
          + "in spite of it: `\(goOn) --keep-going`")
      throw ExitStatus.someFailed
    }
    if let verdict {
      if !options.output.json { Console.error("\(results.record.name): \(verdict.text)") }
      if ending == .someFailed { Console.error(results.unfinished) }
      sayNext(options)
      if verdict.isReached, ending != .someFailed { return }
      throw ExitStatus.someFailed
    }
    if let left = try LeftRunning(results.record, reader: .open(at: options.store.directory)) {
      Console.error(left.sentence)
    }
    switch ending {
    case .complete: sayNext(options)
    case .someFailed:
      Console.error(results.unfinished)
      sayNext(options)
      throw ExitStatus.someFailed
    case .interrupted:
      Console.error("interrupted; `\(goOn)` goes on where this ended")
      throw ExitStatus.interrupted
    case .noHosts:
      Console.error(
        "no host could be used any more, as said above; `quanta workers check` looks at them again, "
          + "`\(goOn)` goes on")
      throw ExitStatus.someFailed
    }
  }

  private func sayNext(_ options: LaunchOptions) {
    let text = NextSteps(after: results).text(completed: CommandMention.current.completed)
    if !text.isEmpty, !options.isQuiet { Console.error("\n" + text) }
  }
}
