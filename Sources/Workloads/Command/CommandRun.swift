import Basics
import Glibc
import Metrics
import Posix
import SweepModel

/// One attempt at a command: from its folder to its result.
struct CommandRun {
  private let spec: CommandSpec
  private let handling: CommandHandling
  private let own: [Parameters.Entry]
  private let seed: String?
  private let code: DataSet?
  private let context: any JobContext
  private let place: JobPlace
  private let folder: CommandFolder
  private var startedAt = monotonicSeconds()
  /// It goes on from what an earlier attempt has kept.
  private var isResumed = false
  /// The files that came with the code.
  private var given: Set<String> = []

  init(_ spec: CommandSpec, _ parameters: Parameters, _ context: any JobContext) throws {
    guard let place = context.place else { throw JobFailure("No program can run here.") }
    self.spec = spec
    self.context = context
    self.place = place
    own = parameters.entries.filter { !CommandSpec.reserved.contains($0.name) }
    let seeds = own.filter { $0.name.hasSuffix("seed") }
    seed = (seeds.first { $0.name == "seed" } ?? seeds.first)?.value.description
    if case .text(let text)? = parameters[CommandSpec.handling] {
      handling = CommandHandling(text: text)
    } else {
      handling = CommandHandling()
    }
    if case .text(let name)? = parameters[CommandSpec.code] {
      guard let set = DataSet(name: name) else {
        throw JobFailure("The code \(printable(name)) is not known here.")
      }
      code = set
    } else {
      code = nil
    }
    folder = try HostFailure.blaming { try CommandFolder(place) }
  }

  /// Runs it. Throws ``JobStopped``, ``JobRequeued``, ``HostFailure`` or the job's own failure.
  mutating func result() throws -> JobResult {
    let sent = context.loadCheckpoint()
    let restored = try HostFailure.blaming { try folder.restore(sent) }
    var earlier = restored ?? MetricBook()
    isResumed = restored != nil
    if isResumed {
      // A program that was killed has written more than was noted of it.
      var left = try CommandMetricsReading(
        spec.metrics, files: [], native: folder.metrics, searched: nil, earlier: earlier)
      left.read(isFinal: true)
      earlier = left.book
    }
    try HostFailure.blaming {
      try folder.copy(code, context)
      try folder.write(
        parameters: CommandArgument.json(CommandArgument.all(own, groups: spec.groups)) + "\n")
    }
    if code != nil { given = folder.files() }
    if isResumed, let note = folder.otherAuthor(than: code) { context.log("note: \(note)") }
    var environment = CommandEnvironment(processEnvironment())
    if let setup = CommandSetup(spec, code: code, place) {
      let isDone = try setup.isDone()
      environment.take(try setup.variables(environment, code: code, context))
      if !isDone { startedAt = monotonicSeconds() }
    }
    environment.describe(place, threads: context.threads)
    environment["QUANTA_PARAMS"] = CommandArgument.json(CommandArgument.all(own, groups: []))
    environment["QUANTA_SEED"] = seed
    environment["QUANTA_METRICS"] = folder.metrics
    environment["QUANTA_CHECKPOINT_DIR"] = folder.checkpoint
    if let limit = place.timeoutSeconds {
      let end = clockSeconds(CLOCK_REALTIME) + limit
      environment["QUANTA_DEADLINE"] = "\(Int(end))"
    }
    let template = template(environment)
    environment.take(context.resourceVariables)
    for variable in spec.environment {
      environment[variable.name] = template.text(variable.value)
    }
    let workFolder = spec.folder.map(template.text) ?? folder.work
    let files = spec.metrics.files.map { path -> String in
      let path = template.text(path)
      return path.hasPrefix("/") ? path : "\(workFolder)/\(path)"
    }
    var reading = try CommandMetricsReading(
      spec.metrics, files: files, native: folder.metrics,
      searched: folder.work, earlier: earlier)
    let arguments = try arguments(template, environment)
    return try run(arguments, environment, in: workFolder, &reading)
  }

  private func template(_ environment: CommandEnvironment) -> CommandTemplate {
    CommandTemplate(
      parameters: own, parametersFile: folder.parameters, variable: { environment[$0] },
      interpreter: { environment.file(of: "python") == nil ? "python3" : "python" },
      groups: spec.groups)
  }

  /// The program's file and its arguments.
  private func arguments(
    _ template: CommandTemplate, _ environment: CommandEnvironment
  ) throws -> (file: String, words: [String]) {
    let words =
      spec.isShell
      ? ["sh", "-c", template.text(spec.run[0])] : template.words(spec.run)
    let all = template.words(spec.prefix) + words
    guard let program = all.first, !program.isEmpty else {
      throw JobFailure("\"run\" comes out empty.")
    }
    guard let file = environment.file(of: program) else {
      throw JobFailure(
        "There is no program \(printable(program)) on this host (PATH is "
          + "\(environment["PATH"] ?? "not set")).")
    }
    return (file, all)
  }

