import SweepModel

/// Reads the files that describe batch systems.
enum SystemReader {
  /// What an entry of the queue may tell.
  private static let groups = ["job", "index", "state", "node", "reason", "name"]

  /// Parses a file's text; throws a ``FileError`` at the place of the first thing that is wrong.
  static func parse(text: String, origin: String) throws(FileError) -> BatchSystem {
    let problems = Problems()
    let root = try YAMLReader.read(text, file: origin, problems)
    let fields = try Fields(root, SystemKeys.file, problems)
    var system = BatchSystem(name: fields.safeName("name") ?? "", title: fields.text("title") ?? "")
    system.untried = fields.text("untried")
    system.terms = terms(fields)
    let plain = SystemKeys.values.union(system.terms.map(\.name))
    system.parts = parts(fields, plain)
    let known = plain.union(system.parts.keys)
    readSubmission(fields, &system, known)
    readQueue(fields, &system, known)
    readScript(fields, &system)
    system.limits = limits(fields, system.terms, known)
    system.refusals = sayings("refusals", SystemKeys.refusal, fields) { entry in
      var saying = BatchSystem.Saying(
        words(entry, "says"), entry.text("remedy") ?? "", isFinal: entry.flag("again") != true)
      saying.asksTooMany = entry.flag("fewer") ?? false
      saying.isSilence = entry.flag("silent") ?? false
      saying.isLimit = entry.flag("limit") ?? false
      saying.lacksNodes = entry.flag("lacking") ?? false
      return saying
    }
    system.reasons = sayings("reasons", SystemKeys.reason, fields) { entry in
      .init(words(entry, "says"), entry.text("means") ?? "", isFinal: entry.flag("never") ?? false)
    }
    check(system, fields)
    try problems.check()
    return system
  }

  private static func readSubmission(
    _ fields: Fields, _ system: inout BatchSystem, _ known: Set<String>
  ) {
    system.submit = templates("submit", fields, known)
    system.test = templates("test", fields, known)
    system.options = options("options", fields, known)
    system.command = templates("command", fields, known)
    system.input = options("input", fields, known)
    system.example = fields.text("example") ?? ""
    system.reserved = words(fields, "reserved")
    if let exclude = part("exclude", SystemKeys.exclude, fields) {
      system.excludedNode = exclude.text("node") ?? ""
      system.excludedBetween = exclude.text("between") ?? ""
    }
    if let array = part("array", SystemKeys.array, fields) {
      system.first = array.integer("first")
      system.fewest = array.integer("fewest") ?? 1
    }
    system.most = fields.integer("most") ?? system.most
    system.answer = patterns("answer", fields, knowing: ["job"], needing: ["job"]).first ?? ""
  }

  private static func readQueue(
    _ fields: Fields, _ system: inout BatchSystem, _ known: Set<String>
  ) {
    system.find = templates("find", fields, known)
    system.status = templates("status", fields, known)
    system.statusOfAll = templates("statusOfAll", fields, known)
    system.begins = fields.text("begins") ?? ""
    system.entry = patterns("entry", fields, knowing: groups, needing: ["job", "state"])
    system.none = words(fields, "none")
    if let states = part("states", SystemKeys.states, fields) {
      for phase in BatchSystem.Phase.allCases {
        for word in words(states, phase.rawValue) { system.states[word] = phase }
      }
    }
    system.pilot = template("pilot", fields["pilot"], fields, known) ?? ""
    system.alone = template("alone", fields["alone"], fields, known) ?? system.alone
    system.cancel = templates("cancel", fields, known)
    system.cancelAll = templates("cancelAll", fields, known)
    system.attach = templates("attach", fields, known)
  }

  private static func readScript(_ fields: Fields, _ system: inout BatchSystem) {
    guard let script = part("script", SystemKeys.script, fields) else { return }
    system.setup = words(script, "setup")
    system.identity.job = script.text("job") ?? "0"
    system.identity.index = script.text("index") ?? "0"
    system.identity.restarts = script.text("restarts") ?? ""
    system.identity.step = script.text("step") ?? "0"
    system.keepsOutput = script.flag("output") ?? false
  }

  private static func terms(_ fields: Fields) -> [BatchSystem.Term] {
    guard case .mapping(let entries) = fields["keys"]?.content else { return [] }
    return entries.compactMap { entry in
      if let text = entry.value.text { return BatchSystem.Term(entry.key, text) }
      guard let read = mapping(entry.value, SystemKeys.term, fields.problems) else { return nil }
      var term = BatchSystem.Term(entry.key, read.text("what") ?? "")
      term.isNeeded = read.flag("needed") ?? false
      term.isAddress = read.flag("address") ?? false
      term.usual = read.text("usual")
      return term
    }
  }

  private static func parts(_ fields: Fields, _ known: Set<String>) -> [String: String] {
    guard case .mapping(let entries) = fields["parts"]?.content else { return [:] }
    return entries.reduce(into: [:]) { parts, entry in
      parts[entry.key] = template("parts", entry.value, fields, known)
    }
  }

  /// A text, texts, or either under the name by which they are left out.
  private static func options(
    _ name: String, _ fields: Fields, _ known: Set<String>
  ) -> [BatchSystem.Option] {
    guard let value = fields[name] else { return [] }
    return value.elements.compactMap { element in
      guard case .mapping(let entries) = element.content else {
        return .init(element.elements.compactMap { template(name, $0, fields, known) })
      }
      guard let entry = entries.first, entries.count == 1 else {
        fields.problems.add(
          element.place.error("an option has one name, found \(element.found)"))
        return nil
      }
      let words = entry.value.elements.compactMap { template(name, $0, fields, known) }
      return .init(words, name: entry.key)
    }
  }

  private static func sayings(
    _ name: String, _ table: KeyTable, _ fields: Fields,
    _ read: (Fields) -> BatchSystem.Saying
  ) -> [BatchSystem.Saying] {
    (fields[name]?.elements ?? []).compactMap { element in
      mapping(element, table, fields.problems).map(read)
    }
  }

  private static func part(_ name: String, _ table: KeyTable, _ fields: Fields) -> Fields? {
    fields[name].flatMap { mapping($0, table, fields.problems) }
  }

  static func mapping(
    _ value: YAMLValue, _ table: KeyTable, _ problems: Problems
  ) -> Fields? {
    do throws(FileError) {
      return try Fields(value, table, problems)
    } catch {
      problems.add(error)
      return nil
    }
  }

  static func words(_ fields: Fields, _ name: String) -> [String] {
    (fields[name]?.elements ?? []).compactMap { text(name, $0, fields) }
  }

  static func templates(
    _ name: String, _ fields: Fields, _ known: Set<String>
  ) -> [String] {
    (fields[name]?.elements ?? []).compactMap { template(name, $0, fields, known) }
  }

  static func text(_ name: String, _ value: YAMLValue, _ fields: Fields) -> String? {
    guard let text = value.text, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      fields.problems.add(fields.wrong(name, "texts of one line", value))
      return nil
    }
    return text
  }

  private static func template(
    _ name: String, _ value: YAMLValue?, _ fields: Fields, _ known: Set<String>
  ) -> String? {
    guard let value, let text = text(name, value, fields) else { return nil }
    for wanted in Template.names(in: text) where !known.contains(wanted) {
      fields.problems.add(
        value.place.error(
          "\"\(name)\" wants a value that is none: \(quoted(wanted))",
          "double the braces that stand for themselves; values are "
            + known.sorted().joined(separator: ", ")))
      return nil
    }
    return text
  }
}
