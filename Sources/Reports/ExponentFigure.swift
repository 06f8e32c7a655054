public import Analysis
import Fitting
import SweepModel

/// Every exponent with its interval against the numeric axis that splits a fit, theory beside: figure
/// 10 of Michaud et al. 2023, arXiv:2303.13506.
public enum ExponentFigure {
  /// An axis of fewer numbers has no figure.
  private static let fewest = 3

  /// Draws a report: a panel for each exponent of the form, a colour for each combination of further
  /// axes; nil where no axis of the split has three numbers with fits.
  public static func draw(_ report: FitReport, style: FigureStyle = .screen) -> Figure? {
    let fitted = report.groups.filter { $0.fit?.exponent.value.isFinite == true }
    guard let axis = axis(fitted) else { return nil }
    let series = series(fitted, axis)
    let exponents = report.request.form.parameters.filter { $0.role == .exponent }.map(\.name)
    let plot =
      exponents.count == 1
      ? (width: style.sheetWidth.map { max(140, $0 - Chart.left - 24) } ?? 560, height: 340.0)
      : PanelFigure.plot(of: exponents.count, style)
    let panels = exponents.enumerated().compactMap { index, name in
      panel(
        name, series, report.titles.of(fitted[0].labels[axis].name), plot, style,
        hasTheory: index == 0)
    }
    guard !panels.isEmpty else { return nil }
    let name = fitted[0].labels[axis].name
    let title = "\(report.title): exponents against \(name)"
    let hasTheory = fitted.contains { $0.theory != nil }
    let refused = report.groups.count - fitted.count
    return Figure(
      title: title,
      caption: "Fitted exponents with their 95 % intervals against \(name)"
        + (hasTheory ? "; dashed: \(theories(fitted)), theory." : "."),
      svg: PanelFigure.draw(
        title: title,
        subtitle: "\(FitText.formula(report.request.form)), objective "
          + "\(report.request.objective.label), one fit for every \(name)",
        note: refused > 0 ? "\(refused) of \(report.groups.count) groups without a fit" : "",
        warning: report.holeWarning,
        legend: legend(series, theory: hasTheory ? theories(fitted) : nil), panels: panels,
        style: style))
  }

  private static func theories(_ groups: [FitGroup]) -> String {
    let formulas = Set(groups.compactMap { $0.theory?.formula }).sorted()
    return formulas.joined(separator: ", ")
  }

  /// The axis with the most numbers.
  private static func axis(_ groups: [FitGroup]) -> Int? {
    guard let labels = groups.first?.labels else { return nil }
    let counts = labels.indices.map { index -> Int in
      let numbers = groups.map { Double($0.labels[index].value) }
      return numbers.contains { $0?.isFinite != true } ? 0 : Set(numbers).count
    }
    guard let best = counts.max(), best >= fewest else { return nil }
    return counts.firstIndex(of: best)
  }

  fileprivate struct Series {
    let title: String
    let color: String
    let entries: [(x: Double, group: FitGroup)]
  }

  private static func series(_ groups: [FitGroup], _ axis: Int) -> [Series] {
    var order: [[String]] = []
    var members: [[String]: [FitGroup]] = [:]
    for group in groups {
      let rest = group.labels.indices.filter { $0 != axis }.map { group.labels[$0].text }
      if members[rest] == nil { order.append(rest) }
      members[rest, default: []].append(group)
    }
    let names = groups[0].labels.indices.filter { $0 != axis }.map { groups[0].labels[$0].name }
    return order.enumerated().map { index, rest in
      Series(
        title: zip(names, rest).map { "\($0)=\($1)" }.joined(separator: " "),
        color: Palette.series(index, of: order.count, ordered: false),
        entries: (members[rest] ?? []).compactMap { group in
          Double(group.labels[axis].value).map { ($0, group) }
        }.sorted { $0.x < $1.x })
    }
  }

  private static func legend(_ series: [Series], theory: String?) -> [LegendRow] {
    let rows = series.evenly(10).map {
      LegendRow(mark: .dot($0.color), text: $0.title.isEmpty ? "fit, 95 % interval" : $0.title)
    }
    return rows + LegendRow.more(shown: rows.count, of: series.count, "series")
      + [theory.map { LegendRow(mark: .lineInk(dash: "6 5"), text: "theory, \($0)") }]
      .compactMap(\.self)
  }

  private static func panel(
    _ name: String, _ series: [Series], _ axis: String, _ plot: (width: Double, height: Double),
    _ style: FigureStyle, hasTheory: Bool
  ) -> Chart? {
    let entries = series.flatMap(\.entries)
    let values = entries.compactMap { $0.group.fit?.parameter(name)?.value }
    let theory = hasTheory ? entries.compactMap { $0.group.theory?.value } : []
    guard let x = Axis.range(around: entries.map(\.x), scale: .linear),
      let low = (values + theory).min(), let high = (values + theory).max()
    else { return nil }
    // Intervals that dwarf the rest are cut short.
    let reach = max(high - low, 0.05 * abs(high), 1e-3)
    let ends = entries.compactMap { $0.group.fit?.parameter(name)?.ci95 }.flatMap {
      [max($0.lowerBound, low - reach), min($0.upperBound, high + reach)]
    }
    guard let y = Axis.range(around: values + theory + ends, scale: .linear) else { return nil }
    var chart = Chart(
      panel: "", x: (axis, .linear, x), y: ("exponent \(name)", .linear, y),
      plot: plot, style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      for (index, entry) in series.enumerated() {
        if hasTheory {
          let line = entry.entries.compactMap { place in
            place.group.theory.map { frame.point(place.x, $0.value) }
          }
          canvas.path(line, .muted, width: 1.5, dash: "6 5")
        }
        let shift = 4 * (Double(index) - Double(series.count - 1) / 2)
        for place in entry.entries {
          guard let estimate = place.group.fit?.parameter(name) else { continue }
          frame.draw(estimate, at: place.x, shift: shift, color: .color(entry.color), &canvas)
        }
      }
    }
    return chart
  }
}

extension Chart {
  /// A dot with its interval; a ring for what the data do not determine.
  fileprivate func draw(
    _ estimate: Estimate, at x: Double, shift: Double, color: SVGCanvas.Paint,
    _ canvas: inout SVGCanvas
  ) {
    let at = point(x, estimate.value)
    let place = (at.0 + shift, at.1)
    if let range = estimate.ci95 {
      let span = y.range.upperBound - y.range.lowerBound
      let top = point(x, min(range.upperBound, y.range.upperBound + span)).1
      let bottom = point(x, max(range.lowerBound, y.range.lowerBound - span)).1
      canvas.line((place.0, bottom), (place.0, top), color, width: 1.5)
      for end in [top, bottom] {
        canvas.line((place.0 - 4, end), (place.0 + 4, end), color, width: 1.5)
      }
    }
    canvas.circle(place, radius: 4, color, outlined: true)
    if !estimate.isIdentified { canvas.circle(place, radius: 2.2, .paper) }
  }
}
