import Basics
import Posix
import SweepModel
import Transport

/// What is handed to a batch system: a pilot's command line, what it reads, and its script.
struct BatchScript {
  let pool: PoolSpec
  /// The work folder's whole path on the machines.
  let folder: String
  let session: String
  let binary: WorkerBinary

  private var system: BatchSystem { pool.request.system }

  /// One name for all pilots of a store and pool, by which they are found again.
  var name: String { "quanta-\(session)-\(pool.name)" }

  /// The same for systems that show ten characters of it.
  var label: String {
    let digits = String(FNV1a(name).value, radix: 16)
    return "q" + (String(repeating: "0", count: 16 - digits.count) + digits).prefix(9)
  }

  /// Where pilots say why they could not begin.
  func output(of pilot: PilotName) -> String {
    "\(sessionFolder)/pilot-\(pilot.id).out"
  }

  /// All that a pilot's script may have made.
  func files(of pilot: PilotName) -> [String] {
    [output(of: pilot)]
      + (system.identity.restarts.isEmpty ? ["\(sessionFolder)/pilot-\(pilot.id).lives"] : [])
  }

  /// Where pilots have their parts.
  var sessionFolder: String { "\(folder)/sessions/\(session)" }

  /// Where pilots have their mailboxes.
  var mailFolder: String { "\(sessionFolder)/mail" }

  /// Where relays lay their cards.
  var relayFolder: String { "\(sessionFolder)/relay" }

  /// Where the script lies for systems that take no other; one that has changed lies elsewhere, as pilots
  /// may just be reading it.
  var file: String {
    "\(sessionFolder)/\(label)-\(String(FNV1a(text).value, radix: 16)).sh"
  }

  /// The command line that asks for some pilots.
  func submission(_ count: Int, excluding nodes: [String] = [], isTest: Bool = false) -> [String] {
    let values = values(count, nodes)
    let fill = { Template.fill($0, values, lists: ["extra": pool.request.extra]) }
    let takesExtra = system.input.contains { $0.words[0].hasSuffix("{extra}") }
    return (fill(isTest ? system.test : system.submit) ?? []) + chosen(system.options, fill)
      + (takesExtra ? [] : pool.request.extra) + (fill(system.command) ?? [])
  }

