import Basics
import Findings
import Imports
import SweepModel

/// What an import found, what became of it, and what is missing; for people and machines.
package struct ImportReport {
  /// How many entries a list for people has.
  private static let shown = 40

  private let plan: ImportPlan
  private let done: Set<Int>
  private let isDry: Bool

  init(_ plan: ImportPlan, done: Set<Int>, isDry: Bool) {
    self.plan = plan
    self.done = done
    self.isDry = isDry
  }

  /// Every run is adopted, or need not be.
  package var isComplete: Bool { refused.allSatisfy { $0.why == .unwanted } }

  private var refused: [(item: ImportPlan.Item, why: ImportPlan.Refusal, reason: String)] {
    plan.items.compactMap { item in
      guard case .refused(let why, let reason) = item.verdict else { return nil }
      return (item, why, reason)
    }
  }

  private func count(_ isCounted: (ImportPlan.Verdict) -> Bool) -> Int {
    plan.items.count { isCounted($0.verdict) }
  }

  private var adopted: Int { count { $0 == .adopted } }
  private var recorded: Int { count { $0 == .recorded } }
  private var repeated: Int { count { if case .repeated = $0 { true } else { false } } }
  private var superseded: [(item: ImportPlan.Item, reason: String)] {
    plan.items.compactMap { item in
      guard case .superseded(_, let reason) = item.verdict else { return nil }
      return (item, reason)
    }
  }

  /// The points of the sweep that have no result, those that are adopted left out.
  private var missing: [Int] {
    let found = done.union(plan.adopted.compactMap(\.job))
    return plan.sweep.jobs.indices.filter { !found.contains($0) }
  }

  // MARK: Text

  /// The report for a person.
  package var text: String {
    let name = plan.sweep.name
    let tools = Set(plan.sources.map(\.tool))
    var lines = [
      "\(counted(plan.items.count, "run")) found (\(tools.sorted().joined(separator: ", ")))"
    ]
    lines.append(
      isDry
        ? "\(counted(adopted, "result")) would be adopted into \(name); nothing was changed"
        : "\(counted(adopted, "result")) adopted into \(name)")
    if recorded > 0 {
      lines.append("\(counted(recorded, "result")) the store had already, the same bit for bit")
    }
    if repeated > 0 {
      lines.append("\(counted(repeated, "run")) with the same result as another run of their point")
    }
    lines += list(
      superseded.map { line($0.item, $0.reason) },
      title: "not needed, since their points have results:")
    lines += list(
      refused.map { line($0.item, $0.reason) },
      title: "\(counted(refused.count, "run")) not adopted:")
    if !plan.unchecked.isEmpty {
      lines.append(
        "not recorded, so that nobody can tell whether they are the sweep's: "
          + plan.unchecked.joined(separator: ", "))
    }
    let missing = missing
    lines += list(
      missing.map { plan.label($0) },
      title: "\(missing.count) of \(counted(plan.sweep.jobs.count, "job")) "
        + "\(missing.count == 1 ? "has" : "have") no result:")
    if !missing.isEmpty, !isDry, !done.isEmpty {
      lines.append("`quanta run \(name)` makes exactly what is missing")
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ item: ImportPlan.Item, _ reason: String) -> String {
    let point = item.job.map { " [\(plan.label($0))]" } ?? ""
    return "\(item.name)\(point): \(reason)"
  }

  private func list(_ entries: [String], title: String) -> [String] {
    guard !entries.isEmpty else { return [] }
    let rest = entries.count - Self.shown
    return [title] + entries.prefix(Self.shown).map { "  \(TerminalText.escapedLine($0))" }
      + (rest > 0 ? ["  and \(rest) more; --json lists all"] : [])
  }

  // MARK: JSON

  /// The report for a machine.
  package struct Document: Encodable {
    struct Run: Encodable {
      let run: String
      let tool: String
      let job: String?
      let parameters: [String: JSONValue]?
      let verdict: String
      let kind: String?
      let reason: String?
    }
    struct Point: Encodable {
      let job: String
      let parameters: [String: JSONValue]
    }
    let sweep: String
    let dryRun: Bool
    let jobs: Int
    let counts: [String: Int]
    let runs: [Run]
    let missing: [Point]
    let unchecked: [String]
  }

  package var document: Document {
    let axes = Set(plan.sweep.axes)
    func parameters(_ job: Int) -> [String: JSONValue] {
      jsonObject(plan.sweep.jobs[job].parameters).filter { axes.contains($0.key) }
    }
    return Document(
      sweep: plan.sweep.name, dryRun: isDry, jobs: plan.sweep.jobs.count,
      counts: [
        "found": plan.items.count, "adopted": adopted, "recorded": recorded, "repeated": repeated,
        "superseded": superseded.count, "refused": refused.count, "missing": missing.count,
      ],
      runs: plan.items.map { item in
        let (verdict, kind, reason) = Self.words(item.verdict, plan.items)
        return Document.Run(
          run: item.name, tool: plan.tool(of: item),
          job: item.job.map { plan.sweep.jobs[$0].key.hex },
          parameters: item.job.map(parameters), verdict: verdict, kind: kind, reason: reason)
      },
      missing: missing.map {
        Document.Point(job: plan.sweep.jobs[$0].key.hex, parameters: parameters($0))
      }, unchecked: plan.unchecked)
  }

  private static func words(
    _ verdict: ImportPlan.Verdict, _ items: [ImportPlan.Item]
  ) -> (verdict: String, kind: String?, reason: String?) {
    switch verdict {
    case .adopted: ("adopted", nil, nil)
    case .repeated(let other): ("repeated", nil, "the same as \(items[other].name)")
    case .recorded: ("recorded", nil, nil)
    case .superseded(let kind, let reason): ("superseded", kind.rawValue, reason)
    case .refused(let kind, let reason): ("refused", kind.rawValue, reason)
    }
  }
}
