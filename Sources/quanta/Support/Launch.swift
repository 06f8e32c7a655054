import Analysis
import ArgumentParser
import Basics
import Coordinator
import Dispatch
import Foundation
import Scheduler
import Store
import SweepModel
import Transport

/// The options of commands that run jobs.
struct LaunchOptions: ParsableArguments {
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var store: StoreOptions
  @Flag(name: .long, help: "Go on without hosts that cannot be used; they join once they can.")
  var skipUnusable = false
  @Flag(
    name: .long,
    help: """
      Go on when the first twelve jobs have all failed in the same way: else the run waits for you
      at a terminal, and ends elsewhere.
      """)
  var keepGoing = false
  @Flag(
    name: .long, help: "Allow a store on a network file system (SQLite may lose data there).")
  var forceNetworkStore = false
  @Option(name: .long, help: "Time between checkpoints of a job, seconds.")
  var checkpointSeconds = Coordinator.Timing().checkpoint
  @Option(name: .long, help: "How long a worker without work and coordinator goes on, seconds.")
  var graceSeconds = Coordinator.Timing().grace
  @Flag(name: .long, help: "Print only errors and the result.")
  var quiet = false
  @OptionGroup var output: OutputOptions

  var timing: Coordinator.Timing {
    var timing = Coordinator.Timing()
    timing.checkpoint = checkpointSeconds
    timing.grace = graceSeconds
    return timing
  }

  func validate() throws {
    for seconds in [checkpointSeconds, graceSeconds] where !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("a time in seconds is greater than 0, not \(seconds)")
    }
  }

  /// Examines every host before anything is stored, so that a wrong cluster file changes nothing.
  ///
  /// With `--skip-unusable`, those that cannot be used now are among the hosts as well, so that
  /// they join once they can: what one of them still holds may be an earlier run's results.
  func checkedHosts(_ binary: WorkerBinary) throws -> [HostSpec] {
    let hosts = try cluster.hosts()
    try checkDescriptors(for: hosts)
    let reports = examine(hosts, binary: binary, keepsWorker: true, timeoutSeconds: 20)
    for (host, report) in zip(hosts, reports) {
      guard let failure = report.checks.first(where: { $0.status == .failure }) else { continue }
      let text =
        "\(host.place.isEmpty ? "" : host.place + ": ")host \(host.name): \(failure.name): "
        + "\(failure.detail); \(failure.remedy)"
      guard skipUnusable else {
        throw CommandError(
          text, remedy: hosts.count > 1 ? "or go on without it: --skip-unusable" : "")
      }
      Console.error("left out: \(text)")
    }
    guard reports.contains(where: \.isUsable) else { throw CommandError("no host can be used") }
    return hosts
  }
}

/// Runs a sweep from checked hosts to printed fits.
struct Launch {
  let sweep: Sweep
  let options: LaunchOptions
  /// When to choose no further run; nil to run all.
  let rule: StopRule?

  /// Runs a sweep that `resolve` reads: again, should the store change while this waits for it.
  static func run(
    _ options: LaunchOptions, rule: StopRule?, waits: Bool, replaces: Bool = false,
    resolve: () throws -> Sweep
  ) throws {
    let sweep = try resolve()
    // What is wrong with the rule, or would leave the sweep, is said before anything is tried.
    _ = try LiveFits(sweep: sweep, store: options.store.directory, rule: rule)
    let replacement = try SweepReplacement.of(sweep, store: options.store.directory)
    try replacement.confirm(agreed: replaces)
    let kept = sweep.source.arguments.filter { $0.option == "--add" }.map(\.value)
    if !kept.isEmpty, !options.quiet, !options.output.json {
      Console.error(
        "\(sweep.name): with " + kept.map { "--add \($0)" }.joined(separator: " "))
    }
    let binary = try workerBinary()
    let hosts = try options.checkedHosts(binary)
    let (store, waited) = try StoreAccess.openForRun(options, sweep: sweep.name, waits: waits)
    do {
      let launch = Launch(sweep: waited ? try resolve() : sweep, options: options, rule: rule)
      try SweepReplacement.of(launch.sweep, store: options.store.directory)
        .checkNothingElseLeaves(since: replacement)
      try launch.run(store, hosts, binary)
    } catch {
      try? store.close()
      throw error
    }
  }

