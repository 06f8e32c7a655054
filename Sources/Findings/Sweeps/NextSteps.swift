import Foundation
import Store
import SweepModel

/// What a person may want to do after a run: commands that work as they stand, each with its purpose.
package struct NextSteps {
  private var rows: [(command: String, purpose: String)] = []

  package init(after results: SweepResults) {
    let name = results.record.name
    if let failed = results.jobs.first(where: { $0.state == .setAside }) {
      rows += [
        ("quanta explain \(failed.job.key.short)", "why a job failed, and what was tried"),
        ("quanta retry --failed --sweep \(name)", "frees what failed, for the next command"),
        ("quanta resume \(name)", "runs what is left"),
      ]
    } else if results.record.counts[.cancelled] > 0 {
      rows += [
        ("quanta retry all --sweep \(name)", "frees what was cancelled, for the next command"),
        ("quanta resume \(name)", "runs what is left"),
      ]
    } else if results.record.counts[.done] < results.record.counts.total {
      rows.append(("quanta resume \(name)", "runs what is left"))
    }
    guard results.hasResults else { return }
    if results.hasFits {
      rows.append(("quanta next \(name)", "the runs that would narrow an interval most"))
    } else if let axes = Self.axes(of: results) {
      rows.append(
        ("quanta fit \(name) --x \(axes.x) --y \(axes.y)", "an exponent with its interval"))
    } else {
      rows.append(("quanta jobs \(name)", "every job with its result"))
    }
    rows.append(("quanta report \(name)", "one HTML file: fits, figures, jobs"))
  }

  /// `next:` and a line for each command; empty where there is nothing to do.
  ///
  /// - Parameter completed: Adds to a command what it needs beside what is meant here.
  package func text(completed: (String) -> String) -> String {
    let commands = rows.map { row in
      completed("`\(row.command)`").filter { $0 != "`" }
    }
    let width = commands.map(\.count).max() ?? 0
    let lines = zip(commands, rows).map { command, row in
      "  " + command.padding(toLength: width + 2, withPad: " ", startingAt: 0) + row.purpose
    }
    return lines.isEmpty ? "" : (["next:"] + lines).joined(separator: "\n")
  }

  /// What a fit can be made of: the number of parameters where it varies, or else the first axis of
  /// numbers, against the main number of a result; nil where there is none.
  package static func axes(of results: SweepResults) -> (x: String, y: String)? {
    let done = results.jobs.filter(\.hasResult)
    guard let scalars = done.first?.scalars.map(\.name),
      let y = MainScalar.name(among: scalars)
    else { return nil }
    let inputs = ["parameters"] + results.record.axes.filter { $0 != "seed" }
    let x = inputs.first { input in
      let values = Set(done.map { $0.number(input) })
      return values.count > 1 && values.allSatisfy { ($0 ?? 0) > 0 }
    }
    return x.map { (ShellWord.quoted($0), ShellWord.quoted(y)) }
  }
}
