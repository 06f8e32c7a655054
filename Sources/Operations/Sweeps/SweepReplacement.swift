import Basics
import Findings
import Store
package import SweepModel

/// What leaves a stored sweep when a definition of the same name takes its place.
///
/// Jobs without results may go: nothing of theirs is lost. Results stay in the store, but the sweep
/// lists them no longer, so that a person has to agree.
package struct SweepReplacement {
  private let sweep: Sweep
  private let departing: [JobRecord]
  private let total: Int
  /// The overrides that the stored sweep has.
  private let known: [String]

  /// - Parameters:
  ///   - departing: The stored sweep's points that the new definition lacks.
  ///   - total: The stored sweep's points.
  ///   - known: The overrides that the stored sweep has.
  package init(_ sweep: Sweep, departing: [JobRecord], total: Int, known: [String] = []) {
    self.sweep = sweep
    self.known = known
    self.departing = departing
    self.total = total
  }

  /// What would leave a store; nothing where there is no such store yet, or one that a run first has
  /// to bring up to date.
  package static func of(_ sweep: Sweep, store directory: String) throws -> SweepReplacement {
    guard let reader = try? StoreReader.open(at: directory),
      let record = try? reader.sweep(named: sweep.name)
    else { return SweepReplacement(sweep, departing: [], total: 0) }
    // A million keys need not be compared where the same text makes the same keys as before.
    if record.source.text == sweep.source.text, record.source.overrides == sweep.source.overrides,
      record.counts.total == sweep.jobs.count,
      try reader.jobs(of: sweep.name, limit: 1).first?.job.key == sweep.jobs.first?.key
    {
      return SweepReplacement(sweep, departing: [], total: record.counts.total)
    }
    return try SweepReplacement(
      sweep,
      departing: reader.departures(from: sweep.name, keeping: Set(sweep.jobs.map(\.key))),
      total: record.counts.total, known: record.source.overrides)
  }

  /// Keys of what a person has to agree about.
  private var results: [JobRecord] {
    departing.filter { $0.state == .done || $0.state == .running }
  }

  /// Whether results leave, so that a person has to agree.
  package var losesResults: Bool { !results.isEmpty }

  /// Which jobs leave that nobody would miss; nil where none does.
  package var departure: String? {
    guard results.isEmpty, !departing.isEmpty else { return nil }
    return "\(sweep.name): \(counted(departing.count, "job")) without results "
      + "\(departing.count == 1 ? "leaves" : "leave") the sweep"
  }

  /// Throws when more would leave than a person has agreed to: the sweep has changed meanwhile.
  func checkNothingElseLeaves(since before: SweepReplacement) throws {
    let agreed = Set(before.results.map(\.job.key))
    let others = results.filter { !agreed.contains($0.job.key) }
    guard !others.isEmpty else { return }
    throw CommandError(
      "nothing was changed. \(sweep.name) has changed meanwhile: "
        + "\(counted(others.count, "more result")) would leave it",
      remedy: "look at it with `quanta jobs \(sweep.name)`, then run this again")
  }

  /// What would leave, for a person.
  package var text: String {
    let done = departing.count { $0.state == .done }
    let running = results.count - done
    let what = [
      done > 0 ? counted(done, "result") : nil,
      running > 0 ? "\(counted(running, "running job"))" : nil,
    ].compactMap(\.self).joined(separator: " and ")
    let label = JobLabel(results.map(\.job), axes: axes)
    let shown = results.prefix(8).map { "  \(label.text(of: $0.job))  (\($0.job.key.short))" }
    let more = results.count > 8 ? ["  and \(results.count - 8) more"] : []
    return
      ([
        "\(what) of \(counted(total, "job")) would leave the sweep \(sweep.name), which would have "
          + "\(counted(sweep.jobs.count, "job")):"
      ] + shown + more + (changes.map { ["They have \($0)"] } ?? []) + [
        "They stay in the store, listed by `quanta store unlisted` where no other sweep has them"
      ]).joined(separator: "\n")
  }

  /// What all leaving jobs have otherwise than all jobs of the new definition.
  private var changes: String? {
    guard let old = results.first?.job.parameters, let new = sweep.jobs.first?.parameters else {
      return nil
    }
    let names = old.entries.map(\.name) + new.entries.map(\.name).filter { old[$0] == nil }
    let different = names.filter { name in
      name != CommandSpec.handling && old[name] != new[name]
        && results.allSatisfy { $0.job.parameters[name] == old[name] }
        && sweep.jobs.allSatisfy { $0.parameters[name] == new[name] }
    }
    guard !different.isEmpty else { return nil }
    return different.map { Self.change($0, old[$0], new[$0]) }.joined(separator: ", ")
  }

  private static func change(_ name: String, _ old: Value?, _ new: Value?) -> String {
    switch name {
    case CommandSpec.parameter: return "another command (`run`, `env` or what goes with them)"
    case CommandSpec.code:
      let hashes = [old, new].map { value -> String in
        guard case .text(let text)? = value, let set = DataSet(name: text) else { return "none" }
        return String(set.hash.prefix(10))
      }
      return "other code (\(hashes[0]), now \(hashes[1]))"
    default:
      let texts = [old, new].map { $0.map { printable(String("\($0)".prefix(40))) } ?? "none" }
      return "\(name) \(texts[0]) where it is \(texts[1]) now"
    }
  }

  /// What tells the leaving jobs apart: the new sweep's axes, and every parameter of which they have
  /// several values.
  private var axes: [String] {
    let names = departing.first?.job.parameters.entries.map(\.name) ?? []
    let varying = names.filter { name in
      let first = departing[0].job.parameters[name]
      return departing.contains { $0.job.parameters[name] != first }
    }
    return sweep.axes + varying.filter { !sweep.axes.contains($0) }
  }

  /// How to keep it, or to agree.
  package var remedy: String {
    // What this command line has given: what it replaces an axis with can be added, beside what it
    // adds already.
    let given = zip(sweep.source.overrides, sweep.source.arguments).filter { text, _ in
      !known.contains(text)
    }.map(\.1)
    let sets = given.filter { argument in
      argument.option == "--set" && sweep.axes.contains { argument.value.hasPrefix("\($0)=") }
    }
    let additions = (sets + given.filter { $0.option == "--add" }).map {
      "--add \(ShellWord.quoted($0.value))"
    }
    let adding =
      sets.isEmpty
      ? ""
      : "`quanta run \(sweep.name) \(additions.joined(separator: " "))` adds to the sweep instead, "
    return adding + "--set name=OTHER keeps both, `quanta resume \(sweep.name)` goes on with the "
      + "sweep as it is, --replace replaces it"
  }
}