  private func run(
    _ command: (file: String, words: [String]), _ environment: CommandEnvironment,
    in workFolder: String, _ reading: inout CommandMetricsReading
  ) throws -> JobResult {
    var limits = CommandProcess.Limits()
    limits.memoryBytes = place.memoryBytes
    limits.warning = CommandHandling.signals.first { $0.name == handling.warning }?.number
    if let limit = place.timeoutSeconds, limit > handling.warningSeconds {
      limits.warnAt = startedAt + limit - handling.warningSeconds
    }
    var process = try CommandProcess(
      command.file, command.words, environment: environment.lines, folder: workFolder,
      limits: limits)
    var output = CommandOutput(at: startedAt)
    var rate = LookRate()
    var lastStamp: [Int]?
    var noted = MetricBook()
    let outcome = try process.watch(
      context,
      take: { bytes in
        reading.take(bytes, isFinal: false)
        let text = output.take(bytes, at: monotonicSeconds())
        if !text.isEmpty { context.log(output: text) }
      },
      look: { now in
        if rate.isDue(at: now) {
          reading.read(isFinal: false)
          show(reading)
          let book = reading.book
          if book != noted {
            try HostFailure.blaming {
              try folder.note(book)
              try folder.sign(self.code)
            }
          }
          noted = book
          if context.isCheckpointDue { try checkpoint(&reading, &lastStamp) }
          rate.rest(since: now)
        }
      })
    let rest = output.end()
    if !rest.isEmpty { context.log(output: rest) }
    reading.take([], isFinal: true)
    reading.read(isFinal: true)
    context.use(cpuSeconds: outcome.cpuSeconds, peakMemoryBytes: outcome.peakMemoryBytes)
    for place in reading.places { context.log("\(CommandSpec.metricsNote)\(place)") }
    for note in reading.notes { context.log("note: \(note)") }
    return try conclude(outcome, &reading, output.lastWords)
  }

  private func show(_ reading: CommandMetricsReading) {
    guard let (name, step, value) = reading.progress(spec.metrics.required) else { return }
    context.report(step: step, of: 0, metric: name, value: value)
    context.show(reading.curves, at: step)
  }

  /// Sends the checkpoint folder's content, where it has changed and is not being written.
  private func checkpoint(
    _ reading: inout CommandMetricsReading, _ lastStamp: inout [Int]?
  ) throws {
    let stamp = folder.stamp
    guard stamp != nil, stamp != lastStamp else { return }
    let stayed = folder.stays
    let bytes: [UInt8]?
    do {
      bytes = try folder.pack(carrying: handling.carryBytes) {
        reading.read(isFinal: false)
        return reading.book
      }
    } catch {
      // The job goes on; should it be lost, it goes on from an earlier one.
      lastStamp = stamp
      return context.log("note: its checkpoint cannot go to another host: \(error)")
    }
    if folder.stays, !stayed {
      context.log(
        "note: its checkpoint is larger than the \(handling.carryBytes >> 10) KiB that may go to another host "
          + "(`checkpoint: {carry: …}` in the sweep file says how much may): it stays on this one, and is lost "
          + "with an allocation of a batch system")
    }
    guard let bytes else { return }
    lastStamp = stamp
    try context.saveCheckpoint(bytes)
  }

  private func conclude(
    _ outcome: CommandProcess.Outcome, _ reading: inout CommandMetricsReading,
    _ lastWords: String
  ) throws -> JobResult {
    let code = outcome.ending.code
    let words = lastWords.isEmpty ? "" : "; last words: \(folder.inWork(lastWords))"
    if code != 0 || outcome.isStopped {
      var stamp: [Int]?
      let book = reading.book
      try HostFailure.blaming {
        try folder.note(book)
        try folder.sign(self.code)
      }
      try checkpoint(&reading, &stamp)
    }
    // A program that ends well though it was asked to stop is done.
    if outcome.isStopped, code != 0 { throw JobStopped() }
    if outcome.exceededMemory {
      throw JobFailure(
        "was killed: with all that it started it held more than the \(place.memoryBytes >> 20) MiB of "
          + "memory that \"resources\" gives a job" + words)
    }
    if code == 75 { throw JobRequeued() }
    if let signal = outcome.ending.signal {
      let name = unsafe String(cString: strsignal(signal))
      throw JobFailure("was killed by signal \(signal) (\(name))\(words)")
    }
    guard code == 0 else {
      let hint = code == 124 ? ", as `timeout` does" : code == 127 ? " (no such program?)" : ""
      throw JobFailure("ended with status \(code)\(hint)\(words)")
    }
    let result = reading.book.result(best: handling.best)
    let missing = spec.metrics.required.filter { name in
      result.curve(name) == nil && result.scalar(name) == nil
    }
    if !missing.isEmpty {
      // Nor would they be recorded by whoever goes on from here.
      if isResumed { try context.saveCheckpoint(folder.forget()) }
      let found = (result.curves.map(\.name) + result.scalars.map(\.name)).prefix(8)
      throw JobFailure(
        "ended well, but recorded no \(missing.joined(separator: ", ")), which \"metrics\" requires; "
          + (found.isEmpty ? "it recorded nothing" : "it recorded \(found.joined(separator: ", "))")
          + words)
    }
    if let note = leftFiles(besides: reading.readPaths) { context.log("note: \(note)") }
    folder.remove(isQuiet: outcome.isClean)
    return result
  }
}

extension CommandRun {
  /// A sentence on the files that the program has left where nothing stays.
  fileprivate func leftFiles(besides read: [String]) -> String? {
    let left = folder.files().subtracting(given).filter { file in
      let path = "\(folder.work)/\(file)"
      return !file.contains("__pycache__/")
        && !read.contains { path == $0 || path.hasPrefix("\($0)/") }
    }.sorted()
    guard !left.isEmpty else { return nil }
    let names = left.prefix(3).map { printable($0) }.joined(separator: ", ")
    return
      "\(counted(left.count, "file")) that it left in its folder \(left.count == 1 ? "goes" : "go") with "
      + "it (\(names)\(left.count > 3 ? ", …" : "")): what shall stay belongs under a path of your own, "
      + "what it goes on from in $QUANTA_CHECKPOINT_DIR"
  }
}

/// How often what a program writes is read: rarely where that takes long.
private struct LookRate {
  private var next = 0.0

  func isDue(at now: Double) -> Bool { now >= next }

  mutating func rest(since start: Double) {
    let now = monotonicSeconds()
    next = now + max(0.5, 20 * (now - start))
  }
}
