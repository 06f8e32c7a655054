import Basics
import SweepModel

extension SystemReader {
  /// What a system lacks though each of its keys is right.
  static func check(_ system: BatchSystem, _ fields: Fields) {
    checkKeys(fields)
    checkStates(system, fields)
    checkCounts(system, fields)
    checkCalls(system, fields)
    checkPrograms(fields)
    checkValues(system, fields)
    checkExclusion(system, fields)
  }

  /// A pool's own keys have names that nothing else has.
  private static func checkKeys(_ fields: Fields) {
    guard case .mapping(let entries) = fields["keys"]?.content else { return }
    let taken = SystemKeys.values.union(ClusterKeys.batch(BatchSystem()).names)
      .union(BatchSystem.Fact.allCases.map(\.rawValue))
    for entry in entries {
      if taken.contains(entry.key) {
        fields.problems.add(
          entry.keyPlace.error(
            "\"keys\" has a name that every system has: \(quoted(entry.key))", "give it another"))
      } else if let problem = SafeName.problem(entry.key) {
        fields.problems.add(
          entry.keyPlace.error("a key's name \(problem), found \(quoted(entry.key))"))
      }
    }
  }

  /// Without these no allocation ever comes.
  private static func checkStates(_ system: BatchSystem, _ fields: Fields) {
    guard let states = fields["states"] else { return }
    for phase in [BatchSystem.Phase.pending, .running] where !system.states.values.contains(phase) {
      fields.problems.add(
        states.place.error(
          "\"states\" has no word for \(phase.rawValue)",
          "write for example \(phase.rawValue): [\(phase == .pending ? "Q" : "R")]"))
    }
  }

  /// Arrays have a length.
  private static func checkCounts(_ system: BatchSystem, _ fields: Fields) {
    let words =
      system.submit + system.command + (system.options + system.input).flatMap(\.words)
    guard let array = fields["array"],
      !words.contains(where: { says(["last", "count"], $0) })
    else { return }
    fields.problems.add(
      array.place.error(
        "\"array\" is there, and nothing says how many are submitted",
        "write {count} or {last} in an option, such as \"-J 1-{last}\""))
  }

  private static func checkCalls(_ system: BatchSystem, _ fields: Fields) {
    if let cancel = fields["cancel"], !system.cancel.isEmpty,
      !system.cancel.contains(where: { says(["pilots", "pilot", "job"], $0) })
    {
      fields.problems.add(
        cancel.place.error(
          "\"cancel\" names no allocation", "write {pilots} for all, {pilot} or {job} for one"))
    }
    if let status = fields["status"], !system.find.isEmpty,
      !system.status.contains(where: { says(["found"], $0) })
    {
      fields.problems.add(
        status.place.error("\"status\" has no use for what \"find\" lists", "write {found}"))
    }
    let needed = [
      ("submit", system.submit), ("status", system.status), ("cancel", system.cancel),
    ]
    for (name, words) in needed {
      guard let value = fields[name], words.isEmpty, fields.problems.isEmpty else { continue }
      fields.problems.add(value.place.error("\"\(name)\" is empty", "write the command"))
    }
  }

  /// A command is a list that begins with a program: no shell takes a line of words apart.
  private static func checkPrograms(_ fields: Fields) {
    for name in [
      "submit", "test", "find", "status", "statusOfAll", "cancel", "cancelAll", "attach",
    ] {
      guard let value = fields[name], let first = value.elements.first?.text else { continue }
      let words = first.split(separator: " ")
      if case .scalar = value.content, words.count > 1 {
        fields.problems.add(
          value.place.error(
            "\"\(name)\" must be a list of words, found \(value.found)",
            "write [\(words.map { jsonQuoted(String($0)) }.joined(separator: ", "))]"))
      } else if words.isEmpty {
        fields.problems.add(value.place.error("\"\(name)\" begins with no program"))
      }
    }
  }

  /// Nodes that are not wanted would be asked for nonetheless.
  private static func checkExclusion(_ system: BatchSystem, _ fields: Fields) {
    guard let exclude = fields["exclude"], fields.problems.isEmpty,
      Template.names(in: system.excludedNode) != ["node"]
    else { return }
    fields.problems.add(
      exclude.place.error(
        "\"exclude\" must write a node with {node} and no other value, found "
          + quoted(system.excludedNode), "write for example node: \"{node}\""))
  }

  private static func says(_ values: Set<String>, _ word: String) -> Bool {
    Template.names(in: word).contains(where: values.contains)
  }
}