  private func run(_ store: LedgerStore, _ hosts: [HostSpec], _ binary: WorkerBinary) throws {
    let live = try LiveFits(sweep: sweep, store: options.store.directory, rule: rule)
    let now = Date().timeIntervalSince1970
    let data = try SweepDataSets.files(of: sweep, store: options.store.directory)
    let registration = try store.register(sweep, at: now)
    let display = RunDisplay(sweep: sweep, isQuiet: options.quiet || options.output.json)
    display.note(
      "\(sweep.name): \(counted(registration.jobs, "job")), \(registration.done) already done"
        + (registration.isNew || registration.newJobs == 0
          ? "; " : ", \(registration.newJobs) new; ")
        + "store \(options.store.directory)")
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: signature(of: sweep), hosts: hosts.map(transport(to:)),
        binary: binary, data: data, timing: options.timing, isChosen: rule != nil,
        isPatient: options.skipUnusable, keepsGoing: options.keepGoing,
        waitsForPerson: isatty(2) == 1 && !options.quiet && !options.output.json),
      store: store,
      onStatus: { status in
        live.update(status)
        display.update(status, fits: live.lines)
      }, onNote: display.note)
    live.attach(coordinator)
    let signals = Signals(coordinator, display: display, goOn: commandToGoOn)
    let ending: Ending
    do {
      ending = try coordinator.run()
    } catch {
      signals.cancel()
      display.finish()
      say(coordinator.leftBehind, isComplete: false)
      throw error
    }
    signals.cancel()
    live.finish()
    display.finish()
    try store.close()
    try conclude(ending, live, coordinator)
  }

  /// What is left on hosts, and which command fetches it.
  private func say(_ left: LeftBehind, isComplete: Bool) {
    let sentences = LeftRunning.sentences(
      left, goOn: commandToGoOn, isComplete: isComplete, timing: options.timing)
    for text in sentences { Console.error(text) }
  }

  private var commandToGoOn: String {
    // What this process was called with about hosts and store is added where it is printed.
    let until = rule.map { " --until \(CommandMention.quoted($0.text))" } ?? ""
    return "quanta resume \(sweep.name)\(until)"
  }

  private func conclude(_ ending: Ending, _ live: LiveFits, _ coordinator: Coordinator) throws {
    let reason = coordinator.endedBecause
    let reader = try StoreReader.open(at: options.store.directory)
    let results = try SweepResults(reader.sweep(named: sweep.name), reader: reader)
    let verdict = live.verdict
    let settings = FitSettings()
    if options.output.json {
      try printJSON(results.outcome(settings, stoppedBecause: verdict?.text))
    } else {
      Console.print(results.summary)
      if results.hasFits, results.hasResults {
        Console.print("")
        Console.print(results.fitText(settings))
      }
    }
    say(coordinator.leftBehind, isComplete: ending == .complete)
    if let failure = live.failure { throw failure }
    if let reason, ending == .interrupted {
      Console.error(
        "\(sweep.name): \(reason), so no more were started; mend that and run it again, or go on "
          + "in spite of it: `\(commandToGoOn) --keep-going`")
      throw ExitStatus.someFailed
    }
    if let verdict {
      if !options.output.json { Console.error("\(sweep.name): \(verdict.text)") }
      sayNext(results)
      if verdict.isReached { return }
      throw ExitStatus.someFailed
    }
    if let left = try LeftRunning(results.record, reader: reader) { Console.error(left.sentence) }
    switch ending {
    case .complete: sayNext(results)
    case .someFailed:
      Console.error(results.unfinished)
      sayNext(results)
      throw ExitStatus.someFailed
    case .interrupted:
      Console.error("interrupted; `\(commandToGoOn)` goes on where this ended")
      throw ExitStatus.interrupted
    case .noHosts:
      Console.error(
        "no host could be used any more; `quanta workers check` says why, "
          + "`\(commandToGoOn)` goes on")
      throw ExitStatus.someFailed
    }
  }

  private func sayNext(_ results: SweepResults) {
    let text = NextSteps(after: results).text
    if !text.isEmpty, !options.quiet, !options.output.json { Console.error("\n" + text) }
  }
}

/// Ctrl-C and SIGTERM while a run lasts: the first drains, the second stops, the third ends now. A
/// hang-up of the terminal ends now as well; the workers go on with what they have.
final class Signals {
  private var sources: [any DispatchSourceSignal] = []
  private var hangsUp = false

  init(_ coordinator: Coordinator, display: RunDisplay, goOn: String) {
    nonisolated(unsafe) let coordinator = coordinator
    nonisolated(unsafe) var count = 0
    let queue = DispatchQueue(label: "quanta.signals")
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        count += 1
        switch count {
        case 1:
          let (jobs, workers) = display.running
          let on = jobs == 0 ? "" : " (on \(workers.joined(separator: ", ")))"
          display.note(
            "draining: running jobs finish\(on), nothing new starts; Ctrl-C again stops them")
        case 2:
          display.note("stopping: jobs keep their checkpoints; `\(goOn)` goes on")
        default:
          return Self.leave(coordinator, with: .interrupted, queue) {
            let left = coordinator.leftBehind
            guard left.running > 0 else { return }
            display.note(
              LeftRunning.sentence(jobs: left.running, workers: left.hosts, goOn: goOn))
          }
        }
        coordinator.interrupt()
      }
      source.resume()
      sources.append(source)
    }
    watchHangUp(coordinator, display, goOn: goOn, queue)
  }

  /// Ends the process once the workers know that nobody comes back, or after 3 s.
  private static func leave(
    _ coordinator: Coordinator, with status: ExitStatus, _ queue: DispatchQueue,
    saying: @escaping @Sendable () -> Void = {}
  ) {
    coordinator.leave {
      saying()
      Foundation.exit(status.rawValue)
    }
    queue.asyncAfter(deadline: .now() + 3) { Foundation.exit(status.rawValue) }
  }

  /// What nohup has the process ignore stays ignored.
  private func watchHangUp(
    _ coordinator: Coordinator, _ display: RunDisplay, goOn: String, _ queue: DispatchQueue
  ) {
    nonisolated(unsafe) let coordinator = coordinator
    guard signal(SIGHUP, SIG_IGN) == nil else { return }
    let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
    source.setEventHandler {
      let (jobs, workers) = display.running
      let end =
        jobs == 0
        ? "`\(goOn)` goes on" : LeftRunning.sentence(jobs: jobs, workers: workers, goOn: goOn)
      display.note("hung up: this run ends here. \(end)")
      Self.leave(coordinator, with: .hungUp, queue)
    }
    source.resume()
    sources.append(source)
    hangsUp = true
  }

  /// From here on a signal ends the process as usual.
  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] + (hangsUp ? [SIGHUP] : []) { signal(number, SIG_DFL) }
  }
}
