package import Analysis
import Basics
import Fitting
import Foundation
package import SweepModel

/// What `quanta next` says of one group of a fit.
package struct RunProposals {
  private struct Row {
    let candidate: RunCandidate
    let proposal: OptimalDesign.Proposal
  }

  private let sweep: String
  private let request: FitRequest
  private let choice: RunChoice
  private let axes: [String]
  private let rule: StopRule?
  private let count: Int
  /// Nil where the results do not carry a fit with errors yet.
  private let design: OptimalDesign?
  private let estimate: Estimate?
  /// The most useful runs, at most `count`.
  private let rows: [Row]
  /// The grid's runs that should bring the width below the rule's; nil without a rule, or where all
  /// of them do not.
  private let plan: [RunCandidate]?
  /// What the design's widths are multiplied by to be on the scale of the fit's own interval: the
  /// width without further runs is then the one that the fit shows.
  private let scale: Double

  package init(
    sweep: String, request: FitRequest, choice: RunChoice, axes: [String], rule: StopRule?,
    count: Int
  ) {
    self.sweep = sweep
    self.request = request
    self.choice = choice
    self.axes = axes
    self.rule = rule
    self.count = count
    let fit = choice.group.fit
    let design = fit.flatMap {
      OptimalDesign(
        fit: $0, points: choice.group.points, parameter: rule?.parameter, pending: choice.pending)
    }
    self.design = design
    estimate = design.flatMap { fit?.parameter($0.parameter) }
    let candidates = choice.candidates + choice.further
    rows = (design?.ranking(of: candidates.map(\.experiment)) ?? [])
      .filter { $0.gainPerCost > 0 }.prefix(count)
      .map { Row(candidate: candidates[$0.index], proposal: $0) }
    let interval = estimate?.ci95.map { $0.upperBound - $0.lowerBound }
    let predicted = design.map { $0.measuredWidth * $0.calibration }
    let scale = interval.flatMap { actual in predicted.map { actual / $0 } } ?? 1
    self.scale = scale.isFinite && scale > 0 ? scale : 1
    plan = rule.flatMap { [scale = self.scale] rule in
      design?.plan(choice.candidates.map(\.experiment), target: rule.width / scale)?
        .map { choice.candidates[$0] }
    }
  }

  // MARK: text

  package var text: String {
    let name = choice.group.title.isEmpty ? request.name : "\(request.name), \(choice.group.title)"
    guard let design, let estimate, let interval = estimate.ci95 else {
      return "\(name): \(start)"
    }
    var lines = [
      "\(name): \(estimate.name) = \(digits(estimate.value)) "
        + "[\(digits(interval.lowerBound)), \(digits(interval.upperBound))], "
        + "width \(digits(interval.upperBound - interval.lowerBound)) from "
        + counted(choice.group.fit?.pointCount ?? 0, "point")
    ]
    if !choice.pending.isEmpty {
      lines.append(
        "\(counted(choice.pending.count, "run")) under way, with which it should be "
          + digits(design.width * design.calibration * scale))
    }
    if let rule { lines.append(planned(rule)) }
    if !choice.unknown.isEmpty {
      lines.append(
        "\(counted(choice.unknown.count, "open run")) cannot be judged before they have run")
    }
    lines += ["", table]
    let further = rows.filter { !$0.candidate.isOfGrid }
    if !further.isEmpty {
      lines.append("\nThe grid's own are made by `quanta run \(sweep)`, the others by:")
      lines += further.map { "`\(command($0.candidate))`" }
    }
    return lines.joined(separator: "\n")
  }

  private var table: String {
    var table = TextTable(
      ["RUN", "OF", "CPU TIME", "NEW WIDTH", "NARROWER", "WORTH"],
      numeric: [2, 3, 4, 5])
    let width = design.map { $0.width * $0.calibration } ?? 0
    let best = rows.first?.proposal.gainPerCost ?? 1
    for row in rows {
      let gain = 100 * (1 - row.proposal.width / width)
      table.add([
        label(row.candidate), origin(row.candidate),
        describeDuration(row.candidate.experiment.cost), digits(row.proposal.width * scale),
        "\(digits(gain)) %", String(format: "%.0f %%", 100 * row.proposal.gainPerCost / best),
      ])
    }
    return rows.isEmpty ? "no run is left that would narrow it" : table.text
  }

  private func planned(_ rule: StopRule) -> String {
    guard !choice.candidates.isEmpty || plan?.isEmpty == true else {
      return "no run of the grid is open: add scales or seeds"
    }
    guard let plan else {
      return
        "all open runs of the grid together should not bring it below \(rule.width): add scales "
        + "or seeds"
    }
    let cost = plan.reduce(0) { $0 + $1.experiment.cost }
    let whole = choice.candidates.reduce(0) { $0 + $1.experiment.cost }
    guard !plan.isEmpty else { return "\(rule.text) holds, or will with the runs under way" }
    return
      "\(counted(plan.count, "run")) of \(describeDuration(cost)) of CPU time should bring it below "
      + "\(rule.width); all \(choice.candidates.count) open runs take \(describeDuration(whole))"
  }

  private var start: String {
    let why = if case .refused(let reason) = choice.group.outcome { " \(reason)" } else { "" }
    let rule = SequentialDesign(form: request.form, held: request.held, target: 1)
    guard
      case .run(let first) = rule.decide(
        fit: nil, points: choice.group.points, pending: choice.pending,
        candidates: choice.candidates.map(\.experiment), spent: choice.spent), !first.isEmpty
    else { return "nothing can be predicted yet.\(why)" }
    let runs = first.prefix(count).map { label(choice.candidates[$0]) }
    return "nothing can be predicted yet. To begin with: \(runs.joined(separator: "; ")).\(why)"
  }

  private func label(_ candidate: RunCandidate) -> String {
    axes.compactMap { axis in
      candidate.parameters[axis].map { value in
        if case .real(let number) = value { return "\(axis)=\(ShortNumber.text(number))" }
        return "\(axis)=\(value)"
      }
    }.joined(separator: " ")
  }

  /// The command that adds exactly this run to the sweep.
  private func command(_ candidate: RunCandidate) -> String {
    if candidate.isOfGrid { return "quanta run \(sweep)" }
    let point = axes.compactMap { axis in candidate.parameters[axis].map { "\(axis)=\($0)" } }
    return "quanta run \(sweep) --add \(ShellWord.quoted(point.joined(separator: ",")))"
  }

  private func origin(_ candidate: RunCandidate) -> String {
    switch candidate.origin {
    case .grid: "the grid"
    case .seed: "another seed"
    case .scale(let axis): "another \(axis)"
    }
  }

  private func digits(_ value: Double) -> String { String(format: "%.3g", value) }

  // MARK: JSON

  package struct Document: Encodable {
    package struct Run: Encodable {
      package let parameters: [String: JSONValue]
      package let origin: String
      package let cpuSeconds: Double
      /// The predicted width with it, on the scale of the fit's own.
      package let width: Double
      /// By how much the logarithm of the width shrinks, for each CPU-hour.
      package let gainPerCPUHour: Double
      /// What adds it to the sweep.
      package let command: String
    }
    package let sweep: String
    package let fit: String
    package let group: [String: String]
    package let parameter: String?
    package let value: Double?
    package let ci95: [Double]?
    package let width: Double?
    package let pending: Int
    package let target: Double?
    /// The grid's runs that should suffice, cheapest first.
    package let plan: [[String: JSONValue]]?
    let planCPUSeconds: Double?
    let openCPUSeconds: Double
    package let runs: [Run]
    package let refused: String?
  }

  /// - Parameter completed: Adds to a command what it needs beside what is meant here.
  package func document(completed: (String) -> String) -> Document {
    let interval = estimate?.ci95
    return Document(
      sweep: sweep, fit: request.name,
      group: Dictionary(
        choice.group.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
      parameter: estimate?.name, value: estimate?.value,
      ci95: interval.map { [$0.lowerBound, $0.upperBound] },
      width: interval.map { $0.upperBound - $0.lowerBound }, pending: choice.pending.count,
      target: rule?.width, plan: plan?.map { jsonObject($0.parameters) },
      planCPUSeconds: plan?.reduce(0) { $0 + $1.experiment.cost },
      openCPUSeconds: choice.candidates.reduce(0) { $0 + $1.experiment.cost },
      runs: rows.map {
        Document.Run(
          parameters: jsonObject($0.candidate.parameters), origin: origin($0.candidate),
          cpuSeconds: $0.candidate.experiment.cost, width: $0.proposal.width * scale,
          gainPerCPUHour: 3600 * $0.proposal.gainPerCost,
          command: completed("`\(command($0.candidate))`")
            .trimmingCharacters(in: CharacterSet(charactersIn: "`")))
      }, refused: design == nil ? start : nil)
  }
}

extension RunCandidate {
  /// Whether the grid asks for it.
  fileprivate var isOfGrid: Bool { if case .grid = origin { true } else { false } }
}
