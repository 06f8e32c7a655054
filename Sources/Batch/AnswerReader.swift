import SweepModel

/// Reads what a batch system's commands answer.
struct AnswerReader {
  private let system: BatchSystem
  private let script: BatchScript?

  /// A reader for a pool's pilots; without their script names tell nothing.
  init(_ system: BatchSystem, for script: BatchScript? = nil) {
    self.system = system
    self.script = script
  }

  /// The allocations of which a status tells; what is none, such as a warning, is left out.
  func entries(_ output: String) -> [QueueEntry] {
    let patterns = system.entry.compactMap { try? Regex($0) }
    return Self.records(output, begins: system.begins).compactMap { entry($0, patterns) }
  }

  /// The pilots that a submission of so many has made; nil where the answer names no job.
  func pilots(_ output: String, count: Int) -> [PilotName]? {
    guard let pattern = try? Regex(system.answer) else { return nil }
    let jobs = output.split(separator: "\n").compactMap { line in
      (try? pattern.firstMatch(in: line))?["job"]?.substring.flatMap(Self.job)
    }
    guard let last = jobs.last else { return nil }
    guard let first = system.first else { return jobs.map { PilotName(job: $0, index: 0) } }
    guard count >= system.fewest else { return [PilotName(job: last, index: 0)] }
    return (first..<first + count).map { PilotName(job: last, index: $0) }
  }

  /// True where a command's status is not 0 only because there are none of ours.
  func saysNone(_ output: String) -> Bool {
    system.none.contains { output.contains($0) }
  }

  /// The names that `find` lists, fit to be words of a command line.
  func found(_ output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
      let name = line.split(separator: " ").first.map(String.init) ?? ""
      return Self.isPlain(name) ? name : nil
    }
  }

  /// Lines, or what begins as an entry does up to the next; lines that a tab continues are one.
  static func records(_ output: String, begins: String) -> [String] {
    let lines = output.split(whereSeparator: \.isNewline)
    guard !begins.isEmpty else { return lines.map(String.init) }
    var records: [String] = []
    for line in lines {
      let isBeginning = line.drop { $0 == " " || $0 == "\t" }.hasPrefix(begins)
      if isBeginning {
        records.append(String(line))
      } else if let last = records.indices.last {
        if line.hasPrefix("\t") {
          records[last] += line.dropFirst()
        } else {
          records[last] += "\n" + line
        }
      }
    }
    return records
  }

  /// What the groups of patterns find in an entry.
  static func fields(of record: String, _ patterns: [Regex<AnyRegexOutput>]) -> [String: String] {
    var fields: [String: String] = [:]
    for pattern in patterns {
      guard let match = try? pattern.firstMatch(in: record) else { continue }
      for part in match.output {
        guard let name = part.name, fields[name] == nil, let text = part.substring else { continue }
        fields[name] = String(text)
      }
    }
    return fields
  }

  private func entry(_ record: String, _ patterns: [Regex<AnyRegexOutput>]) -> QueueEntry? {
    let fields = Self.fields(of: record, patterns)
    guard let job = fields["job"].flatMap({ Self.job($0[...]) }), let state = fields["state"],
      let index = fields["index"].map({ Int($0) }) ?? 0, index >= 0
    else { return nil }
    if let name = fields["name"], let script, name != script.name, name != script.label {
      return nil
    }
    let node = fields["node"] ?? ""
    let reason = fields["reason"] ?? ""
    return QueueEntry(
      pilot: PilotName(job: job, index: index), phase: system.states[state] ?? .unknown,
      state: state, node: Self.isPlain(node) ? node : "", reason: reason.isEmpty ? state : reason)
  }

  /// Names of jobs and nodes go into commands: nothing in them may mean anything there.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("-")
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || ".-_[]".utf8.contains($0)
      }
  }

  /// A number, or one as Flux writes it: `ƒ` and digits to the base 58.
  private static func job(_ text: Substring) -> Int? {
    if let number = Int(text) { return number >= 0 ? number : nil }
    guard text.hasPrefix("ƒ") || text.hasPrefix("f"), text.count > 1 else { return nil }
    var value = 0
    for digit in text.dropFirst() {
      guard let place = base58.firstIndex(of: digit) else { return nil }
      let (product, isLarge) = value.multipliedReportingOverflow(by: 58)
      let (sum, isLarger) = product.addingReportingOverflow(place)
      guard !isLarge, !isLarger else { return nil }
      value = sum
    }
    return value
  }

  private static let base58 = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
