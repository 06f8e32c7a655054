import Basics
import Posix

extension RecordedRun {
  mutating func readSacred() {
    var reader = SacredReader(path: path, prefix: "")
    reader.read(into: &book, isFinal: true)
    lists = reader.lists
    var config = WholeJSON("\(path)/config.json", limit: 1 << 24)
    if let value = config.look() { parameters = .init(value) }
    for (file, name, isNeeded) in [
      (config, "config.json", true), (reader.run, "run.json", true),
      (reader.metrics, "metrics.json", false), (reader.info, "info.json", false),
    ] {
      if file.exists { files.append(file.path) }
      if let problem = file.problem {
        problems.append(problem)
      } else if isNeeded, !file.exists {
        problems.append("\(name) is missing.")
      }
    }
    guard let value = reader.runValue else { return }
    stateWord = value["status"]?.text
    state = Self.sacredStates[stateWord ?? ""] ?? .failed
    if stateWord == nil { state = .unknown }
    startedAt = value["start_time"]?.text.flatMap(ISOTime.seconds)
    endedAt = value["stop_time"]?.text.flatMap(ISOTime.seconds)
    heartbeat = value["heartbeat"]?.text.flatMap(ISOTime.seconds)
    hostname = value["host"]?["hostname"]?.text
    if case .list(let lines)? = value["fail_trace"] {
      failure = lines.compactMap(\.text).last.map(printable)
    }
    if let updates = value["meta"]?["config_updates"] {
      swept = [Parameter](updates).map(\.name)
    }
    if case .list(let dependencies)? = value["experiment"]?["dependencies"] {
      toolVersion = dependencies.compactMap(\.text).first { $0.hasPrefix("sacred==") }
        .map { String($0.dropFirst(8)) }
    }
  }

  private static let sacredStates: [String: State] = [
    "COMPLETED": .finished, "RUNNING": .running, "QUEUED": .queued, "INTERRUPTED": .interrupted,
    "TIMEOUT": .killed, "FAILED": .failed,
  ]

  mutating func readWandB() {
    var reader = WandBReader(path: path, prefix: "")
    reader.read(into: &book, isFinal: true)
    files = [path]
    problems += reader.problems
    let run = reader.run
    id = run.id ?? String(id.dropFirst(4).dropLast(6))
    parameters = run.config
    toolVersion = run.version
    hostname = run.host
    startedAt = run.startedAt
    exitCode = run.exitCode
    if let start = run.startedAt, let runtime = run.runtime { endedAt = start + runtime }
    state = run.exitCode.map { $0 == 0 ? .finished : .failed } ?? .running
    stateWord = run.exitCode.map { "exit \($0)" }
    if run.command.isEmpty { readWandBMetadata() } else { command = run.command }
  }

  /// The command, from `files/wandb-metadata.json` beside the log, where that is.
  private mutating func readWandBMetadata() {
    guard let slash = path.lastIndex(of: "/") else { return }
    var file = WholeJSON("\(path[..<slash])/files/wandb-metadata.json", limit: 1 << 22)
    guard let value = file.look() else { return }
    files.append(file.path)
    let program = value["program"]?.text ?? value["codePath"]?.text
    guard let program else { return }
    var command = [program]
    if case .list(let arguments)? = value["args"] { command += arguments.compactMap(\.text) }
    if case .numbers(let numbers)? = value["args"] {
      command += numbers.map { JSON.real($0).written }
    }
    self.command = command
  }

  mutating func readHydra() {
    let folder = "\(path)/.hydra"
    let texts = ["config.yaml", "overrides.yaml", "hydra.yaml"].map { name -> String? in
      let known = problems.count
      guard let bytes = content(of: "\(folder)/\(name)", limit: 1 << 22) else {
        if name != "hydra.yaml", problems.count == known {
          problems.append(".hydra/\(name) is missing.")
        }
        return nil
      }
      files.append("\(folder)/\(name)")
      return String(decoding: bytes, as: UTF8.self)
    }
    parameters = texts[0].map { PlainYAML.values($0).map { Parameter($0.name, $0.value) } } ?? []
    for override in texts[1].map(PlainYAML.list) ?? [] {
      guard let mark = override.firstIndex(of: "=") else { continue }
      let name = String(override[..<mark].drop { $0 == "+" || $0 == "~" })
      swept.append(name)
      let isKnown = parameters.contains { $0.name == name || $0.name.hasPrefix(name + ".") }
      if !isKnown {
        parameters.append(
          Parameter(name, Value(text: String(override[override.index(after: mark)...]))))
      }
    }
    toolVersion = texts[2].flatMap { text in
      PlainYAML.values(text).first { $0.name == "hydra.runtime.version" }
    }.flatMap { if case .text(let version) = $0.value { version } else { nil } }
    var found = MetricFinder(folder: path).find().map {
      FoundMetrics($0, step: nil, isEnded: true)
    }
    for index in found.indices {
      found[index].read(isFinal: true)
      problems += found[index].book.losses
    }
    files += found.map(\.path)
    book = FoundMetrics.joined(FoundMetrics.books(found))
    if let (name, path) = FoundMetrics.overlap(found) {
      problems.append(
        "Several files record \u{201C}\(printable(name))\u{201D} and not the same, such as "
          + "\(printable(path)): import the one that counts by its own path.")
    }
  }
}

/// Times as Sacred writes them: `2026-11-29T09:00:00.123456`, in UTC.
enum ISOTime {
  /// Seconds since 1970; nil for any other text.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: "T")
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-").compactMap { Int($0) }
    let time = parts[1].split(separator: ":")
    guard date.count == 3, time.count == 3, let hours = Int(time[0]), let minutes = Int(time[1]),
      let seconds = Double(time[2].prefix { "0123456789.".contains($0) }),
      (1970...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]),
      (0...24).contains(hours), (0...60).contains(minutes)
    else { return nil }
    // Days since 1970 of the proleptic Gregorian calendar, years from March (Hinnant).
    let year = date[1] <= 2 ? date[0] - 1 : date[0]
    let month = (date[1] + 9) % 12
    let ofYear = (153 * month + 2) / 5 + date[2] - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + ofYear - 719_468
    return Double(days * 86_400 + hours * 3600 + minutes * 60) + seconds
  }
}
