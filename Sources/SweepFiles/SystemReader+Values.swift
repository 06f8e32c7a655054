import Basics
import SweepModel

/// Which values a command may want: one that is absent would leave the whole command away.
extension SystemReader {
  private static let ofPilot = ["pilot", "job", "index", "step"]

  /// The commands, with what stands in them besides what is always there.
  private static let commands: [(key: String, values: [String])] = [
    ("submit", ["script", "shellScript", "extra"]), ("test", ["script", "shellScript", "extra"]),
    ("command", ["script", "shellScript", "extra"]), ("find", []), ("status", ["found"]),
    ("statusOfAll", []), ("cancel", ["pilots"] + ofPilot), ("cancelAll", []), ("attach", ofPilot),
  ]

  /// What is there wherever a pool is: no size that it may leave out.
  private static let always = [
    "name", "label", "serial", "folder", "sessionFolder", "seconds", "minutes", "hours", "days",
    "cores", "count",
  ]

  static func checkValues(_ system: BatchSystem, _ fields: Fields) {
    let said = system.terms.filter { $0.isNeeded || $0.usual != nil }.map(\.name)
    let isArray = system.first != nil && system.fewest == 1
    let common = always + said + system.parts.keys + (isArray ? ["last"] : [])
    for (key, values) in commands {
      for element in fields[key]?.elements ?? [] {
        checkCommand(key, element, Set(common + values), system, fields)
      }
    }
    for key in ["options", "input", "parts"] {
      fields[key].map { checkTexts(of: $0, key, fields) }
    }
    for (key, value) in ["pilot", "alone"].compactMap({ key in fields[key].map { (key, $0) } }) {
      let names = Set(Template.names(in: value.text ?? ""))
      guard !names.contains("job") || !names.isSubset(of: ["job", "index"]) else { continue }
      fields.problems.add(
        value.place.error(
          "\"\(key)\" must name an allocation by its job, found \(value.found)",
          "write for example \"{job}\" or \"{job}_{index}\"; it knows no other value"))
    }
  }

  private static func checkCommand(
    _ key: String, _ element: YAMLValue, _ known: Set<String>, _ system: BatchSystem,
    _ fields: Fields
  ) {
    for name in Template.names(in: element.text ?? "") where !known.contains(name) {
      guard isOfAPool(name, system) else {
        fields.problems.add(
          element.place.error(
            "\"\(key)\" has no value \(quoted(name))",
            "there are \(known.sorted().joined(separator: ", "))"))
        continue
      }
      fields.problems.add(
        element.place.error(
          "\"\(key)\" wants a value that a pool may lack: \(quoted(name))",
          "write it in an option, which is left out then, or as a part: "
            + "parts: {with: \"--\(name)={\(name)}\"} and \"{with}\""))
    }
  }

  /// What options and parts are filled with: everything but what belongs to one allocation or answer.
  private static func checkTexts(of value: YAMLValue, _ key: String, _ fields: Fields) {
    if case .mapping(let entries) = value.content {
      for entry in entries { checkTexts(of: entry.value, key, fields) }
    } else if case .list(let items) = value.content {
      for item in items { checkTexts(of: item, key, fields) }
    } else if let text = value.text {
      let never = Set(ofPilot + ["pilots", "found", "node"])
      for name in Template.names(in: text) where never.contains(name) {
        fields.problems.add(
          value.place.error(
            "\"\(key)\" has no value \(quoted(name))",
            "it is known once an allocation is there: leave it out"))
      }
    }
  }

  private static func isOfAPool(_ name: String, _ system: BatchSystem) -> Bool {
    system.terms.contains { $0.name == name }
      || ["memory", "memoryPerCore", "gpus", "severalCores", "excluded", "last"].contains(name)
  }
}