  /// What that command reads.
  func input(_ count: Int, excluding nodes: [String] = []) -> String {
    guard !system.input.isEmpty else { return system.needsFile ? "" : text }
    let values = values(count, nodes)
    let lines = chosen(system.input) { words in
      // Lines that people add stand as far in as the place for them.
      let word = words[0]
      let bare = word.drop { $0 == " " }
      guard bare == "{extra}" else { return Template.fill(words, values) }
      return pool.request.extra.map { word.dropLast(bare.count) + $0 }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The command lines that call off some pilots.
  func cancellation(_ pilots: [PilotName]) -> [[String]] {
    let values = values(1, [])
    if system.cancel.contains("{pilots}") {
      return [
        Template.fill(system.cancel, values, lists: ["pilots": pilots.map(id)]) ?? []
      ]
    }
    return pilots.map { Template.fill(system.cancel, self.values(of: $0, values)) ?? [] }
  }

  /// The command line that calls off all; nil where each is named.
  var cancellationOfAll: [String]? {
    system.cancelAll.isEmpty ? nil : Template.fill(system.cancelAll, values(1, []))
  }

  /// The command line that lists our jobs; nil where ``question(about:)`` needs no list.
  var search: [String]? {
    system.find.isEmpty ? nil : Template.fill(system.find, values(1, []))
  }

  /// The command line that tells of all pilots, of which `found` are the jobs.
  func question(about found: [String]) -> [String] {
    Template.fill(system.status, values(1, []), lists: ["found": found]) ?? []
  }

  /// The command line that tells of all of this person's; nil where none does.
  var questionAboutAll: [String]? {
    system.statusOfAll.isEmpty ? nil : Template.fill(system.statusOfAll, values(1, []))
  }

  /// The command line that asks for limits of the site's; nil where one of its values is absent.
  func inquiry(_ inquiry: BatchSystem.Inquiry, user: String) -> [String]? {
    let values = values(1, []).merging(user.isEmpty ? [:] : ["user": user]) { $1 }
    return Template.fill(inquiry.command, values)
  }

  /// What begins a command on a pilot's machine, beside its worker and within its share; nil where
  /// nothing does.
  func starter(_ pilot: PilotName) -> [String]? {
    system.attach.isEmpty
      ? nil : Template.fill(system.attach, values(of: pilot, values(1, [])))
  }

  // MARK: Values

  private func chosen(
    _ options: [BatchSystem.Option], _ fill: ([String]) -> [String]?
  ) -> [String] {
    options.flatMap { option -> [String] in
      if let name = option.name, pool.request.skip.contains(name) { return [] }
      return fill(option.words) ?? []
    }
  }

  private func id(_ pilot: PilotName) -> String {
    let isAlone = pilot.index < (system.first ?? 0)
    let values = ["job": "\(pilot.job)", "index": "\(pilot.index)"]
    return Template.fill(isAlone ? system.alone : system.pilot, values) ?? ""
  }

  private func values(of pilot: PilotName, _ values: [String: String]) -> [String: String] {
    values.merging([
      "pilot": id(pilot), "job": "\(pilot.job)", "index": "\(pilot.index)",
      "step": "\(pilot.step ?? 0)",
    ]) { $1 }
  }

  private func values(_ count: Int, _ nodes: [String]) -> [String: String] {
    let limits = pool.login.limits
    let seconds = pool.request.seconds
    var values = pool.request.terms
    for term in system.terms where values[term.name] == nil { values[term.name] = term.usual }
    values["name"] = name
    values["label"] = label
    values["serial"] = "\(Int(wallClockSeconds()))"
    values["folder"] = folder
    values["sessionFolder"] = sessionFolder
    values["seconds"] = "\(seconds)"
    values["minutes"] = "\((seconds + 59) / 60)"
    values["hours"] = Self.clock(seconds)
    values["days"] = Self.days(seconds)
    values["cores"] = "\(limits.threads)"
    if limits.threads > 1 { values["severalCores"] = "\(limits.threads)" }
    let memory = limits.memoryBytes >> 20
    if memory > 0 {
      values["memory"] = "\(memory)"
      values["memoryPerCore"] = "\((memory + limits.threads - 1) / max(1, limits.threads))"
    }
    let gpus = limits[Device.resource].count
    if gpus > 0 { values["gpus"] = "\(gpus)" }
    values["count"] = "\(count)"
    if let first = system.first, count >= system.fewest { values["last"] = "\(first + count - 1)" }
    if !nodes.isEmpty {
      values["excluded"] = nodes.compactMap { Template.fill(system.excludedNode, ["node": $0]) }
        .joined(separator: system.excludedBetween)
    }
    for (name, part) in system.parts {
      let isRefused = pool.request.skip.contains(name)
      values[name] = isRefused ? "" : Template.fill(part, values) ?? ""
    }
    if system.needsFile {
      values["script"] = file
      values["shellScript"] = quoted(file)
    }
    return values
  }

  /// `days-hours:minutes:seconds`.
  private static func days(_ seconds: Int) -> String {
    "\(seconds / 86_400)-\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// `hours:minutes:seconds`.
  private static func clock(_ seconds: Int) -> String {
    "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }

  /// The script: the worker becomes the batch step's own process, which alone lives as long as the
  /// allocation. It knows its end by its own clock.
  var text: String {
    let identity = system.identity
    let pilot = "\"\(identity.job)\"_\"\(identity.index)\""
    let file = quoted(sessionFolder + "/pilot-") + pilot
    let isCounted = identity.restarts.isEmpty
    let seconds = pool.request.seconds
    let lines =
      [
        "#!/bin/sh",
        "# A worker of Quanta, which gets jobs from the coordinator of this store while its time lasts.",
        "began=$(date +%s)",
      ] + system.setup + (system.keepsOutput ? [] : ["exec >>\(file).out 2>&1"])
      + (isCounted
        ? ["echo >>\(file).lives || exit", "restarts=$(($(wc -l <\(file).lives) - 1))"] : [])
      + (pool.request.setup.isEmpty ? [] : ["set -e"] + pool.request.setup)
    return lines.map { $0 + "\n" }.joined() + """
      exec \(quoted("\(folder)/bin/quanta-worker-\(binary.hash)")) serve \
      --folder \(quoted(folder)) --session \(session) --hash \(binary.hash) \
      --pilot \(pilot)."\(isCounted ? "$restarts" : identity.restarts)"."\(identity.step)" \
      --ends $((began + \(seconds) - \(seconds) * (\(identity.index) % \(BatchRequest.places)) \
      / \(Int(BatchRequest.earliness))))

      """
  }
}
