public import Analysis
import Fitting
import Glibc
import SweepModel

/// The bootstrap's draws of the parameters, pair by pair: what trades off against what.
public enum PairsFigure {
  /// At most so many parameters have a place.
  static let parameterCount = 6
  /// At most so many draws are dots.
  static let dotCount = 500

  /// Draws one group of a report: dots below the diagonal, histograms on it, correlations above;
  /// nil without a bootstrap, or where fewer than two parameters vary.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - report: The fits.
  ///   - note: What the subtitle says of the choice of groups; empty for nothing.
  ///   - style: Width and title.
  public static func draw(
    _ group: FitGroup, of report: FitReport, note: String = "", style: FigureStyle = .screen
  ) -> Figure? {
    guard let fit = group.fit, !fit.replicates.isEmpty else { return nil }
    let varying = fit.form.parameters.indices.compactMap { Column(fit, index: $0) }
    let columns = Array(varying.prefix(parameterCount))
    guard columns.count > 1 else { return nil }
    let title = "\(report.request.name): bootstrap draws"
    let more =
      varying.count > columns.count ? "; \(varying.count - columns.count) more vary" : ""
    let name = group.title.isEmpty ? "" : "\(group.title), "
    var sheet = PairsSheet(
      columns: columns,
      heading: Heading(
        title: title,
        subtitle: "\(report.sourceName), \(name)\(fit.replicates.count) resamples\(more)",
        note: note,
        warning: report.holeWarning, style: style))
    sheet.drawCells()
    let shown = min(dotCount, fit.replicates.count)
    return Figure(
      title: title,
      caption: "Parameters of the bootstrap's fits: below the diagonal pairs of them (\(shown) of "
        + "\(fit.replicates.count) resamples), on it their distribution with the 95 % interval "
        + "shaded, above it the correlation of all resamples. Lines mark the estimate. The outermost "
        + "half per cent on either side may lie outside.",
      svg: sheet.canvas.document(title: title, style: style))
  }

  /// A parameter over the draws, on the scale on which its errors are even.
  struct Column {
    let name: String
    let scale: Axis.Scale
    let estimate: Estimate
    let values: [Double]
    let range: ClosedRange<Double>

    /// Nil for a parameter that does not vary.
    init?(_ fit: Fit, index: Int) {
      let parameter = fit.form.parameters[index]
      let estimate = fit.parameters[index]
      let values = fit.replicates.curves.map { $0[index] }
      let usable = values.filter { $0.isFinite && (!parameter.isLogarithmic || $0 > 0) }.sorted()
      guard fit.held[parameter.name] == nil, let first = usable.first, let last = usable.last,
        last - first > 1e-9 * max(abs(first), abs(last))
      else { return nil }
      let cut = usable.count / 200
      let scale: Axis.Scale = parameter.isLogarithmic ? .log : .linear
      guard
        let range = Axis.range(
          around: usable[cut...(usable.count - 1 - cut)] + [estimate.value], scale: scale)
      else { return nil }
      self.name = parameter.name
      self.scale = scale
      self.estimate = estimate
      self.values = values
      self.range = range
    }

    var even: [Double] { scale == .log ? values.map { log($0) } : values }

    /// Pearson's correlation on the even scales, over the draws that are finite in both.
    func correlation(_ other: Column) -> Double {
      let pairs = zip(even, other.even).filter { $0.isFinite && $1.isFinite }
      let n = Double(pairs.count)
      let mean = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
      var (xx, yy, xy) = (0.0, 0.0, 0.0)
      for (x, y) in pairs {
        xx += (x - mean.0) * (x - mean.0)
        yy += (y - mean.1) * (y - mean.1)
        xy += (x - mean.0) * (y - mean.1)
      }
      return xy / (xx * yy).squareRoot()
    }
  }
}
